// The thread that is open beside the chat: a message, and all replies to it.
import type { MessageView, PostResult } from "#protocol/types.gen";
import { merged } from "./timeline";

export interface Thread {
  readonly id: number;
  readonly post: MessageView | undefined;
  readonly replies: readonly MessageView[];
  readonly isLoading: boolean;
  readonly error: string | undefined;
}

export function openingThread(id: number, post: MessageView | undefined): Thread {
  return { id, post, replies: [], isLoading: true, error: undefined };
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

export function withRedacted(thread: Thread, message: MessageView): Thread {
  if (message.id === thread.post?.id) return { ...thread, post: message };
  const isHere = thread.replies.some(({ id }) => id === message.id);
  return isHere ? { ...thread, replies: merged(thread.replies, [message]) } : thread;
}
