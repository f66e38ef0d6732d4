// How anybody on this side asks for an operation, whatever carries it. Knows no DOM, no Node and no vscode.
import type { BridgeError, ConnectionState, OperationName } from "./bridge";
import { isShape } from "./bridge";
import type { Events, Operations } from "./types.gen";

export type ParamsOf<O extends OperationName> = Operations[O]["params"];
export type ResultOf<O extends OperationName> = Operations[O]["result"];

/** Operations that change something: the same `client_key` with the same params happens once. */
export type WritingOperation = {
  [O in OperationName]: "client_key" extends keyof ParamsOf<O> ? O : never;
}[OperationName];

const WRITING: Readonly<Record<WritingOperation, true>> = {
  ack: true,
  approve: true,
  ask_human: true,
  chat: true,
  close_post: true,
  create_channel: true,
  deny: true,
  dismiss: true,
  edit_message: true,
  hello: true,
  invite: true,
  open_room: true,
  pause: true,
  pin_post: true,
  propose: true,
  redact: true,
  reply: true,
  resolve_message: true,
  resume: true,
  start_post: true,
  subscribe: true,
  unpin_post: true,
  unresolve_message: true,
  unsubscribe: true,
  vote: true,
  wake: true,
};

export function isWriting(operation: OperationName): operation is WritingOperation {
  return Object.hasOwn(WRITING, operation);
}

/** What is sent for a call: a write gets a key of its own unless the caller gave it one. */
export function keyed(
  operation: OperationName,
  params: object,
  newClientKey: () => string,
): Record<string, unknown> {
  return isWriting(operation) ? { client_key: newClientKey(), ...params } : { ...params };
}

/** An operation said no, and what to do about it. `code` is stable; `message` is for people. */
export class CallRefused extends Error {
  override readonly name = "CallRefused";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The code of a call that was given up without an answer: what it asked for may have happened. */
export const UNAVAILABLE = "UNAVAILABLE";

export interface ConnectionStatus {
  state: ConnectionState;
  /** A sentence for people; empty when there is nothing to say. */
  message: string;
}

export type Stop = () => void;

export interface Connection {
  /** Rejects with `CallRefused`. While the connection is away the call waits, and is repeated by its client key. */
  call<O extends OperationName>(operation: O, params: ParamsOf<O>): Promise<ResultOf<O>>;
  /**
   * Everything that happens after entry `after`, in order; goes on by itself after a lost connection. Who supervises is
   * told at the start, after each reconnect and on every change.
   */
  follow(after: number, onEvents: (events: Events) => void): Stop;
  /** Called at once with where the connection stands now, and then on every change. */
  onStatus(listener: (status: ConnectionStatus) => void): Stop;
}

/** The refusal that a JSON-RPC error object stands for. */
export function refusalOf(error: unknown): BridgeError {
  if (!isShape(error)) return { code: UNAVAILABLE, message: "The answer could not be read." };
  const data = error["data"];
  const code = isShape(data) && typeof data["code"] === "string" ? data["code"] : UNAVAILABLE;
  const message = typeof error["message"] === "string" ? error["message"] : "";
  return { code, message: message === "" ? `It was refused: ${code}.` : message };
}
