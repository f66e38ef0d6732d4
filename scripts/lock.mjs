// Resolves the dependencies anew and writes the lock files, valid for every platform and naming no host.
//   npm run lock                  takes the newest versions that pyproject.toml and package.json allow
import { inRoot, npmCommand, venvProgram } from "./places.mjs";
import { main, run, step } from "./progress.mjs";
import { prepare } from "./setup.mjs";

const everywhere = ["--universal", "--python-version", "3.11"];
// The Windows installer carries this Python. A wheel for Windows may need what no other platform does.
const windows = [
  ...["--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.13"],
  ...["--only-binary", ":all:", "--constraint", "requirements.lock"],
];

const compile = (lock, platform, ...sources) => [
  ...[venvProgram("uv"), "pip", "compile", "--quiet", "--upgrade", ...sources],
  ...[...platform, "--generate-hashes"],
  ...["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"],
  ...["--output-file", lock],
];

await main(async () => {
  await prepare({ dev: true, bundles: false });
  await step("requirements.lock", () =>
    run(compile("requirements.lock", everywhere, "pyproject.toml", "--group", "build")),
  );
  await step("requirements-dev.lock", () =>
    run(compile("requirements-dev.lock", everywhere, "--group", "dev", "--constraint", "requirements.lock")),
  );
  await step("installer/requirements-windows.lock", () =>
    run(compile("installer/requirements-windows.lock", windows, "pyproject.toml")),
  );
  await step("package-lock.json", () => run([...npmCommand(), "update", "--package-lock-only"]));
  await step("The lock of the programs that try MCP servers", () =>
    run(
      [...npmCommand(), "update", "--package-lock-only", "--prefix", inRoot("tests/transports/mcp/programs")],
      {
        cwd: inRoot("tests/transports/mcp/programs"),
        env: {
          ...process.env,
          npm_config_engine_strict: "false",
          npm_config_omit_lockfile_registry_resolved: "true",
        },
      },
    ),
  );
});
