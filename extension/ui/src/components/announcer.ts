// Says aloud, to screen readers, what others see: new messages politely, a new question at once.
import type { TemplateResult } from "lit";
import { html } from "lit";
import type { Shown } from "../state/shown";
import { waitingFor } from "../state/shown";
import { deliveryWords } from "../words/deliveries";
import { oneLine } from "../words/plainly";

const SPOKEN_CHARACTERS = 300;
const PLACE_CHARACTERS = 80;

export class Announcer {
  #newest = 0;
  #approvals: ReadonlySet<number> | undefined;
  #deliveries: Shown["deliveries"] = new Map();
  #journal: string | undefined;
  #target: number | undefined;
  polite = "";
  urgent = "";

  /** The same words once more are news again, and only what changes is read out. */
  #say(words: string): void {
    this.polite = words === this.polite ? `${words}\u00a0` : words;
  }

  /** What there was before the page opened is not news. */
  note(shown: Shown): void {
    if (shown.me === undefined) return;
    const isStart = this.#journal !== shown.me.journal;
    this.#journal = shown.me.journal;
    this.#noteMessages(shown, isStart);
    this.#noteApprovals(shown, isStart);
    this.#noteDeliveries(shown);
    this.#noteTarget(shown.thread);
  }

  /** Whoever was led to a reply hears where they are. */
  #noteTarget(thread: Shown["thread"]): void {
    const reply = thread?.replies.find(({ id }) => id === thread.target);
    if (reply !== undefined && this.#target !== reply.id) {
      const place = thread?.post?.title ?? thread?.post?.body ?? "";
      const words = `Reply of ${reply.author}, in the thread ${oneLine(place).slice(0, PLACE_CHARACTERS)}`;
      this.#say(`${words}: ${oneLine(reply.body ?? "The text was removed.")}`.slice(0, SPOKEN_CHARACTERS));
    }
    this.#target = reply?.id;
  }

  #noteMessages(shown: Shown, isStart: boolean): void {
    const before = isStart ? Math.max(shown.cursor, this.#newest) : this.#newest;
    const news = (shown.timeline?.messages ?? []).filter(
      ({ id, author }) => id > before && author !== shown.me?.participant,
    );
    this.#newest = Math.max(before, shown.cursor);
    const last = news.at(-1);
    if (last === undefined) return;
    const words = `${last.author}: ${last.title ?? ""} ${last.body ?? ""}`.slice(0, SPOKEN_CHARACTERS);
    this.#say(news.length > 1 ? `${news.length} new messages. Last, ${words}` : words);
  }

  #noteApprovals(shown: Shown, isStart: boolean): void {
    const open = waitingFor(shown);
    const before = this.#approvals;
    this.#approvals = new Set(open.map(({ id }) => id));
    if (isStart || before === undefined) {
      if (open.length > 0)
        this.urgent = open.length === 1 ? "1 approval waits." : `${open.length} approvals wait.`;
      return;
    }
    const fresh = open.filter(({ id }) => !before.has(id));
    const [first] = fresh;
    if (first) this.urgent = `${first.asked_by} asks for approval: ${first.title ?? ""}`;
  }

  /** What an agent gave up was waited for; what had been given up before is no news. */
  #noteDeliveries(shown: Shown): void {
    const before = this.#deliveries;
    this.#deliveries = shown.deliveries;
    if (before === shown.deliveries) return;
    for (const [id, deliveries] of shown.deliveries) {
      for (const one of deliveries) {
        const known = before.get(id)?.find(({ agent }) => agent === one.agent);
        if (one.status !== "given-up" || known === undefined || known.status === "given-up") continue;
        this.urgent = `${one.agent} ${deliveryWords(one)}`;
      }
    }
  }

  regions(): TemplateResult {
    return html`<div class="hidden" aria-live="polite">${this.polite}</div>
      <div class="hidden" aria-live="assertive">${this.urgent}</div>`;
  }
}
