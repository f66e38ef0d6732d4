// From loaded messages to the rows of the chat: day lines, the unread line, and replies folded into threads.
import type { MessageView } from "#protocol/types.gen";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string }
  | MessageRow
  | ThreadRow;

export interface MessageRow {
  readonly kind: "message";
  readonly key: string;
  readonly message: MessageView;
  /** Said by the same one shortly after: name and picture need no repeating. */
  readonly isContinued: boolean;
  /** The replies that came before anybody said something else. */
  readonly replies: readonly MessageView[];
}

/** Replies to something further up, where they happened. */
export interface ThreadRow {
  readonly kind: "thread";
  readonly key: string;
  readonly thread: number;
  readonly replies: readonly MessageView[];
}

const TOGETHER_US = 5 * 60 * 1_000_000;

interface Growing {
  readonly rows: Row[];
  lastDay: string;
  isUnreadShown: boolean;
}

/** `dayOf` names the day of a time (µs) where the reader is; `me` is who reads. */
export function rowsOf(
  messages: readonly MessageView[],
  unreadAfter: number | undefined,
  me: string,
  dayOf: (at: number) => string,
): readonly Row[] {
  const growing: Growing = { rows: [], lastDay: "", isUnreadShown: unreadAfter === undefined };
  for (const message of messages) {
    const day = dayOf(message.at);
    if (day !== growing.lastDay) {
      growing.rows.push({ kind: "day", key: `day-${day}`, at: message.at });
      growing.lastDay = day;
    }
    if (!growing.isUnreadShown && message.id > (unreadAfter ?? 0) && message.author !== me) {
      growing.rows.push({ kind: "unread", key: "unread" });
      growing.isUnreadShown = true;
    }
    if (message.thread === null) growing.rows.push(messageRow(message, growing.rows.at(-1)));
    else addReply(growing.rows, message, message.thread);
  }
  return growing.rows;
}

function messageRow(message: MessageView, before: Row | undefined): MessageRow {
  const isContinued =
    message.kind === "chat" &&
    before?.kind === "message" &&
    before.message.kind === "chat" &&
    before.message.replies === 0 &&
    before.message.author === message.author &&
    message.at - before.message.at < TOGETHER_US;
  return { kind: "message", key: `m-${message.id}`, message, isContinued, replies: [] };
}

function addReply(rows: Row[], reply: MessageView, thread: number): void {
  const before = rows.at(-1);
  const isUnderHead = before?.kind === "message" && before.message.id === thread;
  if (isUnderHead || (before?.kind === "thread" && before.thread === thread)) {
    rows[rows.length - 1] = { ...before, replies: [...before.replies, reply] };
    return;
  }
  rows.push({ kind: "thread", key: `t-${reply.id}`, thread, replies: [reply] });
}

/** The ids of the day and unread lines right above row `at`: whoever goes from row to row hears them there. */
export function linesAbove(rows: readonly Row[], at: number): string {
  const keys: string[] = [];
  for (let above = at - 1; above >= 0; above -= 1) {
    const row = rows[above];
    if (row?.kind !== "day" && row?.kind !== "unread") break;
    keys.unshift(row.key);
  }
  return keys.join(" ");
}

/** The row that shows message `id`, itself or as a reply. */
export function rowOf(rows: readonly Row[], id: number): Row | undefined {
  return rows.find((row) => {
    if (row.kind === "message" && row.message.id === id) return true;
    return (row.kind === "message" || row.kind === "thread") && row.replies.some((one) => one.id === id);
  });
}

/** The newest id in the rows up to number `last`. */
export function idThrough(rows: readonly Row[], last: number): number {
  for (let at = last; at >= 0; at -= 1) {
    const row = rows[at];
    if (row?.kind === "message") return row.replies.at(-1)?.id ?? row.message.id;
    if (row?.kind === "thread") return row.replies.at(-1)?.id ?? 0;
  }
  return 0;
}
