// What became of a message that woke an agent, in words.
import type { DeliveryView } from "#protocol/types.gen";
import { oneLine } from "./plainly";

export type DeliveryStatus = DeliveryView["status"];

/** Nothing has come of it yet, and nothing is being done. */
export const isWaiting = (status: DeliveryStatus): boolean => status === "woken" || status === "retrying";

const WORDS: Readonly<Record<DeliveryStatus, string>> = {
  woken: "is woken",
  "picked-up": "has picked it up",
  answered: "answered",
  retrying: "failed and tries again",
  "given-up": "gave up",
};

/** Behind the agent's name; with the reason where there is one. A parked agent takes up nothing until it is resumed. */
export function deliveryWords({ status, error }: DeliveryView, isParked = false): string {
  if (isParked && isWaiting(status)) return "is parked: the message waits until it is resumed";
  return error === null || error === "" ? WORDS[status] : `${WORDS[status]}: ${oneLine(error)}`;
}
