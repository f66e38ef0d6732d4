// What the page inside a webview and the extension host say to each other, and the guards that read it.
// Both sides treat what arrives as a stranger's words: anything that has not exactly one of these shapes is dropped.
import type { Event, Events, Operations, SupervisorView } from "./types.gen";

export type OperationName = keyof Operations;

/**
 * `follow` `{after?}` answers `{cursor}` and then sends events; `unfollow` `{}` ends it. `find_files` `{paths}` answers
 * `{found}`: those of the paths that are files of the workspace. `save_attachment` `{id, name}` asks the person where to
 * put an attachment, and answers `{}` when it is there or nobody wanted it any more.
 */
export type BridgeMethod = OperationName | "follow" | "unfollow" | "find_files" | "save_attachment";

/** Where the connection stands. `message` is a sentence for people, empty when there is nothing to say. */
export type ConnectionState = "connecting" | "connected" | "reconnecting" | "lost" | "signed-out";

export interface BridgeError {
  code: string;
  message: string;
}

/** What a page asks the editor to ask for. */
export type NativeWish = "invite" | "open-room";

export type FromPage =
  /** The page has loaded and listens; the host answers with `status` and, if it has one, `navigate`. */
  | { kind: "ready" }
  /** The host relays it as `chatbox/<method>` after checking the method against its own list. */
  | { kind: "request"; id: number; method: BridgeMethod; params: Record<string, unknown> }
  /** What stands in the composer, for hosts that want it; the page itself keeps it by setState. */
  | { kind: "draft"; text: string }
  /** A person clicked a reference to a file of the workspace. Lines count from 1; a range ends with `endLine`. */
  | { kind: "open-file"; path: string; line?: number; column?: number; endLine?: number }
  /** The editor itself is to ask for a new credential; the page never holds one. */
  | { kind: "ask"; wish: NativeWish }
  /** A person clicked a link to http, https or mailto. */
  | { kind: "open-link"; href: string };

export type ShownPanel = "chat" | "channels" | "approvals" | "agents" | "members" | "rooms";

export type ToPage =
  | { kind: "response"; id: number; result: unknown }
  | { kind: "response"; id: number; error: BridgeError }
  | ({ kind: "events" } & Events)
  | { kind: "status"; state: ConnectionState; message: string }
  /** Show this channel, and this message in it; with neither, just take the focus. */
  | { kind: "navigate"; channel?: string; message?: number }
  /** Put this at the end of what stands in the composer. */
  | { kind: "compose"; text: string }
  /** Show one of the panels that a narrow view hides. */
  | { kind: "panel"; panel: ShownPanel };

type Shape = Record<string, unknown>;

const STATES: readonly unknown[] = ["connecting", "connected", "reconnecting", "lost", "signed-out"];
const WISHES: readonly unknown[] = ["invite", "open-room"];
const PANELS: readonly unknown[] = ["chat", "channels", "approvals", "agents", "members", "rooms"];

export function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value);
const isTextOrNothing = (value: unknown): boolean => value === undefined || isText(value);
const isNumberOrNothing = (value: unknown): boolean => value === undefined || isNumber(value);

/** Whether `value` is an event as far as the page relies on it; what hangs on it comes from our own server. */
export function isEvent(value: unknown): value is Event {
  return isShape(value) && isNumber(value["seq"]) && isNumber(value["at"]) && isText(value["type"]);
}

function isSupervisor(value: unknown): value is SupervisorView {
  return (
    isShape(value) && isText(value["id"]) && Array.isArray(value["agents"]) && value["agents"].every(isText)
  );
}

/** Whether `value` is what a stream brings: some events, who supervises, or both. */
export function isEvents(value: unknown): value is Events {
  if (!isShape(value)) return false;
  const { events, cursor, supervisors } = value;
  return (
    isNumber(cursor) &&
    Array.isArray(events) &&
    events.every(isEvent) &&
    (supervisors === null || (Array.isArray(supervisors) && supervisors.every(isSupervisor)))
  );
}

function isResponse(value: Shape): boolean {
  if (!isNumber(value["id"])) return false;
  const error = value["error"];
  if (error === undefined) return "result" in value;
  return isShape(error) && isText(error["code"]) && isText(error["message"]);
}

/** Whether the host said something that the page understands. */
export function isToPage(value: unknown): value is ToPage {
  if (!isShape(value)) return false;
  switch (value["kind"]) {
    case "response":
      return isResponse(value);
    case "events":
      return isEvents(value);
    case "status":
      return STATES.includes(value["state"]) && isText(value["message"]);
    case "navigate":
      return isTextOrNothing(value["channel"]) && isNumberOrNothing(value["message"]);
    case "compose":
      return isText(value["text"]);
    case "panel":
      return PANELS.includes(value["panel"]);
    default:
      return false;
  }
}

/** Whether the page said something that the host understands. Whether `method` is allowed the host decides. */
export function isFromPage(value: unknown): value is FromPage {
  if (!isShape(value)) return false;
  switch (value["kind"]) {
    case "ready":
      return true;
    case "request":
      return isNumber(value["id"]) && isText(value["method"]) && isShape(value["params"]);
    case "draft":
      return isText(value["text"]);
    case "open-file":
      return (
        isText(value["path"]) &&
        ["line", "column", "endLine"].every((field) => isNumberOrNothing(value[field]))
      );
    case "open-link":
      return isText(value["href"]);
    case "ask":
      return WISHES.includes(value["wish"]);
    default:
      return false;
  }
}
