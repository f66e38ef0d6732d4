import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Page, Said } from "../src/room/asking";
import { Asking, Refused, SignedOut, saidIn } from "../src/room/asking";
import type { Source, Standing } from "../src/room/following";
import { Following } from "../src/room/following";
import { takePassword } from "../src/room/link";

const said = (text: string): Said => ({ agent: "ada", text, at: 0 });

const event = (id: number, text: string): string =>
  `id: ${id}\ndata: ${JSON.stringify({ agent: "ada", text, timestamp: "" })}\n\n`;

/** A room that does what the test says. */
class Room implements Source {
  readonly polled: number[] = [];
  readonly streamed: number[] = [];
  readonly pages: (Page | Error)[] = [];
  readonly streams: (readonly string[] | Error | "silent")[] = [];

  poll = async (after: number, signal: AbortSignal): Promise<Page> => {
    this.polled.push(after);
    return answered(this.pages.shift(), signal);
  };

  stream = async (after: number, signal: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    this.streamed.push(after);
    const next = await answered(this.streams.shift(), signal);
    if (next === "silent") return answered<ReadableStreamDefaultReader<Uint8Array>>(undefined, signal);
    const bytes = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const text of next) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    return bytes.getReader();
  };
}

/** What was prepared; with nothing prepared it waits until it is given up. */
function answered<T>(prepared: T | Error | undefined, signal: AbortSignal): Promise<T> {
  if (prepared instanceof Error) return Promise.reject(prepared);
  if (prepared !== undefined) return Promise.resolve(prepared);
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new DOMException("given up", "AbortError"));
    });
  });
}

class Ear {
  texts: string[] = [];
  readonly standings: Standing[] = [];
  why = "";

  heard(messages: readonly Said[], afresh: boolean): void {
    if (afresh) this.texts = [];
    this.texts.push(...messages.map(({ text }) => text));
  }

  stands(standing: Standing, why: string): void {
    if (this.standings.at(-1) !== standing) this.standings.push(standing);
    this.why = why;
  }
}

function follow(room: Room, live: "stream" | "poll"): { readonly ear: Ear; readonly following: Following } {
  const ear = new Ear();
  const following = new Following(room, ear, live);
  void following.run();
  return { ear, following };
}

const moments = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("following a room", () => {
  test("a stream is taken apart wherever it was cut, and resumed behind its last event", async () => {
    const room = new Room();
    const whole = `: connected\n\n${event(1, "one")}${event(2, "zwei ü")}`;
    room.streams.push([whole.slice(0, 25), whole.slice(25, 90), whole.slice(90)], [event(3, "three")]);
    const { ear, following } = follow(room, "stream");
    await moments(5_000);
    expect(ear.texts).toEqual(["one", "zwei ü", "three"]);
    expect(room.streamed).toEqual([0, 2, 3]);
    expect(ear.standings).toEqual(["connecting", "live"]);
    following.stop();
  });

  test("a stream that says nothing at first is given up for polling", async () => {
    const room = new Room();
    room.streams.push("silent");
    room.pages.push({ messages: [said("one")], next: 1 });
    const { ear, following } = follow(room, "stream");
    await moments(4_500);
    expect(ear.texts).toEqual(["one"]);
    expect(room.streamed).toEqual([0]);
    expect(room.polled).toEqual([0, 1]);
    following.stop();
  });

  test("a held poll counts as live, and a lost room as lost until it is back", async () => {
    const room = new Room();
    const { ear, following } = follow(room, "poll");
    await moments(1_500);
    expect(ear.standings).toEqual(["connecting", "live"]);
    following.stop();
    const gone = new Room();
    gone.pages.push(new TypeError("Failed to fetch"), { messages: [said("back")], next: 1 });
    const second = follow(gone, "poll");
    await moments(100);
    expect(second.ear.standings).toEqual(["connecting", "lost"]);
    await moments(2_500);
    expect(second.ear.standings).toEqual(["connecting", "lost", "live"]);
    expect(second.ear.texts).toEqual(["back"]);
    second.following.stop();
  });

  test("a room that began anew is shown from its beginning", async () => {
    const polled = new Room();
    polled.pages.push({ messages: [said("old")], next: 7 }, { messages: [], next: 2 });
    polled.pages.push({ messages: [said("new")], next: 2 });
    const first = follow(polled, "poll");
    await moments(100);
    expect(first.ear.texts).toEqual(["new"]);
    expect(polled.polled).toEqual([0, 7, 0, 2]);
    first.following.stop();
    const streamed = new Room();
    streamed.streams.push([event(7, "old")], [event(1, "new"), event(2, "newer")]);
    const second = follow(streamed, "stream");
    await moments(5_000);
    expect(second.ear.texts).toEqual(["new", "newer"]);
    second.following.stop();
  });

  test.each([
    [new SignedOut("no"), "signed-out"],
    [new Refused("This room is closed."), "closed"],
  ] as const)("%s ends it", async (error, standing) => {
    const room = new Room();
    room.streams.push(error);
    const { ear } = follow(room, "stream");
    await moments(60_000);
    expect(ear.standings.at(-1)).toBe(standing);
    expect(room.streamed).toHaveLength(1);
  });
});

describe("asking a room", () => {
  const answering = (status: number, body: unknown): Asking =>
    new Asking(() => Promise.resolve(new Response(JSON.stringify(body), { status })));

  test("answers of other shapes do no harm", async () => {
    const { signal } = new AbortController();
    expect(await answering(200, null).poll(3, signal)).toEqual({ messages: [], next: 3 });
    expect(await answering(200, { name: 1, live: 2 }).about()).toEqual({ name: "Room", live: "stream" });
    expect(saidIn({ agent: { a: 1 }, text: ["x"], timestamp: 5 })).toEqual({
      agent: '{"a":1}',
      text: '["x"]',
      at: 0,
    });
    expect(saidIn(7)).toEqual({ agent: "anonymous", text: "", at: 0 });
  });

  test("a proxy without its server is no closed room", async () => {
    const gone = answering(502, "Bad gateway").poll(0, new AbortController().signal);
    await expect(gone).rejects.not.toBeInstanceOf(Refused);
  });

  test("refusals are sentences", async () => {
    await expect(answering(401, {}).about()).rejects.toThrow(SignedOut);
    await expect(answering(404, {}).about()).rejects.toThrow("This room is closed.");
    await expect(answering(429, { error: "Too many wrong passwords" }).signIn("x")).rejects.toThrow(
      "Too many wrong passwords.",
    );
  });
});

describe("the password of a link", () => {
  const past = { replaceState: vi.fn() };

  test.each([
    ["#password=a%20b%26c", "", "a b&c"],
    ["", "?password=a%2Bb", "a+b"],
    ["#password=", "", ""],
    ["#other=1", "?x=2", undefined],
  ])("%s%s", (hash, search, expected) => {
    past.replaceState.mockClear();
    expect(takePassword({ hash, search, pathname: "/rooms/a/" }, past)).toBe(expected);
    expect(past.replaceState.mock.calls).toEqual(expected === undefined ? [] : [[null, "", "/rooms/a/"]]);
  });
});
