// Approvals, agents and events to show; a test names only what matters to it.
import type { AgentView, ApprovalView, Event, Events, SupervisorView } from "#protocol/types.gen";

/** Noon of some day, in milliseconds. */
export const NOW_MS = Date.UTC(2026, 10, 21, 12);

/** Microseconds, `seconds` before now. */
export function before(seconds: number): number {
  return (NOW_MS - seconds * 1_000) * 1_000;
}

export function approval(given: Partial<ApprovalView> = {}): ApprovalView {
  return {
    id: 7,
    channel: "#general",
    asked_by: "builder",
    asked_at: before(180),
    tier: 2,
    title: "Delete the old table",
    body: "drop table users_old",
    digest: "d7",
    status: "open",
    decided_by: null,
    decided_at: null,
    reason: null,
    via: null,
    expires: null,
    truncated: false,
    attachments: [],
    ...given,
  };
}

export function agent(given: Partial<AgentView> = {}): AgentView {
  return {
    id: "builder",
    name: "builder",
    engine: "stub",
    state: "asleep",
    since: before(60),
    epoch: 1,
    attempt: 0,
    turn: null,
    turn_started_at: null,
    retry_at: null,
    parked_because: null,
    supervised: true,
    ...given,
  };
}

export function event(seq: number, given: Partial<Event> = {}): Event {
  const nothing = { message: null, approval: null, agent: null, channel: null };
  return { seq, at: before(0), by: "builder", type: "MessagePosted", ...nothing, ...given };
}

/** These events, as a stream brings them. */
export function happened(...events: [Event, ...Event[]]): Events {
  return { events, cursor: Math.max(...events.map(({ seq }) => seq)), supervisors: null };
}

/** The news that exactly these supervise, told to a reader at `cursor`. */
export function supervising(cursor: number, ...supervisors: SupervisorView[]): Events {
  return { events: [], cursor, supervisors };
}
