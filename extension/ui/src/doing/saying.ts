// What a person says, from the draft to the journal. Nothing typed is lost: it stands in the outbox until it is answered.
import type { Connection } from "#protocol/connection";
import { CallRefused } from "#protocol/connection";
import type { Attached, WhoWakesResult } from "#protocol/types.gen";
import type { Drawer } from "../memory";
import { lasting, remembered } from "../memory";
import type { Outgoing } from "../state/outbox";
import { asAnswered, asRefused, asSending, withOutgoing, without } from "../state/outbox";
import { draftKey } from "../state/shown";
import type { Store } from "../store";
import { sentenceOf } from "../store";

const KEEP_AFTER_MS = 250;

export interface Target {
  readonly channel: string;
  readonly thread: number | undefined;
}

export class Saying {
  #keepLater: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
    private readonly drawer: Drawer,
    private readonly newClientKey: () => string,
  ) {}

  /** Take up what an earlier life of this page kept; returns the channel it showed. */
  remember(journal: string): string | undefined {
    const kept = remembered(this.drawer, journal);
    this.store.update({ drafts: kept.drafts, uploads: kept.uploads, outbox: kept.outbox });
    for (const one of kept.outbox) if (one.refusal === undefined) this.#post(one);
    return kept.channel;
  }

  draft(target: Target, text: string): void {
    const key = draftKey(target.channel, target.thread);
    const others = Object.entries(this.store.shown.drafts).filter(([other]) => other !== key);
    this.store.update({ drafts: Object.fromEntries(text === "" ? others : [...others, [key, text]]) });
    this.keepSoon();
  }

  keepSoon(): void {
    this.#keepLater ??= setTimeout(() => {
      this.keep();
    }, KEEP_AFTER_MS);
  }

  say(target: Target, body: string, attachments: readonly Attached[] = []): void {
    const one: Outgoing = {
      key: this.newClientKey(),
      channel: target.channel,
      thread: target.thread,
      body,
      attachments,
      at: Date.now(),
      message: undefined,
      refusal: undefined,
    };
    this.store.update({ outbox: withOutgoing(this.store.shown.outbox, one) });
    this.draft(target, "");
    this.keep();
    this.#post(one);
  }

  again(key: string): void {
    const one = this.store.shown.outbox.find((outgoing) => outgoing.key === key);
    if (one === undefined) return;
    this.store.update({ outbox: asSending(this.store.shown.outbox, key) });
    this.#post(one);
  }

  discard(key: string): void {
    this.store.update({ outbox: without(this.store.shown.outbox, key) });
    this.keep();
  }

  whoWakes(target: Target, body: string): Promise<WhoWakesResult> {
    const post = target.thread === undefined ? {} : { post_id: target.thread };
    return this.connection.call("who_wakes", { channel: target.channel, body, ...post });
  }

  /** Write down what must outlive this page. */
  keep(): void {
    clearTimeout(this.#keepLater);
    this.#keepLater = undefined;
    const { me, timeline, drafts, uploads, outbox } = this.store.shown;
    if (me === undefined) return;
    this.drawer.write({
      journal: me.journal,
      channel: timeline?.channel,
      drafts,
      uploads: lasting(uploads),
      outbox,
    });
  }

  #post(one: Outgoing): void {
    const said = { body: one.body, attachments: [...one.attachments], client_key: one.key };
    const sent =
      one.thread === undefined
        ? this.connection.call("chat", { channel: one.channel, ...said }).then(({ message_id }) => message_id)
        : this.connection.call("reply", { post_id: one.thread, ...said }).then(({ reply_id }) => reply_id);
    sent.then(
      (message) => {
        this.#answered(one.key, message);
      },
      (error: unknown) => {
        const sentence = error instanceof CallRefused ? error.message : sentenceOf(error);
        this.store.update({ outbox: asRefused(this.store.shown.outbox, one.key, sentence) });
        this.keep();
      },
    );
  }

  /** The message itself comes as an event; when it was there first, nothing is left to wait for. */
  #answered(key: string, message: number): void {
    const { outbox, cursor } = this.store.shown;
    const isHere = cursor >= message;
    this.store.update({ outbox: isHere ? without(outbox, key) : asAnswered(outbox, key, message) });
    this.keep();
  }
}
