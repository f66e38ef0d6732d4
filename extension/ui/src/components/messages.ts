// The chat itself: the loaded part of a channel as rows, more of it as one scrolls, and the place one reads held still.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Stop } from "#protocol/connection";
import type { ApprovalView, DeliveryView, MessageView } from "#protocol/types.gen";
import type { Outbox } from "../state/outbox";
import type { MessageRow, Row } from "../state/rows";
import { idThrough, linesAbove, rowOf, rowsOf } from "../state/rows";
import type { Timeline } from "../state/timeline";
import type { Surroundings } from "../surroundings";
import { dayName, dayOf, nowMicroseconds } from "../words/times";
import { nextRow } from "./feed-keys";
import { Holding, lastVisible } from "./holding";
import { icon } from "./icons";
import { NO_DELIVERIES, labelOf } from "./message";
import { messagesStyles } from "./messages-styles";
import { outgoing } from "./outgoing";
import { base, buttons, chips, names } from "./styles";
import { threadRow } from "./thread-row";
import { timelineTop } from "./timeline-top";
import "./message";

/** More is loaded when less than so many views are left in that direction. */
const AHEAD_VIEWS = 1.5;
const FLASH_MS = 2_000;

@customElement("cb-messages")
export class MessagesElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, messagesStyles];

  @property({ attribute: false }) timeline: Timeline | undefined;
  @property({ attribute: false }) outbox: Outbox = [];
  @property({ attribute: false }) approvals: ReadonlyMap<number, ApprovalView> = new Map();
  @property({ attribute: false }) heads: ReadonlyMap<number, MessageView> = new Map();
  @property({ attribute: false }) deliveries: ReadonlyMap<number, readonly DeliveryView[]> = new Map();
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property({ attribute: false }) whyNot: (approval: ApprovalView) => string | undefined = () => undefined;
  @property({ type: Number }) unread = 0;
  @state() private isAtEnd = true;
  @state() private flashing: number | undefined;
  @state() private active: string | undefined;
  @query(".scroller") private scroller: HTMLElement | undefined;
  @query(".rows") private rowsElement: HTMLElement | undefined;
  #rows: readonly Row[] = [];
  /** The row that Tab leads to: where the keyboard was last, else the newest. */
  #entry: string | undefined;
  #holding: Holding | undefined;
  #stops: Stop[] = [];
  #placed = 0;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops.splice(0)) stop();
    this.#holding = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  /** Put the keyboard on the newest message. */
  focusNewest(): void {
    const rows = this.rowsElement?.querySelectorAll<HTMLElement>("[role=article]");
    rows?.item(rows.length - 1).focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("timeline") || changed.has("surroundings")) {
      const { timeline } = this;
      const me = this.surroundings?.me?.participant ?? "";
      this.#rows = timeline ? rowsOf(timeline.messages, timeline.unreadAfter, me, dayOf) : [];
    }
    const newest = this.#rows.findLast(({ kind }) => kind === "message" || kind === "thread");
    this.#entry = this.#rows.some(({ key }) => key === this.active) ? this.active : newest?.key;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.#holding === undefined) this.#hold();
    if (changed.has("timeline")) this.#place();
    this.#askForMissing();
    if (changed.has("outbox") && this.outbox.length > (changed.get("outbox")?.length ?? 0))
      this.#holding?.toEnd();
    this.#holding?.restore();
    // The rows draw themselves next, and what is in them after that; only then they have their height.
    const last = this.rowsElement?.lastElementChild;
    if (last instanceof LitElement) {
      void last.updateComplete.then(() => {
        this.#holding?.restore();
      });
    }
    requestAnimationFrame(() => {
      this.#holding?.restore();
      this.#moved();
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { timeline, surroundings } = this;
    if (timeline === undefined || surroundings === undefined) return nothing;
    // A feed that holds nothing is none.
    return html`<div
        class="scroller scroll"
        role=${timeline.messages.length === 0 && timeline.loading === undefined ? "group" : "feed"}
        aria-label="Messages in ${timeline.channel}"
        aria-busy=${timeline.loading !== undefined}
        @keydown=${this.#keys}
        @focusin=${this.#focused}
      >
        ${timelineTop(timeline, surroundings)}
        <div class="rows">
          ${repeat(
            this.#rows,
            (row) => row.key,
            (row, at) => this.#row(row, linesAbove(this.#rows, at), surroundings),
          )}
        </div>
        <div class="outgoing">${this.outbox.map((one) => outgoing(one, surroundings))}</div>
      </div>
      ${this.#newest(timeline)}`;
  }

  #row(row: Row, above: string, surroundings: Surroundings): TemplateResult {
    switch (row.kind) {
      case "day":
        return html`<div class="line day" id=${row.key}>
          <span>${dayName(row.at, nowMicroseconds())}</span>
        </div>`;
      case "unread":
        return html`<div class="line unread" id=${row.key}><span>New</span></div>`;
      case "message":
        return this.#message(row, above, surroundings);
      case "thread":
        return threadRow(row, {
          head: this.#head(row.thread),
          isTarget: row.replies.some(({ id }) => id === this.flashing),
          isEntry: row.key === this.#entry,
          above,
          surroundings,
        });
    }
  }

  #message(row: MessageRow, above: string, surroundings: Surroundings): TemplateResult {
    const { message } = row;
    const approval = this.approvals.get(message.id);
    return html`<cb-message
      role="article"
      class=${this.flashing === message.id ? "flash" : ""}
      data-message=${message.id}
      tabindex=${row.key === this.#entry ? 0 : -1}
      aria-label=${labelOf(message, surroundings)}
      aria-describedby=${above === "" ? nothing : above}
      aria-posinset=${message.position}
      aria-setsize="-1"
      ?continued=${row.isContinued}
      .message=${message}
      .replies=${row.replies}
      .approval=${approval}
      .deliveries=${this.deliveries.get(message.id) ?? NO_DELIVERIES}
      .whyNot=${(approval && this.whyNot(approval)) ?? ""}
      .surroundings=${surroundings}
    ></cb-message>`;
  }

  #newest(timeline: Timeline): TemplateResult | typeof nothing {
    if ((this.isAtEnd && !timeline.hasNewer) || timeline.loading === "first") return nothing;
    const words = this.unread > 0 ? `${this.unread} new` : "Newest";
    return html`<button
      class="button newest"
      type="button"
      @click=${this.#jump}
      title="Jump to the newest message"
    >
      ${icon("down")}${words}
    </button>`;
  }

  #head(id: number): MessageView | undefined {
    return this.timeline?.messages.find((message) => message.id === id) ?? this.heads.get(id);
  }

  /** What rows name and nobody has loaded yet: the heads of threads further up, approvals of old posts. */
  #askForMissing(): void {
    const reading = this.surroundings?.actions.reading;
    for (const row of this.#rows) {
      if (row.kind === "thread" && this.#head(row.thread) === undefined) reading?.need(row.thread);
      if (row.kind !== "message" || row.message.tier === 0) continue;
      if (!this.approvals.has(row.message.id)) reading?.need(row.message.id);
    }
  }

  #hold(): void {
    const { scroller, rowsElement } = this;
    if (!scroller || !rowsElement) return;
    this.#holding = new Holding(scroller, rowsElement, () => {
      this.#moved();
    });
    const look = (): void => {
      this.#moved();
    };
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    this.#stops.push(this.#holding.start(), () => {
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
    });
  }

  /** Once for every opening: to what was asked for, to the unread line, or to the end. */
  #place(): void {
    const { timeline } = this;
    if (timeline === undefined || timeline.loading === "first") return;
    const isFresh = timeline.visit !== this.#placed;
    if (!isFresh && timeline.target === undefined) return;
    this.#placed = timeline.visit;
    const row =
      timeline.target === undefined
        ? this.#rows.find(({ kind }) => kind === "unread")
        : rowOf(this.#rows, timeline.target);
    const element = row && this.rowsElement?.children[this.#rows.indexOf(row)];
    if (element === undefined) this.#holding?.toEnd();
    else this.#holding?.show(element, timeline.target === undefined ? 0.1 : 0.3);
    if (timeline.target === undefined) return;
    // Of a reply the thread takes the keyboard: here only the fold is that it stands in.
    const isItself = row?.kind === "message" && row.message.id === timeline.target;
    if (isItself && element instanceof HTMLElement) element.focus({ preventScroll: true });
    this.#flash(timeline.target, row?.key);
  }

  #flash(id: number, key: string | undefined): void {
    this.flashing = id;
    this.active = key;
    this.surroundings?.actions.reading.reached();
    setTimeout(() => {
      if (this.flashing === id) this.flashing = undefined;
    }, FLASH_MS);
  }

  /** After every scroll and every change: load what comes near, and note what has been read. */
  #moved(): void {
    const { scroller, rowsElement, timeline, surroundings } = this;
    if (!scroller || !rowsElement || !timeline || !surroundings || scroller.clientHeight === 0) return;
    const { reading } = surroundings.actions;
    this.isAtEnd = this.#holding?.isAtEnd ?? true;
    if (this.#placed !== timeline.visit) return;
    const ahead = scroller.clientHeight * AHEAD_VIEWS;
    if (scroller.scrollTop < ahead) reading.older();
    if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < ahead) reading.newer();
    if (this.isAtEnd && !timeline.hasNewer) reading.restAtEnd();
    // Inside an editor the page is looked at while the keyboard is in a file.
    const isLookedAt = surroundings.actions.place.isEditor || document.hasFocus();
    if (document.visibilityState === "visible" && isLookedAt) {
      const seen = idThrough(this.#rows, lastVisible(scroller, rowsElement.children));
      if (seen > 0) reading.seen(timeline.channel, seen);
    }
  }

  readonly #jump = (): void => {
    if (this.timeline?.hasNewer) this.surroundings?.actions.reading.jumpToNewest();
    else this.#holding?.toEnd();
  };

  readonly #focused = (event: FocusEvent): void => {
    const row = event.target instanceof Element ? event.target.closest("[role=article]") : null;
    const at = row ? [...(this.rowsElement?.children ?? [])].indexOf(row) : -1;
    if (at >= 0) this.active = this.#rows[at]?.key;
  };

  /** Arrows move from message to message, as in a feed; what is inside a message is reached with Tab. */
  readonly #keys = (event: KeyboardEvent): void => {
    // Not what is inside a row: there keys mean what they mean on a button.
    const [row] = event.composedPath();
    if (!(row instanceof HTMLElement) || row.role !== "article") return;
    const rows = [...(this.rowsElement?.querySelectorAll<HTMLElement>("[role=article]") ?? [])];
    const next = nextRow(event.key, rows.indexOf(row), rows.length);
    if (next !== undefined) {
      event.preventDefault();
      rows[next]?.focus();
    } else if (event.key === "Enter") {
      const id = Number(row.dataset["message"]);
      const message = this.timeline?.messages.find((one) => one.id === id);
      if (message) this.surroundings?.actions.reading.openThread(message.thread ?? message.id);
    }
  };
}
