// The states of an agent in words: what it does now, and what that means for whoever waits.
import type { AgentView, Lifecycle } from "#protocol/types.gen";
import { duration } from "./times";

export const STATE_WORDS: Readonly<Record<Lifecycle, string>> = {
  asleep: "asleep",
  waking: "waking",
  busy: "busy",
  backoff: "backing off",
  parked: "parked",
};

/** One line of detail under the name; `now` in microseconds. */
export function detailOf(agent: AgentView, now: number): string {
  switch (agent.state) {
    case "asleep":
      return "A message wakes it.";
    case "waking":
      return agent.supervised ? "Its turn is about to start." : "It waits for a supervisor that runs it.";
    case "busy":
      return busy(agent, now);
    case "backoff":
      return backingOff(agent, now);
    case "parked":
      return agent.parked_because ?? "It runs no turn until it is resumed.";
  }
}

function busy(agent: AgentView, now: number): string {
  const since = duration(now - (agent.turn_started_at ?? agent.since));
  return agent.attempt > 1
    ? `Turn running for ${since}, attempt ${agent.attempt}.`
    : `Turn running for ${since}.`;
}

function backingOff(agent: AgentView, now: number): string {
  const failed = agent.attempt > 1 ? `${agent.attempt} attempts failed.` : "Its turn failed.";
  if (agent.retry_at === null || agent.retry_at <= now) return `${failed} It tries again now.`;
  return `${failed} It tries again in ${duration(agent.retry_at - now)}.`;
}
