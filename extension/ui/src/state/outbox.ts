// What a person said that is not in the journal yet. Kept across reloads; sent again under the same client key.
import type { Attached, MessageView } from "#protocol/types.gen";

export interface Outgoing {
  /** The client key: sending it twice says it once. */
  readonly key: string;
  readonly channel: string;
  /** The message it replies to; undefined for a line in the channel. */
  readonly thread: number | undefined;
  readonly body: string;
  readonly attachments: readonly Attached[];
  /** Milliseconds, by this machine's clock. */
  readonly at: number;
  /** Its id, once it was answered; it leaves the outbox when the message itself arrives. */
  readonly message: number | undefined;
  /** Why it was refused, until it is sent again or thrown away. */
  readonly refusal: string | undefined;
}

export type Outbox = readonly Outgoing[];

export const OUTBOX_MAX = 100;

function change(outbox: Outbox, key: string, fields: Partial<Outgoing>): Outbox {
  return outbox.map((one) => (one.key === key ? { ...one, ...fields } : one));
}

export const withOutgoing = (outbox: Outbox, one: Outgoing): Outbox => [...outbox, one].slice(-OUTBOX_MAX);

export const without = (outbox: Outbox, key: string): Outbox => outbox.filter((one) => one.key !== key);

export const asAnswered = (outbox: Outbox, key: string, message: number): Outbox =>
  change(outbox, key, { message, refusal: undefined });

export const asRefused = (outbox: Outbox, key: string, refusal: string): Outbox =>
  change(outbox, key, { refusal });

export const asSending = (outbox: Outbox, key: string): Outbox => change(outbox, key, { refusal: undefined });

/** The message has arrived: whichever of ours it is needs no keeping. */
export function settledBy(outbox: Outbox, message: MessageView, me: string): Outbox {
  if (outbox.length === 0 || message.author !== me) return outbox;
  const isIt = (one: Outgoing): boolean =>
    one.message === message.id ||
    (one.message === undefined &&
      one.channel === message.channel &&
      one.body === message.body &&
      (one.thread !== undefined) === (message.thread !== null));
  const first = outbox.find((one) => one.message === message.id) ?? outbox.find(isIt);
  return first === undefined ? outbox : without(outbox, first.key);
}

/** The same array while it holds the same, so that nothing renders for nothing. */
export function sameOr(before: Outbox, now: Outbox): Outbox {
  return before.length === now.length && before.every((one, at) => one === now[at]) ? before : now;
}
