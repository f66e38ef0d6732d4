// `npm start`: set-up, then the broker with its web page and a demo in a sample workspace.
//   npm start -- --fresh          what follows `--` goes to `chatbox up --demo`
//   AGENTCHAT_WORKSPACE=DIR       uses that workspace instead of the sample
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { constants } from "node:os";
import { join, resolve } from "node:path";
import { cache, inRoot, venvProgram } from "./places.mjs";
import { Failure, main } from "./progress.mjs";
import { prepare } from "./setup.mjs";

/** The workspace to run in. The sample is a copy, so that playing with it leaves the checkout clean. */
function findWorkspace() {
  const named = process.env.AGENTCHAT_WORKSPACE;
  if (named) {
    if (!existsSync(named)) throw new Failure(`AGENTCHAT_WORKSPACE names ${named}, which does not exist.`);
    return resolve(named);
  }
  const copy = join(cache, "sample-workspace");
  if (!existsSync(copy)) {
    mkdirSync(cache, { recursive: true });
    cpSync(inRoot("sample"), copy, { recursive: true });
  }
  return copy;
}

/** Passes each kind of signal on once. A terminal sends Ctrl-C to the whole group; a second one would cut the clean end short. */
function passSignals(child) {
  const passed = process.stdin.isTTY ? ["SIGTERM", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    let isFirst = true;
    process.on(signal, () => {
      if (isFirst && passed.includes(signal)) child.kill(signal);
      isFirst = false;
    });
  }
}

const parentLookMilliseconds = 500;

/** npm starts us through a shell that may die of a signal without passing it on: the broker must not outlive it. */
function endWithParent(child) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const look = () => process.ppid !== parent && child.kill("SIGTERM");
  setInterval(look, parentLookMilliseconds).unref();
}

function runChatbox(workspace) {
  const env = { ...process.env, AGENTCHAT_WORKSPACE: workspace };
  const programArguments = ["up", "--demo", ...process.argv.slice(2)];
  const child = spawn(venvProgram("chatbox"), programArguments, { cwd: workspace, env, stdio: "inherit" });
  passSignals(child);
  endWithParent(child);
  return new Promise((done, fail) => {
    child.on("error", (error) =>
      fail(new Failure(`chatbox does not start: ${error.message}. Delete .venv and try again.`)),
    );
    child.on("exit", (code, signal) => done(code ?? 128 + constants.signals[signal]));
  });
}

await main(async () => {
  await prepare({ dev: false });
  process.exitCode = await runChatbox(findWorkspace());
});
