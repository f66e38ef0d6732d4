// A Python that fits, but in which every sidecar dies at once, until it is healed.
import { execFile } from "node:child_process";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryPython } from "./codeServer";

const run = promisify(execFile);

const DIE = `
import os, sys

if "chatbox" in sys.orig_argv:
    os.write(2, b"It always dies here.\\n")
    os._exit(3)
`;

export interface DyingPython {
  executable: string;
  heal(): Promise<void>;
}

/** An environment at `folder` that borrows the packages of the repository's. */
export async function makeDyingPython(folder: string): Promise<DyingPython> {
  await run(repositoryPython, ["-m", "venv", "--without-pip", folder]);
  const own = await packagesOf(folder);
  const borrowed = await packagesOf(join(repositoryPython, "..", ".."));
  await writeFile(join(own, "borrowed.pth"), `${borrowed}\n`);
  const dying = join(own, "sitecustomize.py");
  await writeFile(dying, DIE);
  return {
    executable: join(folder, "bin", "python"),
    heal: () => rm(dying),
  };
}

async function packagesOf(venv: string): Promise<string> {
  const [python] = await readdir(join(venv, "lib"));
  return join(venv, "lib", python ?? "", "site-packages");
}
