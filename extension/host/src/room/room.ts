// What the tree views and the status bar show: open approvals, agents, and whether anybody runs them.
// Read once, then kept current by events.
import { Standing } from "#protocol/standing";
import type { Stop } from "#protocol/connection";
import { allSupervisedBy, supervisedBy } from "#protocol/supervision";
import type { AgentView, ApprovalView, Event, Events, SupervisorView } from "#protocol/types.gen";
import { openApprovals } from "#protocol/whole";
import { isHopeless } from "../sidecar/health";
import type { Sidecar } from "../sidecar/sidecar";
import type { EventStream } from "./stream";

export interface RoomState {
  /** False until the room was read for the first time. */
  isKnown: boolean;
  /** Open ones, oldest first. */
  approvals: readonly ApprovalView[];
  agents: readonly AgentView[];
  /** Who runs agents' turns; nobody does when it is empty. */
  supervisors: readonly SupervisorView[];
}

const UNKNOWN: RoomState = { isKnown: false, approvals: [], agents: [], supervisors: [] };

export class Room {
  readonly #sidecar: Sidecar;
  readonly #stream: EventStream;
  readonly #standing = new Standing<RoomState>(UNKNOWN);
  #isFollowing = false;
  /** Who supervises, as the stream told last. */
  #supervisors: readonly SupervisorView[] | undefined;

  constructor(sidecar: Sidecar, stream: EventStream) {
    this.#sidecar = sidecar;
    this.#stream = stream;
    sidecar.onHealth((health) => {
      if (health.kind === "running") void this.#read();
      // What cannot be acted on is not shown as if it could.
      if (isHopeless(health)) this.#standing.set(UNKNOWN);
    });
  }

  get state(): RoomState {
    return this.#standing.value;
  }

  /** Called at once with what is known, and on every change. */
  onState(listener: (state: RoomState) => void): Stop {
    return this.#standing.watch(listener);
  }

  /** Reads everything anew; what could not be read is read when the sidecar runs again. */
  async #read(): Promise<void> {
    try {
      const [approvals, agents] = await Promise.all([
        openApprovals(this.#sidecar),
        this.#sidecar.call("agents", {}),
      ]);
      // An answer may be overtaken by what the stream tells: the stream is in order, and told again by every sidecar.
      const supervisors = this.#supervisors ?? agents.supervisors;
      this.#standing.set({
        isKnown: true,
        approvals: approvals.approvals,
        agents: allSupervisedBy(supervisors, agents.agents),
        supervisors,
      });
      await this.#followOnce(Math.min(approvals.cursor, agents.cursor));
    } catch {
      // The health says why; the next `running` reads again.
    }
  }

  async #followOnce(after: number): Promise<void> {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    try {
      await this.#stream.follow(after, (events) => {
        this.#supervisors = events.supervisors ?? this.#supervisors;
        const next = changed(this.state, events);
        if (next !== this.state) this.#standing.set(next);
      });
    } catch (error) {
      this.#isFollowing = false;
      throw error;
    }
  }
}

/** The state after some events. Those that change nothing here give back the same object. */
export function changed(state: RoomState, { events, supervisors }: Events): RoomState {
  const known =
    supervisors === null
      ? state
      : { ...state, supervisors, agents: allSupervisedBy(supervisors, state.agents) };
  return events.reduce(after, known);
}

function after(state: RoomState, { type, approval, agent }: Event): RoomState {
  let next = state;
  if (approval) next = { ...next, approvals: withApproval(next.approvals, approval) };
  if (agent) {
    const now = supervisedBy(next.supervisors, agent);
    next = { ...next, agents: withAgent(next.agents, now, type === "AgentRetired") };
  }
  return next;
}

function withApproval(approvals: readonly ApprovalView[], changedOne: ApprovalView): readonly ApprovalView[] {
  const others = approvals.filter(({ id }) => id !== changedOne.id);
  return changedOne.status === "open" ? [...others, changedOne].sort((a, b) => a.id - b.id) : others;
}

function withAgent(
  agents: readonly AgentView[],
  changedOne: AgentView,
  isRetired: boolean,
): readonly AgentView[] {
  if (isRetired) return agents.filter(({ id }) => id !== changedOne.id);
  return agents.some(({ id }) => id === changedOne.id)
    ? agents.map((agent) => (agent.id === changedOne.id ? changedOne : agent))
    : [...agents, changedOne];
}
