// `npm run check`: everything that can be said about the code without running it.
//   npm run check -- mypy ruff    only these
//   npm run check -- --fix        mends what a tool can mend
import { isMain, nodeProgram, venvProgram } from "./places.mjs";
import { main, run } from "./progress.mjs";
import { prepare } from "./setup.mjs";
import { runAll } from "./suite.mjs";

const node = (packageName, command, ...rest) => [
  process.execPath,
  nodeProgram(packageName, command),
  ...rest,
];

const commands = {
  prettier: (fix) => node("prettier", "prettier", fix ? "--write" : "--check", "--log-level", "warn", "."),
  eslint: (fix) => node("eslint", "eslint", ...(fix ? ["--fix"] : []), "--max-warnings", "0", "."),
  tsc: () => node("typescript", "tsc", "--build"),
  // Sorting imports is the linter's part of formatting, so it comes first.
  ruff: (fix) => [venvProgram("ruff"), "check", ...(fix ? ["--fix"] : [])],
  "ruff-format": (fix) => [venvProgram("ruff"), "format", ...(fix ? [] : ["--check"])],
  mypy: () => [venvProgram("mypy")],
  // What Windows lacks (os.getuid, signal.SIGKILL, …) does not even pass here.
  "mypy-windows": () => [
    venvProgram("mypy"),
    ...["--platform", "win32", "--cache-dir", ".cache/mypy-windows", "sidecar"],
  ],
  "import-linter": () => [venvProgram("lint-imports"), "--cache-dir", ".cache/import-linter"],
  generated: (fix) => [process.execPath, "scripts/generate.mjs", ...(fix ? [] : ["--check"])],
};

// Commands are put together late: the programs stand only after set-up.
const checksThat = (fix) =>
  Object.entries(commands).map(([name, command]) => ({ name, action: () => run(command(fix)) }));

export const checks = checksThat(false);

if (isMain(import.meta.url)) {
  await main(async () => {
    await prepare({ dev: true, bundles: false });
    const names = process.argv.slice(2);
    await runAll(
      checksThat(names.includes("--fix")),
      names.filter((name) => name !== "--fix"),
    );
  });
}
