// From events to what is shown: pure, so that a test can tell any story. An event that was seen before changes nothing.
import { allSupervisedBy, supervisedBy } from "#protocol/supervision";
import type { AgentView, ChannelView, Event, Events, MessageView, SupervisorView } from "#protocol/types.gen";
import { withFoundChanged } from "./found";
import { settledBy } from "./outbox";
import { withPin } from "./pins";
import type { Shown } from "./shown";
import { withReply, withThreadChanged } from "./thread";
import type { Timeline } from "./timeline";
import { withChanged, withPosted } from "./timeline";

/** Lists that an event makes stale without saying what is in them now. */
export type Stale = "participants" | "agents" | "channels";

export interface Folded {
  readonly shown: Shown;
  readonly stale: ReadonlySet<Stale>;
}

const STALE_AFTER: Readonly<Record<string, readonly Stale[]>> = {
  ParticipantJoined: ["participants"],
  AgentDeclared: ["participants", "agents"],
  AgentRetired: ["agents"],
  PersonInvited: ["participants"],
  CredentialsRevoked: ["participants"],
};

/** Reading further or following in another window. */
const OWN_STALE_AFTER: Readonly<Record<string, readonly Stale[]>> = {
  Subscribed: ["channels"],
  Unsubscribed: ["channels"],
  Acknowledged: ["channels"],
};

export function folded(shown: Shown, events: Events): Folded {
  const stale = new Set<Stale>();
  let next = events.supervisors === null ? shown : withSupervisors(shown, events.supervisors);
  for (const event of events.events) {
    if (event.seq <= shown.cursor) continue;
    next = withEvent(next, event);
    for (const list of STALE_AFTER[event.type] ?? []) stale.add(list);
    if (event.by !== shown.me?.participant) continue;
    for (const list of OWN_STALE_AFTER[event.type] ?? []) stale.add(list);
  }
  const cursor = Math.max(next.cursor, events.cursor);
  return { shown: cursor === next.cursor ? next : { ...next, cursor }, stale };
}

export function withEvent(shown: Shown, event: Event): Shown {
  let next: Shown = { ...shown, cursor: Math.max(shown.cursor, event.seq) };
  if (event.message) {
    next = event.message.id === event.seq ? posted(next, event.message) : changed(next, event.message);
  }
  if (event.approval && event.seq > shown.cursors.approvals) {
    next = { ...next, approvals: new Map(next.approvals).set(event.approval.id, event.approval) };
  }
  if (event.agent && event.seq > shown.cursors.agents) {
    next = { ...next, agents: withAgent(next.agents, supervisedBy(next.supervisors, event.agent)) };
  }
  if (event.channel && event.seq > shown.cursors.channels) {
    next = { ...next, channels: withChannel(next.channels, event.channel) };
  }
  return next;
}

function posted(shown: Shown, message: MessageView): Shown {
  const me = shown.me?.participant ?? "";
  const isNews = message.id > shown.cursors.channels;
  return {
    ...shown,
    channels: isNews ? withLast(shown.channels, message, me) : shown.channels,
    outbox: settledBy(shown.outbox, message, me),
    timeline: shown.timeline && counted(shown.timeline, message),
    thread: shown.thread && withReply(shown.thread, message),
  };
}

/** A page that holds the reply already counted it. */
function counted(timeline: Timeline, message: MessageView): Timeline {
  const grown = withPosted(timeline, message);
  if (message.thread === null || timeline.messages.some(({ id }) => id === message.id)) return grown;
  return withChanged(grown, message.thread, (head) => ({ ...head, replies: head.replies + 1 }));
}

