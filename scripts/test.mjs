// `npm test`: set-up, every check, every test, on a bare machine.
//   npm test -- mypy pytest       only these steps (set-up still comes first)
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageExtension } from "./build.mjs";
import { checks } from "./check.mjs";
import { ensurePackages, forTests } from "./debian.mjs";
import { cache, nodeProgram, reports, venvProgram } from "./places.mjs";
import { main, run } from "./progress.mjs";
import { prepare } from "./setup.mjs";
import { runAll } from "./suite.mjs";

const codeServer = join(cache, "vscode");
const reportOf = (name) => join(reports, name);

function runPytest() {
  return run([venvProgram("python"), "-m", "pytest", "--quiet", `--junitxml=${reportOf("pytest.xml")}`]);
}

function runVitest() {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportOf("vitest.json")}`];
  return run([process.execPath, nodeProgram("vitest"), "run", ...reporters]);
}

function runPlaywright(project) {
  const playwright = [process.execPath, nodeProgram("@playwright/test", "playwright")];
  const options = [
    "--config",
    "tests/e2e/playwright.config.ts",
    "--project",
    project,
    "--reporter=line,json",
  ];
  return run([...playwright, "test", ...options], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: reportOf(`${project}.json`) },
  });
}

/** A real VS Code for the tests, kept in the cache. */
async function installCodeServer() {
  if (existsSync(join(codeServer, "cs", ".done"))) return;
  // npm hands this project's settings to its scripts; that installation compiles a native module and needs none of them.
  const env = { ...process.env, npm_config_ignore_scripts: undefined, npm_config_engine_strict: undefined };
  await run(["bash", "scripts/vscode-install.sh", codeServer], {
    env,
    advice: "VS Code for the tests could not be installed; see above.",
  });
}

const tests = [
  // First, because it brings the newer Node that some tests of MCP need.
  { name: "code-server", action: installCodeServer },
  { name: "pytest", action: runPytest, counts: { runner: "pytest", file: reportOf("pytest.xml") } },
  { name: "vitest", action: runVitest, counts: { runner: "vitest", file: reportOf("vitest.json") } },
  { name: "vsix", action: () => packageExtension() },
  {
    name: "web",
    action: () => runPlaywright("web"),
    counts: { runner: "playwright", file: reportOf("web.json") },
  },
  {
    name: "vscode",
    action: () => runPlaywright("vscode"),
    counts: { runner: "playwright", file: reportOf("vscode.json") },
  },
];

await main(async () => {
  // Begun early, because it only waits for downloads; what became of it is the first step's to tell.
  const debianPackages = ensurePackages(forTests);
  debianPackages.catch(() => {});
  await prepare({ dev: true });
  const packages = { name: "debian-packages", action: () => debianPackages };
  await runAll([packages, ...checks, ...tests], process.argv.slice(2));
});
