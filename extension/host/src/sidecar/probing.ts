// Asks a program whether it is a Python that can run the sidecar.
import { execFile } from "node:child_process";
import { PROBE_SCRIPT, readProbe, type Candidate, type Probe } from "./python";

/** A cold Python on a busy machine takes seconds, one that hangs is none. */
const PROBE_MS_MAX = 15_000;

/** `neutralFolder` is where the program runs: never the workspace, whose files must not be imported (or, on Windows, run). */
export function probe(candidate: Candidate, neutralFolder: string): Promise<Probe> {
  const args = [...candidate.args, "-c", PROBE_SCRIPT];
  const options = {
    cwd: neutralFolder,
    env: withoutPythonVariables(process.env),
    timeout: PROBE_MS_MAX,
    windowsHide: true,
    encoding: "utf8",
  } as const;
  return new Promise((resolve) => {
    execFile(candidate.program, args, options, (error, stdout, stderr) => {
      if (!error) resolve(readProbe(stdout));
      else if (error.code === "ENOENT" || error.code === "ENOTDIR") resolve({ kind: "absent" });
      else resolve({ kind: "broken", detail: lastLine(stderr) ?? error.message });
    });
  });
}

/** A PYTHONPATH or PYTHONHOME that was set for something else decides nothing here. */
export function withoutPythonVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^PYTHON(PATH|HOME|STARTUP)$/i.test(name)),
  );
}

export function lastLine(text: string): string | undefined {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}
