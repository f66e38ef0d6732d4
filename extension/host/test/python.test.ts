import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  PACKAGES,
  candidates,
  choosePython,
  findings,
  readProbe,
  setupCommands,
  type Candidate,
  type Probe,
  type Surroundings,
  type Tried,
} from "../src/sidecar/python";

const around: Surroundings = {
  configured: "",
  extensionFolder: "/ext",
  venvFolder: "/storage/venv",
  workspaceFolder: "/ws",
  homeFolder: "/home/ada",
  isTrusted: true,
  platform: "linux",
};

const programs = (given: Partial<Surroundings>): string[] =>
  candidates({ ...around, ...given }).map(({ program, args }) => [program, ...args].join(" "));

describe("which Python is looked at", () => {
  it("looks at its own environments, the workspace's, then the PATH", () => {
    expect(programs({})).toEqual([
      "/storage/venv/bin/python",
      "/ext/.venv/bin/python",
      "/.venv/bin/python",
      "/ws/.venv/bin/python",
      "python3",
      "python",
      "py -3",
    ]);
  });

  it("looks at nothing but the setting when there is one", () => {
    expect(programs({ configured: "/opt/python" })).toEqual(["/opt/python"]);
  });

  it("understands the home folder and the workspace folder in the setting", () => {
    expect(programs({ configured: "~/venv/bin/python" })).toEqual(["/home/ada/venv/bin/python"]);
    expect(programs({ configured: "${workspaceFolder}/env/bin/python" })).toEqual(["/ws/env/bin/python"]);
  });

  it("runs nothing of an untrusted workspace", () => {
    expect(programs({ isTrusted: false })).not.toContain("/ws/.venv/bin/python");
  });

  it("looks into Scripts on Windows", () => {
    const found = programs({ platform: "win32", workspaceFolder: "C:\\ws" });
    expect(found).toContain("C:\\ws\\.venv\\Scripts\\python.exe");
  });

  it("prefers the Python that the package for Windows brings, there only", () => {
    const found = programs({ platform: "win32", extensionFolder: "C:\\ext" });
    expect(found[0]).toBe("C:\\ext\\runtime\\python.exe");
    expect(programs({}).join(" ")).not.toContain("runtime");
  });
});

describe("what a candidate answers", () => {
  const answer = (version: number[], missing: string[]): string =>
    `${JSON.stringify({ version, executable: "/usr/bin/python3", missing })}\n`;

  it.each<[string, string, Probe]>([
    ["one that has everything", answer([3, 11, 2], []), { kind: "fits", executable: "/usr/bin/python3" }],
    ["a newer one", answer([4, 0, 0], []), { kind: "fits", executable: "/usr/bin/python3" }],
    ["one that is too old", answer([3, 10, 9], []), { kind: "old", version: "3.10.9" }],
    [
      "one without packages",
      answer([3, 12, 1], ["mcp"]),
      { kind: "lacks", version: "3.12.1", packages: ["mcp"] },
    ],
    ["no Python at all", "hello", { kind: "broken", detail: "It did not answer like Python." }],
    ["other JSON", "{}", { kind: "broken", detail: "It did not answer like Python." }],
  ])("understands %s", (_, stdout, probe) => {
    expect(readProbe(stdout)).toEqual(probe);
  });
});

describe("the choice", () => {
  const among = candidates(around);
  const probing =
    (answers: Readonly<Record<string, Probe>>) =>
    ({ program }: Candidate): Promise<Probe> =>
      Promise.resolve(answers[program] ?? { kind: "absent" });

  it("takes the first that fits", async () => {
    const answers: Record<string, Probe> = {
      "/ws/.venv/bin/python": { kind: "lacks", version: "3.11.2", packages: ["mcp"] },
      python3: { kind: "fits", executable: "/usr/bin/python3.12" },
      python: { kind: "fits", executable: "/usr/bin/python" },
    };
    expect(await choosePython(among, probing(answers))).toEqual({
      kind: "found",
      executable: "/usr/bin/python3.12",
    });
  });

  it("says what is wrong with those that were found", async () => {
    const answers: Record<string, Probe> = {
      "/ws/.venv/bin/python": { kind: "lacks", version: "3.11.2", packages: ["mcp", "pygls"] },
      python3: { kind: "old", version: "3.9.1" },
      python: { kind: "broken", detail: "Segmentation fault" },
    };
    const choice = await choosePython(among, probing(answers));
    expect(choice.kind === "none" && findings(choice.tried)).toEqual([
      "/ws/.venv/bin/python (Python 3.11.2) lacks the packages mcp, pygls.",
      "python3 is Python 3.9.1; 3.11 or newer is needed.",
      "python does not run: Segmentation fault",
    ]);
  });

  it("says so when there is none", async () => {
    const choice = await choosePython(among, probing({}));
    expect(choice.kind === "none" && findings(choice.tried)).toEqual(["No Python was found."]);
  });

  it("names a setting that leads nowhere", async () => {
    const choice = await choosePython(candidates({ ...around, configured: "/nowhere" }), probing({}));
    expect(choice.kind === "none" && findings(choice.tried)).toEqual([
      "/nowhere (the setting chatbox.pythonPath) does not exist.",
    ]);
  });
});

describe("the commands that are named", () => {
  const lacking = (program: string, origin: Candidate["origin"], args: string[] = []): Tried => ({
    candidate: { program, args, origin },
    probe: { kind: "lacks", version: "3.12.0", packages: ["mcp"] },
  });

  it("make an environment where it is looked for first", () => {
    expect(setupCommands([], "/ext/requirements.lock", "/storage/my venv", "linux")).toEqual([
      'python3 -m venv "/storage/my venv"',
      '"/storage/my venv/bin/python" -m pip install --require-hashes -r "/ext/requirements.lock"',
    ]);
  });

  it("use the Python that is there", () => {
    expect(setupCommands([lacking("py", "path", ["-3"])], "C:\\lock", "C:\\venv", "win32")).toEqual([
      'py -3 -m venv "C:\\venv"',
      '& "C:\\venv\\Scripts\\python.exe" -m pip install --require-hashes -r "C:\\lock"',
    ]);
  });

  it("add the packages to the Python that the setting names", () => {
    expect(setupCommands([lacking("/opt/python", "setting")], "/lock", "/venv", "linux")).toEqual([
      '"/opt/python" -m pip install --require-hashes -r "/lock"',
    ]);
  });
});

it("asks for the packages that the sidecar declares for every platform", () => {
  const project = readFileSync(join(import.meta.dirname, "..", "..", "..", "pyproject.toml"), "utf8");
  const [, declared = ""] = /^dependencies = \[(.*?)^\]/ms.exec(project) ?? [];
  const everywhere = declared.split("\n").filter((line) => line.includes('"') && !line.includes(";"));
  const names = everywhere.map((line) => /"([\w-]+)/.exec(line)?.[1]);
  expect([...PACKAGES].sort()).toEqual(names.sort());
});
