// What is pinned in one channel: it stands at the top of it, wherever one reads.
import type { MessageView } from "#protocol/types.gen";
import { merged } from "./timeline";

export interface Pins {
  readonly channel: string;
  /** Oldest first. */
  readonly messages: readonly MessageView[];
}

/** A message of the channel changed: it is pinned now, or no longer, or says something else. */
export function withPin(pins: Pins, message: MessageView): Pins {
  if (message.channel !== pins.channel) return pins;
  const isHere = pins.messages.some(({ id }) => id === message.id);
  if (message.pinned) return { ...pins, messages: merged(pins.messages, [message]) };
  return isHere ? { ...pins, messages: pins.messages.filter(({ id }) => id !== message.id) } : pins;
}
