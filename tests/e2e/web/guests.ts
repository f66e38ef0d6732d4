// A real `agent-chat serve` for each test, ended with it, and a guest's page at the size of a phone.
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expect, test as base } from "@playwright/test";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const agentChat = join(root, ".venv", "bin", "agent-chat");
const STARTING_MS = 30_000;

export const PASSWORD = "correct horse & battery #1";

export class GuestRoom {
  #process: ChildProcessWithoutNullStreams | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<GuestRoom> {
    const folder = await mkdtemp(join(tmpdir(), "chatbox-guests-"));
    const room = new GuestRoom(folder, await freePort());
    await room.begin();
    return room;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get link(): string {
    return `${this.url}/#password=${encodeURIComponent(PASSWORD)}`;
  }

  /** Serve the room, again on the same port after `end`. */
  async begin(password = PASSWORD): Promise<void> {
    const child = spawn(agentChat, ["serve", "--password", password, "--port", String(this.port)], {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], HOME: this.folder },
    });
    this.#process = child;
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString();
    });
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`agent-chat serve did not start in time: ${said}`));
      }, STARTING_MS);
      createInterface(child.stdout).on("line", (line) => {
        if (!line.startsWith("📋")) return;
        clearTimeout(late);
        resolve();
      });
      child.once("exit", (code) => {
        reject(new Error(`agent-chat serve ended with ${code ?? "a signal"}: ${said}`));
      });
    });
  }

  async end(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await ended;
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** As an agent's client says it. */
  async say(agent: string, text: string): Promise<void> {
    const answer = await fetch(`${this.url}/messages`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Room-Password": PASSWORD },
      body: JSON.stringify({ agent, text }),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

interface Fixtures {
  room: GuestRoom;
  /** A phone that was given the link. It must not complain on the console. */
  phone: Page;
}

export const test = base.extend<Fixtures>({
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  // eslint-disable-next-line no-empty-pattern -- Playwright reads which fixtures are asked for from the pattern
  room: async ({}, use) => {
    const room = await GuestRoom.start();
    await use(room);
    await room.stop();
  },
  phone: async ({ room, page }, use) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) errors.push(message.text());
    });
    await page.goto(room.link);
    await expect(page.getByRole("heading", { name: "Room" })).toBeVisible();
    await use(page);
    if (errors.length > 0) throw new Error(`The page complained: ${errors.join("\n")}`);
  },
});

export { expect };
