// What a person looks at: the open channel page by page, one thread beside it, and how far it has been read.
import type { Connection } from "#protocol/connection";
import type { HistoryParams, MessageView, PostResult } from "#protocol/types.gen";
import { pinnedIn } from "#protocol/whole";
import { withSeen } from "../state/fold";
import { readingPins, withPins } from "../state/pins";
import { openingThread, reopened, withThread } from "../state/thread";
import type { Timeline } from "../state/timeline";
import { failed, loading, opening, trimmedAtStart, withFirst, withNewer, withOlder } from "../state/timeline";
import type { Store } from "../store";
import { sentenceOf } from "../store";

const PAGE = 50;
const BEFORE_TARGET = 20;
const SEEN_AFTER_MS = 400;
/** As much of a thread as one answer takes: budgets are for agents. */
export const WHOLE = { max_msgs: 500, max_tokens: 200_000 };

export class Reading {
  readonly #headsAsked = new Set<number>();
  readonly #seen = new Map<string, number>();
  #visits = 0;
  #pinsAsked = 0;

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  /** Show `channel`: at `target` when given, else where the unread begin, else at its end. */
  open(channel: string, target?: number): void {
    const known = this.store.shown.channels.find(({ name }) => name === channel);
    const unreadAfter = known && known.unread > 0 && known.offset !== null ? known.offset : undefined;
    this.#show(channel, unreadAfter, target);
    this.#readPins(channel);
    const isFar = known !== undefined && known.unread > PAGE - BEFORE_TARGET;
    const around = target ?? (isFar ? unreadAfter : undefined);
    this.#load(around === undefined ? this.#newest(channel) : this.#around(channel, around));
  }

  /** Show a message: in its channel, and a reply in its thread as well. */
  show(message: MessageView): void {
    this.jumpTo(message.channel, message.id);
    if (message.thread !== null) this.openThread(message.thread, message.id);
  }

  /** Show the message `id`, in the open channel or another. */
  jumpTo(channel: string, id: number): void {
    const timeline = this.store.shown.timeline;
    const isHere = timeline?.channel === channel && timeline.messages.some((message) => message.id === id);
    if (isHere) this.store.update({ timeline: { ...timeline, target: id } });
    else this.open(channel, id);
  }

  /** Show a message of which only the id is known. */
  async jumpToId(id: number): Promise<void> {
    try {
      const known = this.#known(id) ?? (await this.connection.call("get_post", { post_id: id })).post;
      this.show(known);
    } catch (error) {
      this.store.fail(error);
    }
  }

