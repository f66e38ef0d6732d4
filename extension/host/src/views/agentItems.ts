// What the tree of agents says about one.
import type { AgentView, Lifecycle } from "#protocol/types.gen";
import type { RoomState } from "../room/room";
import { exactly, headline, since, until } from "./words";

export interface AgentItem {
  id: string;
  label: string;
  description: string;
  tooltip: string;
  /** A codicon and the theme colour that goes with it. */
  icon: string;
  colour: string | undefined;
  /** Menus are shown by it: `agent-<state>`. */
  contextValue: string;
}

/** Every state has a shape of its own; the colour only repeats it. */
const ICONS: Readonly<Record<Lifecycle, { icon: string; colour?: string }>> = {
  asleep: { icon: "circle-outline" },
  waking: { icon: "bell", colour: "charts.blue" },
  busy: { icon: "sync~spin", colour: "charts.green" },
  backoff: { icon: "history", colour: "charts.orange" },
  parked: { icon: "debug-pause", colour: "charts.red" },
};

export const NOBODY_SUPERVISES = "No supervisor is running: agents are not woken.";
const NOT_TRUSTED = "This workspace is not trusted: agents are not woken.";

export function agentItem(agent: AgentView, nowMs: number): AgentItem {
  const { icon, colour } = ICONS[agent.state];
  return {
    id: `agent-${agent.id}`,
    label: agent.name,
    description: doing(agent, nowMs),
    tooltip: [
      `@${agent.name}, run by the engine ${agent.engine}`,
      `${agent.state} since ${exactly(agent.since)}`,
      ...(agent.parked_because === null ? [] : [`Parked: ${agent.parked_because}`]),
      ...(agent.supervised ? [] : ["No supervisor that could run it is there."]),
    ].join("\n\n"),
    icon,
    colour,
    contextValue: `agent-${agent.state}`,
  };
}

function doing(agent: AgentView, nowMs: number): string {
  switch (agent.state) {
    case "asleep":
      return "asleep";
    case "waking":
      return agent.supervised ? "waking" : "waits for a supervisor";
    case "busy":
      return `busy · ${since(agent.turn_started_at ?? agent.since, nowMs)}`;
    case "backoff":
      return agent.retry_at === null
        ? `rests after attempt ${agent.attempt}`
        : `rests after attempt ${agent.attempt} · again in ${until(agent.retry_at, nowMs)}`;
    case "parked":
      return agent.parked_because === null ? "parked" : `parked: ${headline(agent.parked_because, 60)}`;
  }
}

/** Whether what is said changes by itself as time goes by. */
export function isTicking({ state }: AgentView): boolean {
  return state === "busy" || state === "backoff";
}

/** What stands above the agents; empty while somebody runs them. */
export function agentsMessage({ isKnown, supervisors, agents }: RoomState, isTrusted: boolean): string {
  if (!isKnown || supervisors.length > 0 || agents.length === 0) return "";
  return isTrusted ? NOBODY_SUPERVISES : NOT_TRUSTED;
}