/** Every place that shows the message shows it as it is now; where it was not, it does not appear. */
function changed(shown: Shown, message: MessageView): Shown {
  const next = withKnown(shown, message.id, () => message);
  const listed: Shown = {
    ...next,
    approvals: withoutRemovedText(next.approvals, message),
    pins: next.pins && withPin(next.pins, message),
    proposals:
      next.proposals && message.proposal ? new Map(next.proposals).set(message.id, message) : next.proposals,
  };
  const { outcome, replaces } = message.proposal ?? {};
  if (outcome !== "accepted" || replaces === undefined || replaces === null) return listed;
  // Only the new one is told about: that it took the place of the other follows from it.
  return withKnown(listed, replaces, ({ proposal, ...rest }) => ({
    ...rest,
    proposal: proposal && { ...proposal, replaced_by: message.id },
  }));
}

type Change = (known: MessageView) => MessageView;

/** The message `id` wherever it is shown. */
function withKnown(shown: Shown, id: number, change: Change): Shown {
  // The event may know of replies whose own events are still to come, and will be counted then.
  const counting: Change = (known) => ({ ...change(known), replies: known.replies });
  return {
    ...shown,
    timeline: shown.timeline && withChanged(shown.timeline, id, counting),
    thread: shown.thread && withThreadChanged(shown.thread, id, change),
    heads: withEntry(shown.heads, id, change),
    found: shown.found && withFoundChanged(shown.found, id, change),
    proposals: shown.proposals && withEntry(shown.proposals, id, change),
  };
}

function withEntry(
  messages: ReadonlyMap<number, MessageView>,
  id: number,
  change: Change,
): ReadonlyMap<number, MessageView> {
  const known = messages.get(id);
  return known === undefined ? messages : new Map(messages).set(id, change(known));
}

function withoutRemovedText(approvals: Shown["approvals"], message: MessageView): Shown["approvals"] {
  const approval = approvals.get(message.id);
  if (approval === undefined || message.body !== null) return approvals;
  return new Map(approvals).set(message.id, {
    ...approval,
    title: null,
    body: null,
    reason: approval.reason && "",
  });
}

function withLast(
  channels: readonly ChannelView[],
  message: MessageView,
  me: string,
): readonly ChannelView[] {
  return channels.map((channel) => {
    if (channel.name !== message.channel || message.id <= channel.last) return channel;
    const isUnread = channel.offset !== null && message.id > channel.offset && message.author !== me;
    return {
      ...channel,
      count: channel.count + 1,
      last: message.id,
      unread: channel.unread + (isUnread ? 1 : 0),
    };
  });
}

function withSupervisors(shown: Shown, supervisors: readonly SupervisorView[]): Shown {
  return { ...shown, supervisors, agents: allSupervisedBy(supervisors, shown.agents) };
}

function withAgent(agents: readonly AgentView[], agent: AgentView): readonly AgentView[] {
  const isKnown = agents.some(({ name }) => name === agent.name);
  return isKnown ? agents.map((one) => (one.name === agent.name ? agent : one)) : [...agents, agent];
}

function withChannel(channels: readonly ChannelView[], channel: ChannelView): readonly ChannelView[] {
  if (channels.some(({ name }) => name === channel.name)) return channels;
  return inOrder([...channels, channel]);
}

/** By name, as people count: #phase-2 before #phase-10. */
export const inOrder = (channels: readonly ChannelView[]): readonly ChannelView[] =>
  [...channels].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));

/** What was seen here a moment ago stays seen, though the server may not have heard of it when it answered. */
export function stillSeen(
  channels: readonly ChannelView[],
  before: readonly ChannelView[],
): readonly ChannelView[] {
  return channels.map((channel) => {
    const seen = before.find(({ name }) => name === channel.name)?.offset ?? 0;
    if (channel.offset === null || seen <= channel.offset) return channel;
    return { ...channel, offset: seen, unread: seen >= channel.last ? 0 : channel.unread };
  });
}

/** Everything in `channel` up to `through` has been seen. */
export function withSeen(shown: Shown, channel: string, through: number): Shown {
  return {
    ...shown,
    channels: shown.channels.map((one) =>
      one.name === channel && one.offset !== null && through > one.offset
        ? { ...one, offset: through, unread: through >= one.last ? 0 : one.unread }
        : one,
    ),
  };
}
