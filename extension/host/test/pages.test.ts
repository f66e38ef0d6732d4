import { expect, it } from "vitest";
import { sidecarArguments, sidecarEnvironment, reason } from "../src/sidecar/process";
import { leadsThere } from "../src/views/browserLink";
import { chatPage, problemPage } from "../src/views/page";
import { inside } from "../src/views/paths";
import { problemOf } from "../src/views/problems";

const where = { lockFile: "/ext/requirements.lock", venvFolder: "/storage/venv", platform: "linux" } as const;

it("lets the chat page run its own script and nothing else", () => {
  const html = chatPage({
    cspSource: "https://cdn",
    scriptUri: "https://cdn/a.js",
    styleUri: "https://cdn/a.css",
    nonce: "n",
  });
  expect(html).toContain("default-src 'none'; script-src 'nonce-n'");
  expect(html).not.toContain("unsafe");
});

it("says on a page without scripts what to do about a missing Python", () => {
  const problem = problemOf(
    {
      kind: "no-python",
      tried: [
        { candidate: { program: "<b>", args: [], origin: "path" }, probe: { kind: "old", version: "3.9.0" } },
      ],
    },
    where,
  );
  const html = problem === undefined ? "" : problemPage(problem, "n");
  expect(html).not.toContain("<script");
  expect(html).toContain("&lt;b&gt; is Python 3.9.0; 3.11 or newer is needed.");
  expect(html).toContain("pip install --require-hashes -r &quot;/ext/requirements.lock&quot;");
  expect(html).toContain("command:chatbox.openPythonSetting");
});

it("keeps the chat while the sidecar comes back", () => {
  expect(problemOf({ kind: "restarting", because: "x", inMs: 1 }, where)).toBeUndefined();
  expect(problemOf({ kind: "stopped", because: "x" }, where)).toBeUndefined();
});

it.each([
  ["src/a.ts", "/ws/src/a.ts"],
  ["/ws/src/a.ts", "/ws/src/a.ts"],
  ["./a/../b.ts", "/ws/b.ts"],
  ["..dots/a", "/ws/..dots/a"],
  ["..", undefined],
  ["../other/a.ts", undefined],
  ["/etc/passwd", undefined],
  ["//host/share", undefined],
  ["\\\\host\\share", undefined],
  ["a\0b", undefined],
  [".", undefined],
])("opens of %j only what is inside of the folder", (path, found) => {
  expect(inside("/ws", path)).toBe(found);
});

it("starts agents only in a trusted workspace, and never imports the workspace's own files", () => {
  expect(sidecarArguments({ supervise: true })).toEqual(["-P", "-m", "chatbox", "lsp", "--supervise"]);
  expect(sidecarArguments({ supervise: false })).toEqual(["-P", "-m", "chatbox", "lsp", "--no-supervise"]);
});

it("gives the sidecar the person's environment without the editor's internals", () => {
  const env = {
    PATH: "/bin",
    VSCODE_IPC_HOOK: "x",
    ELECTRON_RUN_AS_NODE: "1",
    NODE_OPTIONS: "y",
    PYTHONPATH: "z",
  };
  expect(sidecarEnvironment(env, { sidecarFolder: "/ext/sidecar", workspaceFolder: "/ws" })).toEqual({
    PATH: "/bin",
    AGENTCHAT_WORKSPACE: "/ws",
    PYTHONPATH: "/ext/sidecar",
    PYTHONUTF8: "1",
  });
});

it.each([
  [null, "SIGKILL", "", "killed by SIGKILL"],
  [1, null, "Traceback\nImportError: no pygls\n", "exit code 1: ImportError: no pygls"],
  [0, null, "bye", "exit code 0"],
])("says why the process ended (%j %j)", (code, signal, stderr, said) => {
  expect(reason(code, signal, stderr)).toBe(said);
});

it.each([
  ["http://127.0.0.1:4000/#code=c", true],
  ["http://localhost:4000/#code=c", true],
  ["http://localhost:4001/#code=c", false],
  ["http://127.0.0.1:8080/proxy/4000/#code=c", false],
  ["https://code.example.org/#code=c", false],
])("knows whether %s leads to the room's page", (external, leads) => {
  expect(leadsThere("http://127.0.0.1:4000/#code=c", external)).toBe(leads);
});