  /** `#channel/42`: positions are dense and grow with ids, so halving finds it. */
  async jumpToPosition(channel: string, position: number): Promise<void> {
    const known = this.store.shown.channels.find(({ name }) => name === channel);
    if (known === undefined || position < 1 || position > known.count) {
      this.store.say(`There is no message ${channel}/${position}.`, true);
      return;
    }
    let low = 0;
    let high = known.last;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const { messages } = await this.connection.call("history", { channel, after: middle, limit: 1 });
      const [found] = messages;
      if (found === undefined || found.position > position) high = middle;
      else if (found.position === position) {
        this.show(found);
        return;
      } else low = found.id;
    }
  }

  /** To the end of the open channel, wherever one is in it. */
  jumpToNewest(): void {
    const timeline = this.store.shown.timeline;
    if (timeline === undefined) return;
    this.#show(timeline.channel, undefined, undefined);
    this.#load(this.#newest(timeline.channel));
  }

  /** Whoever says something wants to see it stand at the end. */
  toNewestIfAway(): void {
    if (this.store.shown.timeline?.hasNewer) this.jumpToNewest();
  }

  /** The target has been brought into view. */
  reached(): void {
    const { timeline } = this.store.shown;
    if (timeline?.target !== undefined) this.store.update({ timeline: { ...timeline, target: undefined } });
  }

  older(): void {
    const timeline = this.#idle();
    const first = timeline?.messages[0];
    if (timeline === undefined || first === undefined || !timeline.hasOlder) return;
    this.store.update({ timeline: loading(timeline, "older") });
    this.#load(this.#page({ channel: timeline.channel, before: first.id, limit: PAGE }, withOlder));
  }

  newer(): void {
    const timeline = this.#idle();
    const last = timeline?.messages.at(-1);
    if (timeline === undefined || last === undefined || !timeline.hasNewer) return;
    this.store.update({ timeline: loading(timeline, "newer") });
    this.#load(this.#page({ channel: timeline.channel, after: last.id, limit: PAGE }, withNewer));
  }

  retry(): void {
    const { timeline } = this.store.shown;
    if (timeline !== undefined) this.open(timeline.channel, timeline.target);
  }

  /** Let go of what is far above, while one stays at the end. */
  restAtEnd(): void {
    const { timeline } = this.store.shown;
    if (timeline !== undefined) this.store.update({ timeline: trimmedAtStart(timeline) });
  }

  /** Everything up to `id` was on the screen of somebody who looked. */
  seen(channel: string, id: number): void {
    const known = this.store.shown.channels.find(({ name }) => name === channel);
    if (known?.offset === undefined || known.offset === null || known.offset >= id) return;
    this.store.replace(withSeen(this.store.shown, channel, id));
    if (this.#seen.size === 0) {
      setTimeout(() => {
        this.acknowledge();
      }, SEEN_AFTER_MS);
    }
    this.#seen.set(channel, id);
  }

  /** Tell the server what was seen since it was last told. */
  acknowledge(): void {
    for (const [channel, through] of this.#seen) {
      this.connection.call("ack", { channel, up_to_id: through }).catch(() => {
        // The next message that is seen acknowledges this one, too.
      });
    }
    this.#seen.clear();
  }

  /** Show a thread: at the reply `target` when given, else ready to write one. */
  openThread(id: number, target?: number): void {
    const { thread: open } = this.store.shown;
    const isOpen = open?.id === id && open.post !== undefined;
    const thread = isOpen ? reopened(open, target) : openingThread(id, this.#known(id), target);
    this.store.update({ thread });
    this.#wholeThread(id).then(
      (found) => {
        const { shown } = this.store;
        if (shown.thread?.id !== id) return;
        const approvals = found.approval
          ? new Map(shown.approvals).set(found.approval.id, found.approval)
          : shown.approvals;
        this.store.update({ thread: withThread(shown.thread, found), approvals });
      },
      (error: unknown) => {
        const { thread } = this.store.shown;
        if (thread?.id !== id) return;
        this.store.update({ thread: { ...thread, isLoading: false, error: sentenceOf(error) } });
      },
    );
  }

  /** The reply that was asked for has been brought into view. */
  reachedReply(): void {
    const { thread } = this.store.shown;
    if (thread?.target !== undefined) this.store.update({ thread: { ...thread, target: undefined } });
  }

  /** A thread with all its replies, however long it is; no body is longer than one answer takes. */
  async #wholeThread(id: number): Promise<PostResult> {
    const found = await this.connection.call("get_post", { post_id: id, ...WHOLE });
    const replies = [...found.replies];
    for (let part = found; part.more;) {
      const after = replies.at(-1)?.id ?? 0;
      part = await this.connection.call("get_post", { post_id: id, after, ...WHOLE });
      replies.push(...part.replies);
    }
    return { ...found, replies, more: false };
  }

  closeThread(): void {
    this.store.update({ thread: undefined });
  }

  /** Load a post that is named but not there: the head of a thread, or an old one whose approval is unknown. */
  need(id: number): void {
    if (this.#headsAsked.has(id)) return;
    this.#headsAsked.add(id);
    this.connection.call("get_post", { post_id: id, max_tokens: WHOLE.max_tokens }).then(
      ({ post, approval }) => {
        const { heads, approvals } = this.store.shown;
        this.store.update({
          heads: new Map(heads).set(id, post),
          approvals: approval ? new Map(approvals).set(id, approval) : approvals,
        });
      },
      () => {
        this.#headsAsked.delete(id);
      },
    );
  }

  #show(channel: string, unreadAfter: number | undefined, target: number | undefined): void {
    this.#visits += 1;
    this.store.update({ timeline: opening(this.#visits, channel, unreadAfter, target) });
  }

  #known(id: number): MessageView | undefined {
    const { timeline, thread, heads, found } = this.store.shown;
    const loaded = [timeline?.messages, thread?.replies, found?.messages];
    for (const messages of loaded) {
      const known = messages?.find((message) => message.id === id);
      if (known !== undefined) return known;
    }
    return heads.get(id);
  }

  #idle(): Timeline | undefined {
    const { timeline } = this.store.shown;
    return timeline?.loading === undefined ? timeline : undefined;
  }

  #readPins(channel: string): void {
    this.#pinsAsked += 1;
    const asked = this.#pinsAsked;
    this.store.update({ pins: readingPins(this.store.shown.pins, channel) });
    pinnedIn(this.connection, channel).then(
      (messages) => {
        const { pins } = this.store.shown;
        if (pins && asked === this.#pinsAsked) this.store.update({ pins: withPins(pins, messages) });
      },
      () => {
        // Without pins the channel can be read; opening it again asks again.
        const { pins } = this.store.shown;
        if (pins && asked === this.#pinsAsked) this.store.update({ pins: { ...pins, arrived: undefined } });
      },
    );
  }

  async #newest(channel: string): Promise<(timeline: Timeline) => Timeline> {
    const { messages, more } = await this.connection.call("history", { channel, limit: PAGE });
    return (timeline) => withFirst(timeline, messages, more, false);
  }

  async #around(channel: string, id: number): Promise<(timeline: Timeline) => Timeline> {
    const [before, after] = await Promise.all([
      this.connection.call("history", { channel, before: id + 1, limit: BEFORE_TARGET }),
      this.connection.call("history", { channel, after: id, limit: PAGE }),
    ]);
    const messages = [...before.messages, ...after.messages];
    return (timeline) => withFirst(timeline, messages, before.more, after.more);
  }

  async #page(
    params: HistoryParams,
    take: (timeline: Timeline, page: { messages: readonly MessageView[]; more: boolean }) => Timeline,
  ): Promise<(timeline: Timeline) => Timeline> {
    const page = await this.connection.call("history", params);
    return (timeline) => take(timeline, page);
  }

  /** A page that comes after something else was opened belongs to nobody. */
  #load(page: Promise<(timeline: Timeline) => Timeline>): void {
    const visit = this.#visits;
    const change = (apply: (timeline: Timeline) => Timeline): void => {
      const { timeline } = this.store.shown;
      if (timeline?.visit === visit) this.store.update({ timeline: apply(timeline) });
    };
    page.then(change, (error: unknown) => {
      change((timeline) => failed(timeline, sentenceOf(error)));
    });
  }
}
