// Which Python runs the sidecar: where to look, in which order, and what is said when none fits.
// Decides only; `probing.ts` runs the candidates.
import { posix, win32 } from "node:path";
import { isShape } from "#protocol/bridge";

export const PYTHON_OLDEST = "3.11";

/** What the sidecar imports everywhere that does not come with Python: pyproject.toml's dependencies, and a test compares. */
export const PACKAGES = [
  "aiosqlite",
  "click",
  "cryptography",
  "filelock",
  "lsprotocol",
  "mcp",
  "orjson",
  "platformdirs",
  "psutil",
  "pydantic",
  "pygls",
  "rich",
  "starlette",
  "tomlkit",
  "uvicorn",
  "websockets",
] as const;

/** A program that may be a Python, with the arguments that make it one (`py -3`). */
export interface Candidate {
  program: string;
  args: readonly string[];
  origin: "setting" | "extension" | "workspace" | "path";
}

export interface Surroundings {
  /** The setting `chatbox.pythonPath`; empty when it is not set. */
  configured: string;
  extensionFolder: string;
  /** The environment that `setupCommands` make. */
  venvFolder: string;
  workspaceFolder: string;
  homeFolder: string;
  isTrusted: boolean;
  platform: NodeJS.Platform;
}

export type Probe =
  | { kind: "fits"; executable: string }
  | { kind: "absent" }
  | { kind: "old"; version: string }
  | { kind: "lacks"; version: string; packages: readonly string[] }
  | { kind: "broken"; detail: string };

export interface Tried {
  candidate: Candidate;
  probe: Probe;
}

export type Choice = { kind: "found"; executable: string } | { kind: "none"; tried: readonly Tried[] };

/** Run with `-c`; answers with one line of JSON and imports nothing, so that it takes milliseconds. */
export const PROBE_SCRIPT = [
  "import sys, json, importlib.util",
  `missing = [n for n in ${JSON.stringify(PACKAGES)} if importlib.util.find_spec(n) is None]`,
  "print(json.dumps({'version': list(sys.version_info[:3]), 'executable': sys.executable, 'missing': missing}))",
].join("\n");

/**
 * Where to look, in order. A setting is an order, not a hint: with it nothing else is tried.
 * In an untrusted workspace nothing that the workspace brings along is run.
 */
export function candidates(around: Surroundings): readonly Candidate[] {
  if (around.configured !== "") {
    return [{ program: expand(around.configured, around), args: [], origin: "setting" }];
  }
  const path = around.platform === "win32" ? win32 : posix;
  // The package for Windows brings a Python with everything in it.
  const brought = win32.join(around.extensionFolder, "runtime", "python.exe");
  const found: Candidate[] = [
    ...(around.platform === "win32" ? [{ program: brought, args: [], origin: "extension" } as const] : []),
    venv(around.venvFolder, "extension", around.platform),
    venv(path.join(around.extensionFolder, ".venv"), "extension", around.platform),
    venv(path.join(around.extensionFolder, "..", ".venv"), "extension", around.platform),
  ];
  if (around.isTrusted) {
    found.push(venv(path.join(around.workspaceFolder, ".venv"), "workspace", around.platform));
  }
  for (const [program, ...args] of [["python3"], ["python"], ["py", "-3"]] as const) {
    found.push({ program, args, origin: "path" });
  }
  return found;
}

function venv(folder: string, origin: Candidate["origin"], platform: NodeJS.Platform): Candidate {
  const program =
    platform === "win32" ? win32.join(folder, "Scripts", "python.exe") : posix.join(folder, "bin", "python");
  return { program, args: [], origin };
}

function expand(configured: string, around: Surroundings): string {
  return configured
    .replace(/^~(?=[/\\]|$)/, () => around.homeFolder)
    .replaceAll("${workspaceFolder}", () => around.workspaceFolder);
}

/** Reads what the probe script printed. */
export function readProbe(stdout: string): Probe {
  const answer = parsed(stdout.trim());
  if (!isShape(answer)) return { kind: "broken", detail: "It did not answer like Python." };
  const { version, executable, missing } = answer;
  if (!Array.isArray(version) || typeof executable !== "string" || !Array.isArray(missing)) {
    return { kind: "broken", detail: "It did not answer like Python." };
  }
  const named = version.map(String).join(".");
  if (isOlder(version.map(Number))) return { kind: "old", version: named };
  const packages = missing.map(String);
  return packages.length > 0 ? { kind: "lacks", version: named, packages } : { kind: "fits", executable };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOlder([major = 0, minor = 0]: readonly number[]): boolean {
  const [majorOldest = 0, minorOldest = 0] = PYTHON_OLDEST.split(".").map(Number);
  return major < majorOldest || (major === majorOldest && minor < minorOldest);
}

/** The first candidate that fits, or what is wrong with each. */
export async function choosePython(
  among: readonly Candidate[],
  probe: (candidate: Candidate) => Promise<Probe>,
): Promise<Choice> {
  const tried: Tried[] = [];
  for (const candidate of among) {
    const outcome = await probe(candidate);
    if (outcome.kind === "fits") return { kind: "found", executable: outcome.executable };
    tried.push({ candidate, probe: outcome });
  }
  return { kind: "none", tried };
}

/** What was tried and why it does not do, a sentence each; programs that are not there go unmentioned. */
export function findings(tried: readonly Tried[]): readonly string[] {
  const said = tried.flatMap(({ candidate, probe }) => {
    const name = [candidate.program, ...candidate.args].join(" ");
    switch (probe.kind) {
      case "absent":
        return candidate.origin === "setting"
          ? [`${name} (the setting chatbox.pythonPath) does not exist.`]
          : [];
      case "old":
        return [`${name} is Python ${probe.version}; ${PYTHON_OLDEST} or newer is needed.`];
      case "lacks":
        return [`${name} (Python ${probe.version}) lacks the packages ${probe.packages.join(", ")}.`];
      case "broken":
        return [`${name} does not run: ${probe.detail}`];
      case "fits":
        return [];
    }
  });
  return said.length > 0 ? said : ["No Python was found."];
}

/** Whether a Python is there that only lacks packages. */
export function lacksOnlyPackages(tried: readonly Tried[]): boolean {
  return tried.some(({ probe }) => probe.kind === "lacks");
}

/**
 * The commands that lead to a fitting Python, for a person to run in a terminal: packages for the one that the setting
 * names, else an environment at `venvFolder`, which is where it is looked for first.
 */
export function setupCommands(
  tried: readonly Tried[],
  lockFile: string,
  venvFolder: string,
  platform: NodeJS.Platform,
): readonly string[] {
  const able = tried.find(({ probe }) => probe.kind === "lacks")?.candidate;
  const install = (python: string): string =>
    `${quoted(python, platform)} -m pip install --require-hashes -r "${lockFile}"`;
  if (able?.origin === "setting") return [install(able.program)];
  const base =
    able?.origin === "path" ? [able.program, ...able.args] : [platform === "win32" ? "py -3" : "python3"];
  return [
    `${base.join(" ")} -m venv "${venvFolder}"`,
    install(venv(venvFolder, "extension", platform).program),
  ];
}

/** PowerShell, VS Code's own choice on Windows, runs a quoted program only with an ampersand. */
function quoted(program: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `& "${program}"` : `"${program}"`;
}
