// A real VS Code for one test file: npm's code-server with folders, settings and a port of its own.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..", "..");
const installed = process.env["CHATBOX_VSCODE"] ?? join(root, ".cache", "vscode");
const node = join(installed, "node24", "bin", "node");
const entry = join(installed, "cs", "node_modules", "code-server", "out", "node", "entry.js");

export const vsix = process.env["CHATBOX_VSIX"] ?? join(root, "extension", "chatbox.vsix");
export const repositoryPython = join(root, ".venv", "bin", "python");

const LISTENING_MS_MAX = 30_000;

/** Nothing pops up, updates or looks around by itself. */
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "remote.autoForwardPorts": false,
  "git.enabled": false,
  "chat.commandCenter.enabled": false,
  "chat.disableAIFeatures": true,
  "security.workspace.trust.startupPrompt": "never",
  "window.autoDetectColorScheme": false,
};

export interface CodeServerOptions {
  /** The machine's setting chatbox.pythonPath. */
  python: string;
  settings: Readonly<Record<string, unknown>>;
  /** Whether folders are asked about; without it every folder is trusted. */
  workspaceTrust: boolean;
}

export interface CodeServer {
  /** Where the window of a folder is, or the one of none. */
  windowOf(folder: string | undefined): string;
  /** A folder of its own for a test's files, gone with the server. */
  newFolder(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  for (const file of [entry, vsix]) {
    if (!existsSync(file))
      throw new Error(`${file} is missing: run \`npm test -- vsix code-server vscode\`.`);
  }
  const home = await realpath(await mkdtemp(join(tmpdir(), "chatbox-vscode-")));
  const places = await furnish(home, options);
  const folders = ["--user-data-dir", places.userData, "--extensions-dir", places.extensions];
  await finished(run([...folders, "--install-extension", vsix], home));
  const flags = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--ignore-last-opened"];
  const more = [
    "--disable-getting-started-override",
    ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"]),
  ];
  const server = run([...folders, ...flags, ...more, "--bind-addr", "127.0.0.1:0"], home);
  const url = await listening(server);
  return {
    windowOf: (folder) =>
      folder === undefined ? `${url}/?ew=true` : `${url}/?folder=${encodeURIComponent(folder)}`,
    newFolder: async (name) => {
      const folder = join(home, name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    stop: async () => {
      await killGroup(server);
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Places {
  userData: string;
  extensions: string;
}

async function made(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}

async function furnish(home: string, { settings, python }: CodeServerOptions): Promise<Places> {
  const places = { userData: join(home, "user-data"), extensions: join(home, "extensions") };
  const settingsFolders = ["User", "Machine"].map((name) => join(places.userData, name));
  await Promise.all([...settingsFolders, places.extensions, join(home, "tmp")].map(made));
  const all = { ...QUIET, ...settings };
  await writeFile(join(places.userData, "User", "settings.json"), JSON.stringify(all, null, 2));
  // The window is a remote one: what belongs to the machine is set there.
  const machine = { "chatbox.pythonPath": python };
  await writeFile(join(places.userData, "Machine", "settings.json"), JSON.stringify(machine, null, 2));
  return places;
}

/** In a process group of its own, with a home of its own; `npm test`'s variables are not its. */
function run(args: readonly string[], home: string): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VSCODE_|XDG_|AGENTCHAT_)/i.test(name),
  );
  return spawn(node, [entry, ...args], {
    cwd: home,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...Object.fromEntries(inherited),
      HOME: home,
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_DATA_HOME: join(home, "data"),
      XDG_STATE_HOME: join(home, "state"),
      XDG_CACHE_HOME: join(home, "cache"),
      TMPDIR: join(home, "tmp"),
    },
  });
}

async function finished(process: ChildProcess): Promise<void> {
  const said = listenTo(process);
  await once(process, "close");
  const { exitCode } = process;
  if (exitCode !== 0) throw new Error(`code-server ended with ${exitCode ?? "a signal"}:\n${said()}`);
}

/** The address that the server says it listens on. */
function listening(server: ChildProcess): Promise<string> {
  const said = listenTo(server);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`code-server does not listen:\n${said()}`));
    }, LISTENING_MS_MAX);
    server.stdout?.on("data", () => {
      const url = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said())?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    server.once("close", () => {
      clearTimeout(timer);
      reject(new Error(`code-server ended:\n${said()}`));
    });
  });
}

function listenTo(process: ChildProcess): () => string {
  let text = "";
  for (const stream of [process.stdout, process.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20_000);
    });
  }
  return () => text;
}

async function killGroup(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, "close");
  process.kill(-server.pid, "SIGKILL");
  await closed;
}
