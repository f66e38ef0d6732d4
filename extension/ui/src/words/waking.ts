// Who a message will wake, as one line under the composer.
import type { WakingView } from "#protocol/types.gen";

export interface Prospect {
  readonly agent: string;
  readonly text: string;
  readonly wakes: boolean;
}

/** What happens to one agent, or undefined when there is nothing worth saying. */
export function prospectOf(waking: WakingView): Prospect | undefined {
  const { agent, wakes } = waking;
  if (wakes) return { agent, wakes, text: whenWoken(waking.state) };
  switch (waking.reason) {
    case "turns-spent":
      return { agent, wakes, text: "stays asleep: this conversation has used up its turns" };
    case "depth-spent":
      return { agent, wakes, text: "stays asleep: this conversation has gone too deep" };
    case "acknowledgement":
      return { agent, wakes, text: "stays asleep: a thank-you wakes nobody" };
    default:
      return undefined;
  }
}

function whenWoken(state: WakingView["state"]): string {
  switch (state) {
    case "asleep":
      return "wakes";
    case "waking":
      return "is waking, will see it";
    case "busy":
      return "is busy, will see it next";
    case "backoff":
      return "rests after a failure, will see it when it tries again";
    case "parked":
      return "is parked: it sees this once it is resumed";
  }
}

/** What the message may lead to before its agents are stopped. */
export function budget(turns: number): string {
  return `Budget: ${turns} ${turns === 1 ? "turn" : "turns"}.`;
}

/** When nobody wakes: why, and what would. */
export function nobodyWakes(wakings: readonly WakingView[]): string {
  const [first] = wakings.filter(({ reason }) => reason === "not-mentioned");
  return first === undefined ? "Wakes nobody." : `Wakes nobody. Mention @${first.agent} to wake it.`;
}
