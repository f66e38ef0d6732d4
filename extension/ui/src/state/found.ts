// A search and what was found so far, newest first.
import type { MessageView, SearchResult } from "#protocol/types.gen";

export interface Found {
  readonly query: string;
  readonly messages: readonly MessageView[];
  /** Whether older ones can be asked for. */
  readonly more: boolean;
  /** The newest messages were not looked through yet. */
  readonly isIncomplete: boolean;
  readonly isLoading: boolean;
  readonly error: string | undefined;
}

export const searching = (query: string): Found => ({
  query,
  messages: [],
  more: false,
  isIncomplete: false,
  isLoading: true,
  error: undefined,
});

/** The next page; a message that changed its place between two pages stands here once. */
export function withFound(found: Found, page: SearchResult): Found {
  const known = new Set(found.messages.map(({ id }) => id));
  const fresh = page.messages.filter(({ id }) => !known.has(id));
  const messages = [...found.messages, ...fresh];
  return {
    ...found,
    messages,
    more: page.more,
    isIncomplete: page.incomplete,
    isLoading: false,
    error: undefined,
  };
}

/** What was found keeps its place, though it may say something else by now. */
export function withFoundChanged(
  found: Found,
  id: number,
  change: (known: MessageView) => MessageView,
): Found {
  if (!found.messages.some((one) => one.id === id)) return found;
  return { ...found, messages: found.messages.map((one) => (one.id === id ? change(one) : one)) };
}
