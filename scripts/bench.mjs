// `npm run bench`: measures against a real Redis.
//   npm run bench -- NAME …       what follows `--` goes to tests/bench
import { spawn } from "node:child_process";
import { ensurePackages, forBench } from "./debian.mjs";
import { root, venvProgram } from "./places.mjs";
import { Failure, main, step } from "./progress.mjs";
import { prepare } from "./setup.mjs";

function runBench() {
  const child = spawn(venvProgram("python"), ["-m", "tests.bench", ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
  });
  return new Promise((done, fail) => {
    child.on("error", (error) => fail(new Failure(`The bench does not start: ${error.message}`)));
    child.on("exit", (code) => done(code ?? 1));
  });
}

await main(async () => {
  await prepare({ dev: true });
  await step("Debian packages for the bench", () => ensurePackages(forBench));
  process.exitCode = await runBench();
});
