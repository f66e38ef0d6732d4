// Where things stand, on every platform. Standard library only: this runs before anything is installed.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const inRoot = (...parts) => join(root, ...parts);

export const cache = inRoot(".cache");
export const reports = join(cache, "reports");
export const agentChatroom = join(cache, "agent-chatroom");
export const mcpPrograms = join(cache, "mcp");
export const dist = inRoot("extension", "dist");
export const web = inRoot("sidecar", "chatbox", "web");
export const vsix = inRoot("extension", "chatbox.vsix");
export const venv = inRoot(".venv");

const onWindows = process.platform === "win32";

/** A program of the virtual environment: `python`, `chatbox`, `ruff` … */
export function venvProgram(name) {
  return onWindows ? join(venv, "Scripts", `${name}.exe`) : join(venv, "bin", name);
}

/** The script behind a command of an npm package; run it with `process.execPath`, which needs no shell anywhere. */
export function nodeProgram(packageName, command = packageName) {
  const folder = inRoot("node_modules", ...packageName.split("/"));
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/** npm as [program, ...arguments]; npm names its own script when it runs ours. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js") && existsSync(script)) return [process.execPath, script];
  const besideNode = join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js");
  return existsSync(besideNode) ? [process.execPath, besideNode] : ["npm"];
}

/** Whether this file is the one that was started, not imported by another script. */
export function isMain(moduleUrl) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);
}
