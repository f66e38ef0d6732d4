// Following a room: its event stream, or polling where a proxy in between holds streams back. Resumes where it was.
import type { Page, Said } from "./asking";
import { Refused, SignedOut, saidIn } from "./asking";

export type Standing = "connecting" | "live" | "lost" | "signed-out" | "closed";

export interface Source {
  poll(after: number, signal: AbortSignal): Promise<Page>;
  stream(after: number, signal: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>>;
}

export interface Hearing {
  /** `afresh`: the room began anew, and what was shown is gone. */
  heard(messages: readonly Said[], afresh: boolean): void;
  stands(standing: Standing, why: string): void;
}

/** A stream says something at once; one that does not is held back on the way. */
const FIRST_BYTES_MS = 4_000;
/** The room sends a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;
const RETRY_MS = 2_000;
const HELD_MS = 1_000;

export class Following {
  #after = 0;
  #end = new AbortController();

  constructor(
    private readonly source: Source,
    private readonly hearing: Hearing,
    private live: "stream" | "poll",
  ) {}

  /** Until `stop`, or until the room wants its password or is closed. */
  async run(): Promise<void> {
    const { signal } = this.#end;
    this.hearing.stands("connecting", "");
    while (!this.#isOver()) {
      const way = this.live;
      try {
        await (way === "stream" ? this.#stream(signal) : this.#poll(signal));
        // Another way is tried at once.
        if (this.live !== way) continue;
      } catch (error) {
        if (this.#isOver()) return;
        if (error instanceof SignedOut) {
          this.hearing.stands("signed-out", "");
          return;
        }
        if (error instanceof Refused) {
          this.hearing.stands("closed", error.message);
          return;
        }
        this.hearing.stands("lost", "");
      }
      await pause(RETRY_MS, signal);
    }
  }

  stop(): void {
    this.#end.abort();
  }

  #isOver(): boolean {
    return this.#end.signal.aborted;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!this.#isOver()) {
      // A poll that is held is as good as an answer; one that nobody hears fails sooner.
      const held = setTimeout(() => {
        this.hearing.stands("live", "");
      }, HELD_MS);
      const { messages, next } = await this.source.poll(this.#after, signal).finally(() => {
        clearTimeout(held);
      });
      this.hearing.stands("live", "");
      const isAfresh = next < this.#after;
      // What this page says of a room that began anew is behind its beginning.
      this.#after = isAfresh ? 0 : next;
      if (messages.length > 0 || isAfresh) this.hearing.heard(messages, isAfresh);
    }
  }

  async #stream(signal: AbortSignal): Promise<void> {
    const attempt = new AbortController();
    const abort = (): void => {
      attempt.abort();
    };
    signal.addEventListener("abort", abort);
    let hasSpoken = false;
    let watch = setTimeout(abort, FIRST_BYTES_MS);
    try {
      const reader = await this.source.stream(this.#after, attempt.signal);
      const decoder = new TextDecoder();
      let held = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(abort, SILENCE_MS);
        if (!hasSpoken) this.hearing.stands("live", "");
        hasSpoken = true;
        const events = (held + decoder.decode(value, { stream: true })).split("\n\n");
        held = events.pop() ?? "";
        this.#take(events);
      }
    } catch (error) {
      if (!attempt.signal.aborted || this.#isOver() || hasSpoken) throw error;
      // Nothing came through: polling does.
      this.live = "poll";
    } finally {
      clearTimeout(watch);
      signal.removeEventListener("abort", abort);
      abort();
    }
  }

  #take(events: readonly string[]): void {
    const found: Said[] = [];
    let isAfresh = false;
    for (const event of events) {
      const { id, data } = fieldsOf(event);
      if (data === undefined) continue;
      isAfresh ||= id <= this.#after;
      this.#after = id;
      found.push(saidIn(parsed(data)));
    }
    if (found.length > 0) this.hearing.heard(found, isAfresh);
  }
}

function fieldsOf(event: string): { readonly id: number; readonly data: string | undefined } {
  const lines = event.split("\n");
  const field = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return { id: Number(field("id") ?? 0), data: field("data") };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}

/** Ends early with the signal, and when the page is looked at again: a phone that wakes up waits for nothing. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      window.removeEventListener("online", done);
      document.removeEventListener("visibilitychange", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
    window.addEventListener("online", done);
    document.addEventListener("visibilitychange", done);
  });
}
