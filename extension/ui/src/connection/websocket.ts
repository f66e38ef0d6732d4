// The connection of the web page: JSON-RPC over one WebSocket, opened again for as long as the page lives.
// A call is forgotten only when it was answered: after a reconnect it is sent again, writes under the same client key.
import type { OperationName } from "#protocol/bridge";
import { isEvents, isShape } from "#protocol/bridge";
import type { PendingCall } from "#protocol/calls";
import { PendingCalls } from "#protocol/calls";
import type { Connection, ConnectionStatus, ParamsOf, ResultOf, Stop } from "#protocol/connection";
import { keyed, refusalOf } from "#protocol/connection";
import { Standing } from "#protocol/standing";
import type { Events } from "#protocol/types.gen";

const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 8_000;
const PROBE_EVERY_MS = 20_000;
const PROBE_ANSWER_MS = 8_000;
const OPEN_MS = 10_000;

const SIGNED_OUT = new Set(["AUTH_ERROR", "SESSION_EXPIRED"]);
const KEPT = "What you type is kept.";

/** What is needed of a browser's WebSocket. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

/** Who is told what becomes of a socket. */
export interface Listener {
  opened(): void;
  closed(): void;
  heard(data: unknown): void;
}

interface Follower {
  cursor: number;
  onEvents: (events: Events) => void;
}

type Timer = ReturnType<typeof setTimeout>;

export class WebSocketConnection implements Connection {
  readonly #calls = new PendingCalls();
  readonly #standing = new Standing<ConnectionStatus>({ state: "connecting", message: "Connecting…" });
  #socket: Socket | undefined;
  /** Stands for the socket in use: what an earlier one still has to say does not count. */
  #listener: Listener | undefined;
  #isReady = false;
  #wasReady = false;
  #failures = 0;
  #frame = 0;
  #authenticating = 0;
  #frames = new Map<number, number>();
  #follower: Follower | undefined;
  #retry: Timer | undefined;
  #deadline: Timer | undefined;
  #probe: Timer | undefined;

  constructor(
    private readonly open: (listener: Listener) => Socket,
    private readonly newClientKey: () => string,
  ) {
    this.#connect();
  }

  async call<O extends OperationName>(operation: O, params: ParamsOf<O>): Promise<ResultOf<O>> {
    const sent = keyed(operation, params, this.newClientKey);
    const result = await this.#calls.add(operation, sent, (call) => {
      if (this.#isReady) this.#sendCall(call);
    });
    // SAFETY: our own server answers an operation with its result; the types are generated from its models.
    return result as ResultOf<O>;
  }

  follow(after: number, onEvents: (events: Events) => void): Stop {
    const follower = { cursor: after, onEvents };
    this.#follower = follower;
    if (this.#isReady) this.#sendFollow(follower);
    return () => {
      if (this.#follower === follower) this.#follower = undefined;
    };
  }

  onStatus(listener: (status: ConnectionStatus) => void): Stop {
    return this.#standing.watch(listener);
  }

  /** Try now instead of later: the network is back, the page is looked at again, or a person asked for it. */
  hurry(): void {
    if (this.#isReady) this.#probeNow();
    else if (this.#socket === undefined) this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#retry);
    const listener: Listener = {
      opened: () => {
        if (this.#listener === listener) this.#authenticating = this.#send("authenticate", {});
      },
      closed: () => {
        if (this.#listener === listener) this.#lose();
      },
      heard: (data) => {
        if (this.#listener === listener) this.#receive(data);
      },
    };
    this.#listener = listener;
    this.#socket = this.open(listener);
    this.#loseAfter(OPEN_MS);
  }

  /** The socket is of no use any more, whether or not it knows that itself. */
  #lose(): void {
    this.#hangUp();
    this.#failures += 1;
    const longest = Math.min(RETRY_FIRST_MS * 2 ** (this.#failures - 1), RETRY_LONGEST_MS);
    this.#retry = setTimeout(
      () => {
        this.#connect();
      },
      longest * (0.75 + Math.random() / 4),
    );
    if (this.#wasReady) this.#standing.set({ state: "reconnecting", message: `Reconnecting… ${KEPT}` });
    else if (this.#failures > 1)
      this.#standing.set({ state: "reconnecting", message: "ChatBox does not answer. Trying again…" });
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = this.#listener = undefined;
    this.#isReady = false;
    this.#frames.clear();
    clearTimeout(this.#deadline);
    clearTimeout(this.#probe);
    socket?.close();
  }

  #loseAfter(milliseconds: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#lose();
    }, milliseconds);
  }

  #receive(data: unknown): void {
    clearTimeout(this.#deadline);
    if (this.#isReady) this.#probeLater();
    const frame = parse(data);
    if (frame === undefined) return;
    if (frame["method"] === "chatbox/events") {
      if (isEvents(frame["params"])) this.#deliver(frame["params"]);
      return;
    }
    const id = frame["id"];
    if (typeof id !== "number") return;
    if (id === this.#authenticating) {
      this.#authenticated(frame);
      return;
    }
    const call = this.#frames.get(id);
    this.#frames.delete(id);
    if (call === undefined) return;
    const answer =
      "error" in frame ? { error: refusalOf(frame["error"]) } : { result: frame["result"] ?? null };
    this.#calls.settle(call, answer);
  }

  #authenticated(frame: Record<string, unknown>): void {
    if ("error" in frame) {
      const refusal = refusalOf(frame["error"]);
      if (!SIGNED_OUT.has(refusal.code)) {
        this.#lose();
        return;
      }
      this.#hangUp();
      this.#standing.set({ state: "signed-out", message: refusal.message });
      return;
    }
    this.#isReady = this.#wasReady = true;
    this.#failures = 0;
    for (const call of this.#calls.all()) this.#sendCall(call);
    if (this.#follower !== undefined) this.#sendFollow(this.#follower);
    this.#probeLater();
    this.#standing.set({ state: "connected", message: "" });
  }

  #deliver(events: Events): void {
    const follower = this.#follower;
    if (follower === undefined) return;
    follower.cursor = Math.max(follower.cursor, events.cursor);
    follower.onEvents(events);
  }

  #sendFollow(follower: Follower): void {
    this.#send("chatbox/follow", { after: follower.cursor });
  }

  #sendCall(call: PendingCall): void {
    this.#frames.set(this.#send(`chatbox/${call.method}`, call.params), call.id);
  }

  #send(method: string, params: Record<string, unknown>): number {
    this.#frame += 1;
    this.#socket?.send(JSON.stringify({ jsonrpc: "2.0", id: this.#frame, method, params }));
    return this.#frame;
  }

  #probeLater(): void {
    clearTimeout(this.#probe);
    this.#probe = setTimeout(() => {
      this.#probeNow();
    }, PROBE_EVERY_MS);
  }

  /** A connection that died without saying so (a laptop slept, a cable was pulled) is noticed by its silence. */
  #probeNow(): void {
    this.#loseAfter(PROBE_ANSWER_MS);
    this.#send("chatbox/whoami", {});
  }
}

function parse(data: unknown): Record<string, unknown> | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return isShape(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
