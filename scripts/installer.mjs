// `npm run installer -- COMMAND`: the Windows installer. On Linux it needs root: Wine lives in a chroot of its own.
//   build [--sign …]      makes .cache/installer/out/chatbox-VERSION-x64-setup.exe; --help says more
//   trial [pytest's …]    builds two versions and tries them under Wine, in about an hour
//   pictures              photographs every page of the wizard, in English and German
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundledFolders } from "./build.mjs";
import { cache, root, venvProgram } from "./places.mjs";
import { Failure, main } from "./progress.mjs";
import { prepare } from "./setup.mjs";

const commands = {
  build: ["-m", "installer.build"],
  trial: ["-m", "pytest", "-o", "timeout=900", "-rA", "installer/trial"],
  pictures: ["-m", "installer.trial.pictures"],
};

/** Leaves what the web page is made of for the package's bill and its licences. */
async function namePageParts() {
  const folder = join(cache, "installer");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "page.json"), JSON.stringify(await bundledFolders({ pageOnly: true })));
}

function runPython(program) {
  const child = spawn(venvProgram("python"), program, { cwd: root, stdio: "inherit" });
  return new Promise((done, fail) => {
    child.on("error", (error) => fail(new Failure(`Python does not start: ${error.message}`)));
    child.on("exit", (code) => done(code ?? 1));
  });
}

await main(async () => {
  const [name, ...rest] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new Failure(`npm run installer -- ${Object.keys(commands).join(" | ")}`);
  await prepare({ dev: true });
  await namePageParts();
  process.exitCode = await runPython([...command, ...rest]);
});
