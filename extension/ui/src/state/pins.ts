// What is pinned in one channel: it stands at the top of it, wherever one reads.
import type { MessageView } from "#protocol/types.gen";
import { merged } from "./timeline";

export interface Pins {
  readonly channel: string;
  /** Oldest first. */
  readonly messages: readonly MessageView[];
  /** What changed while the list was on its way: the list may or may not know it. */
  readonly arrived: readonly MessageView[] | undefined;
}

/** The list is asked for; what is known of the same channel stays meanwhile. */
export const readingPins = (pins: Pins | undefined, channel: string): Pins =>
  pins?.channel === channel
    ? { ...pins, arrived: pins.arrived ?? [] }
    : { channel, messages: [], arrived: [] };

/** The list has come. An event that was faster than it is not undone by it. */
export function withPins({ channel, arrived = [] }: Pins, messages: readonly MessageView[]): Pins {
  return arrived.reduce(withPin, { channel, messages, arrived: undefined });
}

/** A message of the channel changed: it is pinned now, or no longer, or says something else. */
export function withPin(pins: Pins, message: MessageView): Pins {
  if (message.channel !== pins.channel) return pins;
  const isHere = pins.messages.some(({ id }) => id === message.id);
  if (!message.pinned && !isHere && pins.arrived === undefined) return pins;
  const others = pins.messages.filter(({ id }) => id !== message.id);
  return {
    ...pins,
    messages: message.pinned ? merged(others, [message]) : others,
    arrived: pins.arrived && [...pins.arrived, message],
  };
}
