// A real room for each test: `chatbox up` in a folder of its own, with a home of its own, ended with the test.
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { expect, test as base } from "@playwright/test";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const chatbox = join(root, ".venv", "bin", "chatbox");
const STARTING_MS = 30_000;

export const NOTES = "notes.md";

export class Room {
  #process: ChildProcessWithoutNullStreams | undefined;
  #url = "";

  private constructor(
    private readonly folder: string,
    private readonly options: readonly string[],
  ) {}

  static async start(options: readonly string[]): Promise<Room> {
    const folder = await mkdtemp(join(tmpdir(), "chatbox-web-"));
    const room = new Room(folder, options);
    await mkdir(room.workspace, { recursive: true });
    await writeFile(join(room.workspace, NOTES), "# Parser notes\n\nThe parser reads one token at a time.\n");
    await room.begin();
    return room;
  }

  get workspace(): string {
    return join(this.folder, "workspace");
  }

  get url(): string {
    return this.#url;
  }

  /** Run the room, again on the same port after `kill`. */
  async begin(): Promise<void> {
    const child = spawn(chatbox, ["up", "--json", ...this.options], {
      cwd: this.workspace,
      env: this.#environment,
    });
    this.#process = child;
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString();
    });
    const started = await new Promise<unknown>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`chatbox up did not start in time: ${said}`));
      }, STARTING_MS);
      createInterface(child.stdout).on("line", (line) => {
        clearTimeout(late);
        resolve(JSON.parse(line));
      });
      child.once("exit", (code) => {
        reject(new Error(`chatbox up ended with ${code ?? "a signal"}: ${said}`));
      });
    });
    this.#url = textIn(started, "url");
  }

  /** As a crash does it: nothing is said to anybody. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.#end("SIGTERM");
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A fresh link to the page. */
  async link(): Promise<string> {
    return textIn(await this.run("link"), "url");
  }

  /** What a command of the person's prints. */
  async run(...command: readonly string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(chatbox, [...command, "--json"], {
      cwd: this.workspace,
      env: this.#environment,
    });
    return JSON.parse(stdout) as unknown;
  }

  /** An agent from outside introduces itself; what it answers does things as that agent. */
  async visit(name: string, channels: readonly string[]): Promise<Visitor> {
    const admission = (await readFile(join(this.workspace, ".agentchat", "token"), "utf8")).trim();
    const greeting = await this.#ask("hello", admission, { name, default_channels: channels });
    const session = textIn(greeting, "session_token");
    return (operation, params) => this.#ask(operation, session, params);
  }

  async #ask(operation: string, token: string, params: object): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/${operation}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(params),
    });
    if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Nothing of the machine's own ChatBox: another home, and no inherited workspace or token. */
  get #environment(): NodeJS.ProcessEnv {
    const home = join(this.folder, "home");
    return {
      PATH: process.env["PATH"],
      HOME: home,
      XDG_STATE_HOME: join(home, "state"),
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_DATA_HOME: join(home, "data"),
      XDG_CACHE_HOME: join(home, "cache"),
      AGENTCHAT_WORKSPACE: this.workspace,
      USER: "ada",
      LOGNAME: "ada",
    };
  }
}

export type Visitor = (operation: string, params: object) => Promise<unknown>;

export function textIn(value: unknown, field: string): string {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
  if (typeof found !== "string") throw new Error(`No ${field} in ${JSON.stringify(value)}`);
  return found;
}

export function numberIn(value: unknown, field: string): number {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
  if (typeof found !== "number") throw new Error(`No ${field} in ${JSON.stringify(value)}`);
  return found;
}

interface Fixtures {
  /** Options of `chatbox up`. */
  options: readonly string[];
  room: Room;
  /** A page that was opened by a link and shows the chat. It must not complain on the console. */
  chat: Page;
}

export const test = base.extend<Fixtures>({
  options: [["--demo"], { option: true }],
  room: async ({ options }, use) => {
    const room = await Room.start(options);
    await use(room);
    await room.stop();
  },
  chat: async ({ room, page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) errors.push(message.text());
    });
    await page.goto(await room.link());
    await page.getByRole("textbox", { name: "Message #general" }).waitFor();
    await use(page);
    if (errors.length > 0) throw new Error(`The page complained: ${errors.join("\n")}`);
  },
});

/** The agents of the demonstration have said what they have to say: nothing moves any more. */
export async function untilTheyWait(chat: Page): Promise<void> {
  await expect(chat.getByRole("feed").getByRole("button", { name: "Approve" })).toBeVisible();
}

export { expect };
