// Between one page and the sidecar. What comes from the page is a stranger's words: only the shapes, the operations and
// the links that are listed get through.
import {
  isFromPage,
  type BridgeError,
  type FromPage,
  type NativeWish,
  type OperationName,
  type ToPage,
} from "#protocol/bridge";
import { CallRefused, UNAVAILABLE, type Stop } from "#protocol/connection";
import { connectionState, sentence } from "../sidecar/health";
import type { Sidecar } from "../sidecar/sidecar";
import type { EventStream } from "./stream";

/**
 * What a page may ask for. `hello` is for agents, `stop` ends the room for everybody. `link`, `invite` and `open_room` make
 * credentials: the editor asks for those itself, and no page gets to see one. The compiler compares the list with the
 * protocol.
 */
const FOR_PAGES: Readonly<Record<OperationName, boolean>> = {
  ack: true,
  agents: true,
  approvals: true,
  approve: true,
  ask_human: false,
  attach: true,
  attachment: true,
  chat: true,
  close_post: true,
  close_room: true,
  create_channel: true,
  decisions: true,
  deliveries: true,
  deny: true,
  dismiss: true,
  edit_message: true,
  get_post: true,
  hello: false,
  history: true,
  invite: false,
  link: false,
  list_rooms: true,
  listen: true,
  open_room: false,
  participants: true,
  pause: true,
  pin_post: true,
  pins: true,
  propose: true,
  redact: true,
  renew_session: false,
  reply: true,
  resolve_message: true,
  resume: true,
  rooms: true,
  rotate_token: false,
  search: true,
  start_post: true,
  stop: false,
  subscribe: true,
  trace: true,
  unpin_post: true,
  unresolve_message: true,
  unsubscribe: true,
  vote: true,
  wake: true,
  who_wakes: true,
  whoami: true,
  wordings: true,
};

const LINK_SCHEMES: readonly string[] = ["http:", "https:", "mailto:"];

/** As many as a page asks about at once. */
const PATHS_MAX = 200;
const PATH_CHARACTERS_MAX = 1_000;

type OpenFile = Extract<FromPage, { kind: "open-file" }>;
type PageRequest = Extract<FromPage, { kind: "request" }>;

/** A file of a message: the digest of its content, and what the message calls it. */
export interface Attachment {
  id: string;
  name: string;
}

/** What a page can have the editor do. */
export interface PagePorts {
  post(message: ToPage): void;
  openFile(file: OpenFile): void;
  /** Those of `paths` that are files of the workspace. */
  findFiles(paths: readonly string[]): Promise<readonly string[]>;
  /** Ask where to put it, and put it there; rejects with what went wrong. */
  saveAttachment(attachment: Attachment): Promise<void>;
  /** Ask the person for what makes a credential, and hand it to them. */
  ask(wish: NativeWish): void;
  openLink(href: string): void;
  onReady(): void;
  log(line: string): void;
}

export class Relay {
  readonly #sidecar: Sidecar;
  readonly #stream: EventStream;
  readonly #ports: PagePorts;
  #stopHealth: Stop | undefined;
  #stopFollowing: Stop | undefined;
  /** Counts requests to follow: only the newest one sends events. */
  #follows = 0;

  constructor(sidecar: Sidecar, stream: EventStream, ports: PagePorts) {
    this.#sidecar = sidecar;
    this.#stream = stream;
    this.#ports = ports;
  }

  receive(message: unknown): void {
    if (!isFromPage(message)) {
      this.#ports.log("The page sent a message of no known shape; it was dropped.");
      return;
    }
    switch (message.kind) {
      case "ready":
        this.#greet();
        return;
      case "request":
        void this.#answer(message);
        return;
      case "draft":
        // The page keeps it itself.
        return;
      case "open-file":
        this.#ports.openFile(message);
        return;
      case "ask":
        this.#ports.ask(message.wish);
        return;
      case "open-link":
        if (isAllowedLink(message.href)) this.#ports.openLink(message.href);
        return;
    }
  }

  close(): void {
    this.#stopHealth?.();
    this.#unfollow();
  }

  /** A page that loads anew, or grows impatient, wants to hear how the sidecar is. */
  #greet(): void {
    this.#stopHealth?.();
    this.#stopHealth = this.#sidecar.onHealth((health) => {
      this.#ports.post({ kind: "status", state: connectionState(health), message: sentence(health) });
    });
    this.#ports.onReady();
  }

  async #answer({ id, method, params }: PageRequest): Promise<void> {
    try {
      this.#ports.post({ kind: "response", id, result: await this.#result(method, params) });
    } catch (error) {
      this.#ports.post({ kind: "response", id, error: bridgeError(error) });
    }
  }

  async #result(method: string, params: Record<string, unknown>): Promise<unknown> {
    if (method === "follow") return this.#follow(params["after"]);
    if (method === "unfollow") {
      this.#unfollow();
      return {};
    }
    if (method === "find_files") return { found: await this.#ports.findFiles(pathsIn(params)) };
    if (method === "save_attachment") {
      await this.#ports.saveAttachment(attachmentIn(params));
      return {};
    }
    if (!isForPages(method)) throw new CallRefused("NOT_PERMITTED", `The page may not ask for ${method}.`);
    return this.#sidecar.request(method, params);
  }

  async #follow(after: unknown): Promise<{ cursor: number }> {
    this.#unfollow();
    const follow = this.#follows;
    const cursor = Number.isSafeInteger(after)
      ? Number(after)
      : (await this.#sidecar.call("whoami", {})).head;
    const stop = await this.#stream.follow(cursor, (events) => {
      if (follow === this.#follows) this.#ports.post({ kind: "events", ...events });
    });
    if (follow === this.#follows) this.#stopFollowing = stop;
    else stop();
    return { cursor };
  }

  #unfollow(): void {
    this.#follows++;
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
  }
}

function pathsIn({ paths }: Record<string, unknown>): readonly string[] {
  if (!Array.isArray(paths) || paths.length > PATHS_MAX) return [];
  return paths.filter(
    (path): path is string => typeof path === "string" && path.length <= PATH_CHARACTERS_MAX,
  );
}

function attachmentIn({ id, name }: Record<string, unknown>): Attachment {
  if (typeof id === "string" && typeof name === "string") return { id, name };
  throw new CallRefused("VALIDATION_ERROR", "An attachment has an id and a name.");
}

function isForPages(method: string): method is OperationName {
  return Object.entries(FOR_PAGES).some(([operation, isAllowed]) => isAllowed && operation === method);
}

export function isAllowedLink(href: string): boolean {
  return URL.canParse(href) && LINK_SCHEMES.includes(new URL(href).protocol);
}

function bridgeError(error: unknown): BridgeError {
  if (error instanceof CallRefused) return { code: error.code, message: error.message };
  return { code: UNAVAILABLE, message: error instanceof Error ? error.message : String(error) };
}
