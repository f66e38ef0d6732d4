// Everything that the page shows, as one value. Components read it; only the store replaces it.
import type { ConnectionStatus } from "#protocol/connection";
import type {
  AgentView,
  ApprovalView,
  ChannelView,
  DeliveryView,
  MessageView,
  OpenRoomResult,
  ParticipantView,
  PasswordRoomView,
  SupervisorView,
  Whoami,
} from "#protocol/types.gen";
import type { Found } from "./found";
import type { Outbox } from "./outbox";
import type { Pins } from "./pins";
import type { Thread } from "./thread";
import type { Timeline } from "./timeline";
import type { UploadsByDraft } from "./uploads";

/** Up to which entry each list is complete: an event at or before it says nothing new to that list. */
export interface Cursors {
  readonly channels: number;
  readonly agents: number;
  readonly approvals: number;
}

export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

export interface Shown {
  readonly status: ConnectionStatus;
  readonly me: Whoami | undefined;
  /** Where the stream of events resumes. */
  readonly cursor: number;
  readonly cursors: Cursors;
  readonly channels: readonly ChannelView[];
  readonly participants: readonly ParticipantView[];
  readonly agents: readonly AgentView[];
  readonly supervisors: readonly SupervisorView[];
  /** By id. All open ones, and of the others those that were met. */
  readonly approvals: ReadonlyMap<number, ApprovalView>;
  readonly timeline: Timeline | undefined;
  readonly thread: Thread | undefined;
  /** Heads of threads that are not in the timeline, by id. */
  readonly heads: ReadonlyMap<number, MessageView>;
  readonly pins: Pins | undefined;
  /** The search whose results stand beside the chat. */
  readonly found: Found | undefined;
  /** Proposals, by id; undefined until somebody asked for them. */
  readonly proposals: ReadonlyMap<number, MessageView> | undefined;
  /** Whom messages of people woke, by message; none yet for those that were not asked for. */
  readonly deliveries: ReadonlyMap<number, readonly DeliveryView[]>;
  /** Password rooms that are open; undefined until somebody asked for them. */
  readonly rooms: readonly PasswordRoomView[] | undefined;
  /** The one that was just opened, with what opens it: nothing else will say that again. */
  readonly openedRoom: OpenRoomResult | undefined;
  readonly outbox: Outbox;
  /** What stands in the composers: by channel, or `thread:<id>`. */
  readonly drafts: Readonly<Record<string, string>>;
  /** Files on their way to what is being written, by the same keys. */
  readonly uploads: UploadsByDraft;
  readonly notice: Notice | undefined;
}

export const NOTHING_SHOWN: Shown = {
  status: { state: "connecting", message: "" },
  me: undefined,
  cursor: 0,
  cursors: { channels: 0, agents: 0, approvals: 0 },
  channels: [],
  participants: [],
  agents: [],
  supervisors: [],
  approvals: new Map(),
  timeline: undefined,
  thread: undefined,
  heads: new Map(),
  pins: undefined,
  found: undefined,
  proposals: undefined,
  deliveries: new Map(),
  rooms: undefined,
  openedRoom: undefined,
  outbox: [],
  drafts: {},
  uploads: {},
  notice: undefined,
};

export type Doable = "pin" | "resolve" | "close" | "edit";

/** What the one who looks may do with a message. The server checks it again. */
export function doableWith(me: Whoami | undefined, message: MessageView): ReadonlySet<Doable> {
  const doable = new Set<Doable>();
  if (me?.scopes.includes("post") !== true) return doable;
  const isOwn = message.author === me.participant;
  if (me.kind === "person" || isOwn) {
    doable.add("pin").add("resolve");
    if (message.kind === "post" && !message.closed) doable.add("close");
  }
  // Words that others were asked to agree to stay as they were.
  const isAsking = message.tier > 0 || message.proposal !== null;
  if (isOwn && message.body !== null && !message.truncated && !isAsking) doable.add("edit");
  return doable;
}

/** Oldest first: what waits longest stands first. */
export function openApprovals(shown: Shown): readonly ApprovalView[] {
  return [...shown.approvals.values()].filter(({ status }) => status === "open").sort((a, b) => a.id - b.id);
}

/** Those that the one who looks can decide: the others wait for somebody else. */
export const waitingFor = (shown: Shown): readonly ApprovalView[] =>
  openApprovals(shown).filter((approval) => whyNotDecide(shown, approval) === undefined);

/** Why the one who looks cannot decide this; undefined when they can. The server checks it again. */
export function whyNotDecide(shown: Shown, approval: ApprovalView): string | undefined {
  const me = shown.me;
  if (me === undefined) return "Not connected yet.";
  if (approval.asked_by === me.participant) return "You asked this: somebody else decides it.";
  if (approval.tier >= 2 && !me.scopes.includes("decide")) {
    return me.kind === "person" ? "Your role decides no approvals." : "Only a person can decide this.";
  }
  if (!me.scopes.includes("post")) return "You read along here: others decide.";
  return undefined;
}

/** Which composer a draft stands in. */
export const draftKey = (channel: string, thread?: number): string =>
  thread === undefined ? channel : `thread:${thread}`;

/** What is on its way to a thread, or to the open channel. */
export function outboxOf(shown: Shown, thread: number | undefined): Outbox {
  return shown.outbox.filter(
    (one) => one.thread === thread && (thread !== undefined || one.channel === shown.timeline?.channel),
  );
}
