// Whether agents are supervised, as the newest list of supervisors has it. What an event tells of its agent is as old
// as the event: one that is read late would bring back a supervisor that is long gone.
import type { AgentView, SupervisorView } from "./types.gen";

export function supervisedBy(supervisors: readonly SupervisorView[], agent: AgentView): AgentView {
  const supervised = supervisors.some(({ agents }) => agents.includes(agent.name));
  return agent.supervised === supervised ? agent : { ...agent, supervised };
}

/** What `agents` shows when `supervisors` are all that are there. */
export function allSupervisedBy(
  supervisors: readonly SupervisorView[],
  agents: readonly AgentView[],
): readonly AgentView[] {
  return agents.map((agent) => supervisedBy(supervisors, agent));
}
