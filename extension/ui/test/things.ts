// Messages, approvals, agents and channels to tell stories with; a test names only what matters to it.
import type {
  AgentView,
  ApprovalView,
  ChannelView,
  Event,
  Events,
  MessageView,
  ProposalView,
  RoomView,
  SupervisorView,
} from "#protocol/types.gen";
import type { Shown } from "../src/state/shown";
import { NOTHING_SHOWN } from "../src/state/shown";

const MINUTE = 60_000_000;

export const aMessage = (fields: Partial<MessageView> & { id: number }): MessageView => ({
  channel: "#general",
  position: fields.id,
  kind: "chat",
  author: "reader",
  author_kind: "agent",
  at: fields.id * MINUTE,
  body: `message ${fields.id}`,
  title: null,
  thread: null,
  cause: null,
  root: fields.id,
  depth: 0,
  mentions: [],
  post_type: null,
  tier: 0,
  epoch: null,
  replies: 0,
  pinned: false,
  resolved: false,
  closed: false,
  resolution: null,
  edited_at: null,
  proposal: null,
  attachments: [],
  truncated: false,
  ...fields,
});

export const aVoting = (fields: Partial<ProposalView> = {}): ProposalView => ({
  quorum: 2,
  outcome: null,
  settled_at: null,
  replaces: null,
  replaced_by: null,
  votes: [],
  ...fields,
});

export const aProposal = (id: number, fields: Partial<ProposalView> = {}): MessageView =>
  aMessage({
    id,
    kind: "post",
    post_type: "proposal",
    title: "Use the second parser",
    proposal: aVoting(fields),
  });

export const aReply = (id: number, thread: number, fields: Partial<MessageView> = {}): MessageView =>
  aMessage({ id, thread, kind: "reply", ...fields });

export const anApproval = (fields: Partial<ApprovalView> & { id: number }): ApprovalView => ({
  channel: "#general",
  asked_by: "reader",
  asked_at: MINUTE,
  tier: 2,
  title: "May we?",
  body: "It is safe.",
  digest: "digest-of-what-was-shown",
  status: "open",
  decided_by: null,
  decided_at: null,
  reason: null,
  via: null,
  expires: null,
  truncated: false,
  attachments: [],
  ...fields,
});

export const anAgent = (fields: Partial<AgentView> & { name: string }): AgentView => ({
  id: fields.name,
  engine: "stub",
  state: "asleep",
  since: 0,
  epoch: 0,
  attempt: 0,
  turn: null,
  turn_started_at: null,
  retry_at: null,
  parked_because: null,
  supervised: true,
  ...fields,
});

export const aChannel = (fields: Partial<ChannelView> & { name: string }): ChannelView => ({
  id: fields.name,
  description: "",
  count: 0,
  last: 0,
  offset: 0,
  unread: 0,
  wake: "mentions",
  ...fields,
});

export const aRoom = (fields: Partial<RoomView> & { name: string }): RoomView => ({
  ...aChannel(fields),
  is_standing: true,
  last_activity: null,
  ...fields,
});

export const anEvent = (fields: Partial<Event> & { seq: number }): Event => ({
  at: 0,
  by: "reader",
  type: "MessagePosted",
  message: null,
  approval: null,
  agent: null,
  channel: null,
  ...fields,
});

export const posted = (message: MessageView): Event =>
  anEvent({ seq: message.id, by: message.author, message });

/** These events, as a stream brings them. */
export const happened = (...events: Event[]): Events => ({
  events,
  cursor: Math.max(0, ...events.map(({ seq }) => seq)),
  supervisors: null,
});

/** The news that exactly these supervise, told to a reader at `cursor`. */
export const supervising = (cursor: number, ...supervisors: SupervisorView[]): Events => ({
  events: [],
  cursor,
  supervisors,
});

export const ada = {
  participant: "ada",
  kind: "person",
  role: "owner",
  scopes: ["read", "post", "decide", "manage"],
  channels: null,
  expires: null,
  workspace: "here",
  journal: "j1",
  version: "0",
  head: 0,
} satisfies Shown["me"];

export const shownWith = (fields: Partial<Shown>): Shown => ({ ...NOTHING_SHOWN, me: ada, ...fields });
