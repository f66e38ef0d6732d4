// The part of one channel that is loaded: an unbroken run of its messages, bounded at both ends.
import type { MessageView } from "#protocol/types.gen";

export interface Timeline {
  /** Grows with every opening: what was asked for an earlier one does not belong here. */
  readonly visit: number;
  readonly channel: string;
  /** Ascending by id; nothing between the first and the last is missing. */
  readonly messages: readonly MessageView[];
  readonly hasOlder: boolean;
  /** Whether there is more behind the last one. New messages are appended only when there is not. */
  readonly hasNewer: boolean;
  readonly loading: Direction | undefined;
  /** What happened while a page was on its way: the page may or may not hold it. */
  readonly arrived: readonly MessageView[];
  /** The unread line stands behind this id; undefined when everything was read on opening. */
  readonly unreadAfter: number | undefined;
  /** The message to bring into view once it is there. */
  readonly target: number | undefined;
  readonly error: string | undefined;
}

export type Direction = "first" | "older" | "newer";

export interface Page {
  readonly messages: readonly MessageView[];
  readonly more: boolean;
}

/** As many messages are kept; what is further away is loaded again when it is scrolled to. */
export const WINDOW_MAX = 120;
/** While a person reads further up, new messages are kept at the end up to here, and then only counted. */
const GROWN_MAX = 200;

export function opening(
  visit: number,
  channel: string,
  unreadAfter: number | undefined,
  target: number | undefined,
): Timeline {
  return {
    visit,
    channel,
    messages: [],
    hasOlder: false,
    hasNewer: true,
    loading: "first",
    arrived: [],
    unreadAfter,
    target,
    error: undefined,
  };
}

export function loading(timeline: Timeline, direction: Direction): Timeline {
  return { ...timeline, loading: direction, arrived: [], error: undefined };
}

export function failed(timeline: Timeline, error: string): Timeline {
  return { ...timeline, loading: undefined, arrived: [], error };
}

/** The union of both by id, ascending; where both have one, the one of `newer` counts. */
export function merged(older: readonly MessageView[], newer: readonly MessageView[]): readonly MessageView[] {
  if (newer.length === 0) return older;
  if (older.length === 0) return newer;
  const byId = new Map(older.map((message) => [message.id, message]));
  for (const message of newer) byId.set(message.id, message);
  return [...byId.values()].sort((a, b) => a.id - b.id);
}

/** The newest page, or one around a message: whatever was loaded before is replaced. */
export function withFirst(
  timeline: Timeline,
  page: readonly MessageView[],
  hasOlder: boolean,
  hasNewer: boolean,
): Timeline {
  const messages = hasNewer ? page : merged(page, timeline.arrived);
  return { ...timeline, messages, hasOlder, hasNewer, loading: undefined, arrived: [], error: undefined };
}

export function withOlder(timeline: Timeline, page: Page): Timeline {
  const messages = merged(page.messages, timeline.messages);
  const kept = messages.slice(0, GROWN_MAX);
  const isTrimmed = kept.length < messages.length;
  return {
    ...timeline,
    messages: kept,
    hasOlder: page.more,
    hasNewer: timeline.hasNewer || isTrimmed,
    loading: undefined,
    arrived: [],
  };
}

export function withNewer(timeline: Timeline, page: Page): Timeline {
  const atEnd = page.more ? page.messages : merged(page.messages, timeline.arrived);
  const messages = merged(timeline.messages, atEnd);
  const kept = messages.slice(-GROWN_MAX);
  return {
    ...timeline,
    messages: kept,
    hasOlder: timeline.hasOlder || kept.length < messages.length,
    hasNewer: page.more,
    loading: undefined,
    arrived: [],
  };
}

/** A message was posted. Its replies were counted already when its parent came from a page that knows it. */
export function withPosted(timeline: Timeline, message: MessageView): Timeline {
  if (message.channel !== timeline.channel) return timeline;
  if (timeline.hasNewer) {
    return timeline.loading === undefined
      ? timeline
      : { ...timeline, arrived: [...timeline.arrived, message] };
  }
  if (timeline.messages.some(({ id }) => id === message.id)) return timeline;
  const isFull = timeline.messages.length >= GROWN_MAX;
  return isFull
    ? { ...timeline, hasNewer: true }
    : { ...timeline, messages: [...timeline.messages, message] };
}

/** A message changed: its text was removed, or it got a reply. */
export function withChanged(
  timeline: Timeline,
  id: number,
  change: (message: MessageView) => MessageView,
): Timeline {
  const apply = (messages: readonly MessageView[]): readonly MessageView[] =>
    messages.some((message) => message.id === id)
      ? messages.map((message) => (message.id === id ? change(message) : message))
      : messages;
  const messages = apply(timeline.messages);
  const arrived = apply(timeline.arrived);
  return messages === timeline.messages && arrived === timeline.arrived
    ? timeline
    : { ...timeline, messages, arrived };
}

/** Let go of what is far above while a person stays at the end. */
export function trimmedAtStart(timeline: Timeline): Timeline {
  if (timeline.messages.length <= WINDOW_MAX || timeline.loading !== undefined) return timeline;
  return { ...timeline, messages: timeline.messages.slice(-WINDOW_MAX), hasOlder: true };
}
