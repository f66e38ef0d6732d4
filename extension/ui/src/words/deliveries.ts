// What became of a message that woke an agent, in words.
import type { DeliveryView } from "#protocol/types.gen";
import { oneLine } from "./plainly";

export type DeliveryStatus = DeliveryView["status"];

const WORDS: Readonly<Record<DeliveryStatus, string>> = {
  woken: "is woken",
  "picked-up": "has picked it up",
  answered: "answered",
  retrying: "failed and tries again",
  "given-up": "gave up",
};

/** Behind the agent's name; with the reason where there is one. */
export function deliveryWords({ status, error }: DeliveryView): string {
  return error === null || error === "" ? WORDS[status] : `${WORDS[status]}: ${oneLine(error)}`;
}
