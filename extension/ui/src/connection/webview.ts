// The connection of the page inside VS Code: everything goes to the extension host by postMessage, which relays it.
import type { BridgeMethod, FromPage, OperationName, ToPage } from "#protocol/bridge";
import { isShape, isToPage } from "#protocol/bridge";
import { PendingCalls } from "#protocol/calls";
import type { Connection, ConnectionStatus, ParamsOf, ResultOf, Stop } from "#protocol/connection";
import { keyed } from "#protocol/connection";
import { Standing } from "#protocol/standing";
import type { AttachmentView, Events } from "#protocol/types.gen";

/** What VS Code gives to the page of a webview. */
export interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** What the host asks of the page, beside answering it. */
export type HostWish = Extract<ToPage, { kind: "navigate" | "compose" | "panel" }>;

interface Follower {
  cursor: number;
  onEvents: (events: Events) => void;
}

export class WebviewConnection implements Connection {
  readonly #calls = new PendingCalls();
  readonly #standing = new Standing<ConnectionStatus>({
    state: "connecting",
    message: "Starting ChatBox…",
  });
  onWish: (wish: HostWish) => void = () => undefined;
  #follower: Follower | undefined;
  #wasLost = false;

  constructor(
    private readonly host: Host,
    private readonly newClientKey: () => string,
  ) {}

  /** Messages of the window go here. Only the host's have a shape that is understood; all others are dropped. */
  receive(data: unknown): void {
    if (!isToPage(data)) return;
    switch (data.kind) {
      case "response":
        this.#calls.settle(data.id, "error" in data ? { error: data.error } : { result: data.result });
        return;
      case "events":
        this.#deliver({ events: data.events, cursor: data.cursor, supervisors: data.supervisors });
        return;
      case "status":
        this.#status({ state: data.state, message: data.message });
        return;
      case "navigate":
      case "compose":
      case "panel":
        this.onWish(data);
    }
  }

  async call<O extends OperationName>(operation: O, params: ParamsOf<O>): Promise<ResultOf<O>> {
    const result = await this.#post(operation, keyed(operation, params, this.newClientKey));
    // SAFETY: the host relays the sidecar's answer to this operation; the types are generated from its models.
    return result as ResultOf<O>;
  }

  /** Those of `paths` that are files of the workspace. */
  async findFiles(paths: readonly string[]): Promise<ReadonlySet<string>> {
    const answer = await this.#post("find_files", { paths });
    const found = isShape(answer) ? answer["found"] : undefined;
    return new Set(Array.isArray(found) ? found.filter((path) => typeof path === "string") : []);
  }

  /** Ask the person where to put it, and put it there. */
  async saveAttachment({ id, name }: AttachmentView): Promise<void> {
    await this.#post("save_attachment", { id, name });
  }

  follow(after: number, onEvents: (events: Events) => void): Stop {
    const follower = { cursor: after, onEvents };
    this.#follower = follower;
    this.#askToFollow(follower);
    return () => {
      if (this.#follower === follower) this.#follower = undefined;
    };
  }

  onStatus(listener: (status: ConnectionStatus) => void): Stop {
    return this.#standing.watch(listener);
  }

  #deliver(events: Events): void {
    const follower = this.#follower;
    if (follower === undefined) return;
    follower.cursor = Math.max(follower.cursor, events.cursor);
    follower.onEvents(events);
  }

  /** After the host lost its sidecar it may have lost whom it was relaying events to: ask again. */
  #status(status: ConnectionStatus): void {
    const isBack = status.state === "connected" && this.#wasLost;
    this.#wasLost = status.state !== "connected";
    if (isBack && this.#follower !== undefined) this.#askToFollow(this.#follower);
    this.#standing.set(status);
  }

  #askToFollow(follower: Follower): void {
    this.#post("follow", { after: follower.cursor }).catch(() => {
      // Said by the status that comes with it; following starts again when the connection does.
    });
  }

  #post(method: BridgeMethod, params: Record<string, unknown>): Promise<unknown> {
    return this.#calls.add(method, params, (call) => {
      this.host.postMessage({ kind: "request", id: call.id, method: call.method, params: call.params });
    });
  }
}
