// The thread that is open beside the chat: a message, and all replies to it.
import type { MessageView, PostResult } from "#protocol/types.gen";
import { merged } from "./timeline";

export interface Thread {
  readonly id: number;
  readonly post: MessageView | undefined;
  readonly replies: readonly MessageView[];
  readonly isLoading: boolean;
  readonly error: string | undefined;
  /** The reply to bring into view once it is there. */
  readonly target: number | undefined;
}

export function openingThread(id: number, post: MessageView | undefined, target?: number): Thread {
  return { id, post, replies: [], isLoading: true, error: undefined, target };
}

/** What of it is already there stays there while the rest is loaded again. */
export function reopened(thread: Thread, target: number | undefined): Thread {
  return { ...thread, isLoading: true, error: undefined, target };
}

/** Replies that came while it was on its way stay. */
export function withThread(thread: Thread, found: PostResult): Thread {
  const replies = merged(found.replies, thread.replies);
  return { ...thread, post: found.post, replies, isLoading: false, error: undefined };
}

export function withReply(thread: Thread, message: MessageView): Thread {
  if (message.thread !== thread.id || thread.replies.some(({ id }) => id === message.id)) return thread;
  return { ...thread, replies: merged(thread.replies, [message]) };
}

/** A message of it is not what it was. */
export function withThreadChanged(
  thread: Thread,
  id: number,
  change: (known: MessageView) => MessageView,
): Thread {
  if (id === thread.post?.id) return { ...thread, post: change(thread.post) };
  if (!thread.replies.some((reply) => reply.id === id)) return thread;
  return { ...thread, replies: thread.replies.map((reply) => (reply.id === id ? change(reply) : reply)) };
}
