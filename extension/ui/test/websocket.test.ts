import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Events } from "#protocol/types.gen";
import type { Listener } from "../src/connection/websocket";
import { WebSocketConnection } from "../src/connection/websocket";
import { supervising } from "./things";

interface Frame {
  id: number;
  method: string;
  params: Record<string, unknown>;
}

/** The server's end of the sockets that the connection opened; the newest is the one in use. */
class Server {
  readonly frames: Frame[][] = [];
  readonly closed: boolean[] = [];
  readonly #listeners: Listener[] = [];

  open = (listener: Listener): { send(text: string): void; close(): void } => {
    const at = this.#listeners.push(listener) - 1;
    const frames: Frame[] = [];
    this.frames.push(frames);
    this.closed.push(false);
    return {
      // SAFETY: the connection under test writes the frames.
      send: (text) => void frames.push(JSON.parse(text) as Frame),
      close: () => {
        this.closed[at] = true;
      },
    };
  };

  get sockets(): number {
    return this.#listeners.length;
  }

  get sent(): Frame[] {
    return this.frames.at(-1) ?? [];
  }

  greet(): void {
    this.#listeners.at(-1)?.opened();
  }

  accept(): void {
    this.greet();
    this.answer("authenticate", { participant: "ada" });
  }

  drop(): void {
    this.#listeners.at(-1)?.closed();
  }

  hear(frame: object, socket = -1): void {
    this.say(JSON.stringify({ jsonrpc: "2.0", ...frame }), socket);
  }

  say(text: string, socket = -1): void {
    this.#listeners.at(socket)?.heard(text);
  }

  answer(method: string, result: unknown): void {
    this.hear({ id: this.sent.findLast((frame) => frame.method === method)?.id, result });
  }

  refuse(method: string, code: string): void {
    const id = this.sent.findLast((frame) => frame.method === method)?.id;
    this.hear({ id, error: { code: -32000, message: "No.", data: { code } } });
  }
}

let server: Server;
let keys: number;

const connect = (): WebSocketConnection => new WebSocketConnection(server.open, () => `key-${(keys += 1)}`);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  keys = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the page's connection", () => {
  test("authenticates by its cookie, then asks", async () => {
    const connection = connect();
    const answer = connection.call("rooms", {});
    expect(server.sent).toEqual([]);
    server.accept();
    expect(server.sent[0]).toMatchObject({ method: "authenticate", params: {} });
    server.answer("chatbox/rooms", { channels: [], cursor: 3 });
    await expect(answer).resolves.toEqual({ channels: [], cursor: 3 });
  });

  test("a refusal keeps its code", async () => {
    const connection = connect();
    server.accept();
    const answer = connection.call("approve", { post_id: 3 });
    server.refuse("chatbox/approve", "HUMAN_REQUIRED");
    await expect(answer).rejects.toMatchObject({ code: "HUMAN_REQUIRED", message: "No." });
  });

  test("an unanswered write is sent again with the same key, an answered one is not", async () => {
    const connection = connect();
    server.accept();
    const first = connection.call("chat", { channel: "#general", body: "one" });
    server.answer("chatbox/chat", { message_id: 1 });
    await first;
    const second = connection.call("chat", { channel: "#general", body: "two" });
    const key = server.sent.at(-1)?.params["client_key"];
    server.drop();
    vi.runOnlyPendingTimers();
    server.accept();
    const repeated = server.sent.filter(({ method }) => method === "chatbox/chat");
    expect(repeated).toHaveLength(1);
    expect(repeated[0]?.params).toEqual({ channel: "#general", body: "two", client_key: key });
    server.answer("chatbox/chat", { message_id: 2 });
    await expect(second).resolves.toEqual({ message_id: 2 });
  });

  test("following resumes behind the last event", () => {
    const connection = connect();
    server.accept();
    const seen: Events[] = [];
    connection.follow(4, (events) => seen.push(events));
    expect(server.sent.at(-1)).toMatchObject({ method: "chatbox/follow", params: { after: 4 } });
    server.hear({ method: "chatbox/events", params: supervising(9) });
    server.drop();
    vi.runOnlyPendingTimers();
    server.accept();
    expect(server.sent.at(-1)).toMatchObject({ method: "chatbox/follow", params: { after: 9 } });
    expect(seen).toEqual([supervising(9)]);
  });

  test("it says how it stands, and waits longer after each failure", () => {
    const states: string[] = [];
    connect().onStatus(({ state }) => states.push(state));
    server.accept();
    server.drop();
    const gaps: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      const before = Date.now();
      vi.advanceTimersToNextTimer();
      gaps.push(Date.now() - before);
      server.drop();
    }
    expect(states).toEqual(["connecting", "connected", ...Array<string>(9).fill("reconnecting")]);
    expect(gaps[0]).toBeLessThanOrEqual(250);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8_000);
    expect(gaps.at(-1)).toBeGreaterThan(4_000);
  });

  test("without a session it stops and says so; hurrying tries again", () => {
    const connection = connect();
    const states: string[] = [];
    connection.onStatus(({ state }) => states.push(state));
    server.greet();
    server.refuse("authenticate", "SESSION_EXPIRED");
    expect(states.at(-1)).toBe("signed-out");
    vi.advanceTimersByTime(60_000);
    expect(server.sockets).toBe(1);
    connection.hurry();
    server.accept();
    expect(states.at(-1)).toBe("connected");
  });

  test("what an earlier socket still says does not count", () => {
    const connection = connect();
    server.accept();
    const seen: Events[] = [];
    connection.follow(0, (events) => seen.push(events));
    server.drop();
    vi.runOnlyPendingTimers();
    server.hear({ method: "chatbox/events", params: supervising(5) }, 0);
    expect(seen).toEqual([]);
  });

  test("a silent connection is given up and opened again", () => {
    connect();
    server.accept();
    vi.advanceTimersByTime(20_000);
    expect(server.sent.at(-1)).toMatchObject({ method: "chatbox/whoami" });
    vi.advanceTimersByTime(8_000);
    expect(server.closed[0]).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(server.sockets).toBe(2);
  });

  test.each([
    "not json",
    '"text"',
    '{"id":"7","result":1}',
    '{"method":"chatbox/events","params":{"cursor":"x"}}',
  ])("%s is dropped", (text) => {
    const connection = connect();
    server.accept();
    const seen: Events[] = [];
    connection.follow(0, (events) => seen.push(events));
    server.say(text);
    expect(seen).toEqual([]);
  });
});
