// What a room's page asks of its room: plain HTTP with the room's cookie. Answers are looked at before they are believed.

export interface Said {
  readonly agent: string;
  readonly text: string;
  /** Microseconds; 0 when the message does not say. */
  readonly at: number;
}

export interface About {
  readonly name: string;
  /** Whether an event stream gets through at once, or only polling does. */
  readonly live: "stream" | "poll";
}

export interface Page {
  readonly messages: readonly Said[];
  /** How many messages there ever were. */
  readonly next: number;
}

/** The room does not know us: its password is wanted. */
export class SignedOut extends Error {}

/** The room answered, and said no; the message is for people. */
export class Refused extends Error {}

export type Send = (url: string, init?: RequestInit) => Promise<Response>;

export class Asking {
  /** Addresses are relative to the page's own, which ends with a slash. */
  constructor(private readonly send: Send) {}

  async signIn(password: string): Promise<void> {
    await this.#post("session", { password });
  }

  async about(): Promise<About> {
    const found = record(await this.#json("about"));
    return {
      name: typeof found["name"] === "string" ? found["name"] : "Room",
      live: found["live"] === "poll" ? "poll" : "stream",
    };
  }

  async say(agent: string, text: string): Promise<void> {
    await this.#post("messages", { agent, text });
  }

  /** Held by the room while there is nothing. */
  async poll(after: number, signal: AbortSignal): Promise<Page> {
    const found = record(await this.#json(`messages/poll?after=${after}`, { signal }));
    const messages = Array.isArray(found["messages"]) ? found["messages"].map(saidIn) : [];
    return { messages, next: typeof found["next"] === "number" ? found["next"] : after };
  }

  /** The bytes of the event stream behind `after`. */
  async stream(after: number, signal: AbortSignal): Promise<ReadableStreamDefaultReader<Uint8Array>> {
    const answer = await checked(await this.send(`messages/stream?after=${after}`, { signal }));
    if (answer.body === null) throw new Refused("The room sent nothing.");
    return answer.body.getReader();
  }

  async #json(url: string, init: RequestInit = {}): Promise<unknown> {
    const answer = await checked(await this.send(url, init));
    return answer.json();
  }

  async #post(url: string, body: object): Promise<void> {
    const headers = { "Content-Type": "application/json" };
    await checked(await this.send(url, { method: "POST", headers, body: JSON.stringify(body) }));
  }
}

async function checked(answer: Response): Promise<Response> {
  if (answer.ok) return answer;
  if (answer.status === 401) throw new SignedOut("That is not the room’s password.");
  // A proxy without its server, or a room with too many listeners: that passes.
  if (answer.status >= 500) throw new Error(`The room answered ${answer.status}.`);
  if (answer.status === 404) throw new Refused("This room is closed.");
  throw new Refused(`${sentenceIn(await answer.json().catch(() => undefined))}.`);
}

function sentenceIn(body: unknown): string {
  const { error } = record(body);
  return typeof error === "string" ? error : "The room could not answer";
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Clients may send whatever JSON holds: here it is text. */
export function saidIn(value: unknown): Said {
  const { agent, text, timestamp } = record(value);
  const at = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return { agent: asText(agent) || "anonymous", text: asText(text), at: Number.isNaN(at) ? 0 : at * 1000 };
}

function asText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
