// What the tree views and the status bar show: open approvals, agents, and whether anybody runs them.
// Read once, then kept current by events.
import { Standing } from "#protocol/standing";
import type { Stop } from "#protocol/connection";
import type { AgentView, ApprovalView, Event } from "#protocol/types.gen";
import { isHopeless } from "../sidecar/health";
import type { Sidecar } from "../sidecar/sidecar";
import type { EventStream } from "./stream";

/** Who supervises is announced to nobody, so it is looked up: soon while nobody does, else now and then. */
const LOOK_UNSUPERVISED_MS = 2_000;
const LOOK_SUPERVISED_MS = 15_000;

export interface RoomState {
  /** False until the room was read for the first time. */
  isKnown: boolean;
  /** Open ones, oldest first. */
  approvals: readonly ApprovalView[];
  agents: readonly AgentView[];
  isSupervised: boolean;
}

const UNKNOWN: RoomState = { isKnown: false, approvals: [], agents: [], isSupervised: false };

export class Room {
  readonly #sidecar: Sidecar;
  readonly #stream: EventStream;
  readonly #standing = new Standing<RoomState>(UNKNOWN);
  #isFollowing = false;
  #look: NodeJS.Timeout | undefined;

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

  close(): void {
    clearTimeout(this.#look);
  }

  /** Reads everything anew; what could not be read is read when the sidecar runs again. */
  async #read(): Promise<void> {
    try {
      const [approvals, agents] = await Promise.all([
        this.#sidecar.call("approvals", { status: "open", limit: 500 }),
        this.#sidecar.call("agents", {}),
      ]);
      this.#standing.set({
        isKnown: true,
        approvals: approvals.approvals,
        agents: agents.agents,
        isSupervised: agents.supervisors.length > 0,
      });
      this.#lookLater();
      await this.#followOnce(Math.min(approvals.cursor, agents.cursor));
    } catch {
      // The health says why; the next `running` reads again.
    }
  }

  async #followOnce(after: number): Promise<void> {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    try {
      await this.#stream.follow(after, ({ events }) => {
        const next = events.reduce(changed, this.state);
        if (next !== this.state) this.#standing.set(next);
      });
    } catch (error) {
      this.#isFollowing = false;
      throw error;
    }
  }

  #lookLater(): void {
    clearTimeout(this.#look);
    const ms = this.state.isSupervised ? LOOK_SUPERVISED_MS : LOOK_UNSUPERVISED_MS;
    this.#look = setTimeout(() => void this.#lookForSupervisors(), ms);
  }

  async #lookForSupervisors(): Promise<void> {
    if (this.#sidecar.health.kind !== "running") return;
    try {
      const { agents, supervisors } = await this.#sidecar.call("agents", {});
      this.#standing.set({ ...this.state, agents, isSupervised: supervisors.length > 0 });
      this.#lookLater();
    } catch {
      // As above.
    }
  }
}

/** The state after an event. Events that change nothing here give back the same object. */
export function changed(state: RoomState, { type, approval, agent }: Event): RoomState {
  let next = state;
  if (approval) next = { ...next, approvals: withApproval(next.approvals, approval) };
  if (agent) next = { ...next, agents: withAgent(next.agents, agent, type === "AgentRetired") };
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
