// What activation costs the editor: the bundle is loaded and activated with a vscode that does nothing. Counted is the
// processor's time, which does not grow because something else runs on the machine.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const ACTIVATION_MS_MAX = 100;

const folder = mkdtempSync(join(tmpdir(), "chatbox-activation-"));
const bundle = join(folder, "host.js");

beforeAll(async () => {
  await build({
    absWorkingDir: join(import.meta.dirname, "..", "..", ".."),
    entryPoints: ["extension/host/src/extension.ts"],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs in a Node of its own; prints milliseconds, and which modules were loaded. */
const MEASURE = `
const Module = require("node:module");
const load = Module._load;
const asked = [];
const anything = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => "" : anything),
  apply: () => anything,
  construct: () => anything,
  set: () => true,
});
const workspace = { workspaceFolders: [], isTrusted: true, onDidGrantWorkspaceTrust() {}, onDidChangeConfiguration() {} };
const names = "window commands env EventEmitter Disposable TreeItem TreeItemCollapsibleState ThemeIcon ThemeColor Uri " +
  "StatusBarAlignment";
const vscode = { workspace, ...Object.fromEntries(names.split(" ").map((name) => [name, anything])) };
Module._load = (name, ...rest) => (asked.push(name), name === "vscode" ? vscode : load(name, ...rest));
const before = process.cpuUsage();
const host = require(process.argv[1]);
host.activate({ subscriptions: [], extensionUri: { fsPath: "/e" }, globalStorageUri: { fsPath: "/s" }, extension: {} });
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ ms: (user + system) / 1000, asked }));
process.exit();
`;

function activate(): { ms: number; asked: string[] } {
  const printed = execFileSync(process.execPath, ["-e", MEASURE, bundle], { encoding: "utf8" });
  // SAFETY: the script above printed it.
  return JSON.parse(printed) as { ms: number; asked: string[] };
}

it("costs the editor less than 100 ms", () => {
  const costs = [activate().ms, activate().ms, activate().ms];
  expect(Math.min(...costs)).toBeLessThan(ACTIVATION_MS_MAX);
});

it("starts no process and loads nothing of the connection", () => {
  expect(activate().asked).not.toContain("node:child_process");
});
