// One sidecar process: started, greeted as LSP wants it, spoken to, ended. It must never be killed with a window:
// closing stdin tells it that the editor has gone, and it decides itself whether turns keep it alive.
import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import {
  createMessageConnection,
  ErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import { ConnectionLost } from "./loss";
import { lastLine, withoutPythonVariables } from "./probing";

/** A first start compiles the sidecar's modules and may rebuild its views. */
const GREETING_MS_MAX = 60_000;
const FAREWELL_MS_MAX = 2_000;
const STDERR_CHARACTERS_KEPT = 4_000;

export interface LaunchOptions {
  executable: string;
  /** The folder that holds the package `chatbox`. */
  sidecarFolder: string;
  workspaceFolder: string;
  workspaceName: string;
  /** Whether it may run agents: only in a trusted workspace. */
  supervise: boolean;
  clientVersion: string;
}

export type Hear = (method: string, params: unknown) => void;

export interface Ending {
  /** Why, in a few words. */
  because: string;
}

export interface SidecarProcess {
  request(method: string, params: unknown): Promise<unknown>;
  readonly ended: Promise<Ending>;
  /** Says good-bye and closes stdin. With `forget` the process is left to itself, else it is killed when it does not answer. */
  end(how: "forget" | "insist"): Promise<void>;
}

/** The command line; -P keeps the workspace's own files from being imported in the place of packages. */
export function sidecarArguments(options: Pick<LaunchOptions, "supervise">): readonly string[] {
  return ["-P", "-m", "chatbox", "lsp", options.supervise ? "--supervise" : "--no-supervise"];
}

/** The sidecar, and the agents it runs, get the person's environment, not the editor's internals. */
export function sidecarEnvironment(
  env: NodeJS.ProcessEnv,
  options: Pick<LaunchOptions, "sidecarFolder" | "workspaceFolder">,
): NodeJS.ProcessEnv {
  const kept = Object.entries(withoutPythonVariables(env)).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    AGENTCHAT_WORKSPACE: options.workspaceFolder,
    PYTHONPATH: options.sidecarFolder,
    PYTHONUTF8: "1",
  };
}

interface Piped {
  process: ChildProcess;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
}

function start(options: LaunchOptions): Piped {
  const child = spawn(options.executable, sidecarArguments(options), {
    cwd: options.workspaceFolder,
    env: sidecarEnvironment(process.env, options),
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
    // A process group of its own: what ends the editor's group does not end a running turn.
    detached: process.platform !== "win32",
  });
  return { process: child, stdin: child.stdin, stdout: child.stdout, stderr: child.stderr };
}

/** Starts a sidecar; settles when it has answered the greeting, or rejects with the reason. */
export async function launch(
  options: LaunchOptions,
  hear: Hear,
  log: (line: string) => void,
): Promise<SidecarProcess> {
  const piped = start(options);
  log(`Started ${options.executable} ${sidecarArguments(options).join(" ")} (pid ${piped.process.pid ?? 0})`);
  const ended = watch(piped, log);
  const connection = connect(piped, hear, log);
  void ended.then(() => {
    connection.dispose();
  });
  const greeted = withDeadline(greet(connection, options), GREETING_MS_MAX, "it did not answer in time");
  try {
    await Promise.race([greeted, ended.then(({ because }) => Promise.reject(new Error(because)))]);
  } catch (error) {
    // An early death breaks the connection first; the process's own reason says more.
    piped.process.kill("SIGKILL");
    const { because } = await ended;
    const isNews = error instanceof Error && !because.includes(error.message);
    throw new Error(isNews ? `${error.message}; ${because}` : because, { cause: error });
  }
  return {
    request: (method, params) => ask(connection, method, params),
    ended,
    end: (how) => end(piped, connection, how),
  };
}

/** The sidecar's own errors, and the library's when the sidecar is gone. */
const LOSSES: ReadonlySet<number> = new Set([
  ErrorCodes.MessageWriteError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
]);

async function ask(connection: MessageConnection, method: string, params: unknown): Promise<unknown> {
  try {
    return await connection.sendRequest<unknown>(method, params);
  } catch (error) {
    if (error instanceof ResponseError && !LOSSES.has(error.code)) throw error;
    throw new ConnectionLost(error instanceof Error ? error.message : "The connection broke.");
  }
}

function watch({ process: child, stderr }: Piped, log: (line: string) => void): Promise<Ending> {
  let tail = "";
  stderr.setEncoding("utf8");
  stderr.on("data", (text: string) => {
    tail = (tail + text).slice(-STDERR_CHARACTERS_KEPT);
    for (const line of text.trimEnd().split("\n")) log(`sidecar: ${line}`);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve({ because: error.message });
    });
    child.once("close", (code, signal) => {
      resolve({ because: reason(code, signal, tail) });
    });
  });
}

export function reason(code: number | null, signal: string | null, stderr: string): string {
  if (signal !== null) return `killed by ${signal}`;
  const said = code === 0 ? undefined : lastLine(stderr);
  return said === undefined ? `exit code ${code ?? 0}` : `exit code ${code ?? 0}: ${said}`;
}

function connect({ stdin, stdout }: Piped, hear: Hear, log: (line: string) => void): MessageConnection {
  const connection = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  connection.onError(([error]) => {
    log(`The connection to the sidecar: ${error.message}`);
  });
  connection.onNotification(hear);
  // A pipe whose reader has died reports it here; the ending of the process says the rest.
  stdin.on("error", () => undefined);
  connection.listen();
  return connection;
}

async function greet(connection: MessageConnection, options: LaunchOptions): Promise<void> {
  const rootUri = pathToFileURL(options.workspaceFolder).toString();
  await connection.sendRequest("initialize", {
    // Its end counts as that of the pipe, should somebody else hold that: turns that run still end first.
    processId: process.pid,
    clientInfo: { name: "ChatBox for VS Code", version: options.clientVersion },
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: options.workspaceName }],
    capabilities: {},
  });
  await connection.sendNotification("initialized", {});
}

async function end(piped: Piped, connection: MessageConnection, how: "forget" | "insist"): Promise<void> {
  try {
    await withDeadline(connection.sendRequest("shutdown"), FAREWELL_MS_MAX, "no answer to shutdown");
    await connection.sendNotification("exit");
  } catch {
    if (how === "insist") piped.process.kill("SIGKILL");
  }
  connection.dispose();
  piped.stdin.end();
  piped.process.unref();
}

function withDeadline<T>(work: Promise<T>, ms: number, complaint: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(complaint));
    }, ms);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
