// One message: who, when, what; the thread folded under it; and the question it asks.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ApprovalView, DeliveryView, MessageView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { kindIn } from "../surroundings";
import { oneLine, revealed } from "../words/plainly";
import { voteOf } from "../words/proposals";
import { focusSoon } from "./focusing";
import { deliveryLine, deliveryStyles } from "./delivery-line";
import { renderMarkdown } from "./markdown";
import type { Asking, MessageActionsElement } from "./message-actions";
import { messageStyles } from "./message-styles";
import { nameTag, picture } from "./names";
import { prose } from "./prose";
import { base, buttons, chips, names } from "./styles";
import "./approval";
import "./attachments";
import "./marks";
import "./message-actions";
import "./proposal";
import "./time";
import "./writing";

const SNIPPETS_MAX = 2;
/** Longer texts are folded: about thirty lines. */
const LONG_CHARACTERS = 2_400;
const LONG_LINES = 30;
/** The same for all, so that nothing renders for nothing. */
export const NO_DELIVERIES: readonly DeliveryView[] = [];
const BODY_CHARACTERS_MAX = 256 * 1024;

@customElement("cb-message")
export class MessageElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, prose, deliveryStyles, messageStyles];

  @property({ attribute: false }) message: MessageView | undefined;
  @property({ attribute: false }) replies: readonly MessageView[] = [];
  @property({ attribute: false }) approval: ApprovalView | undefined;
  /** Whom it woke, and what came of it. */
  @property({ attribute: false }) deliveries: readonly DeliveryView[] = NO_DELIVERIES;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property() whyNot = "";
  @property({ type: Boolean, reflect: true }) continued = false;
  /** In an open thread nothing leads to the thread. */
  @property({ type: Boolean }) isInThread = false;
  @state() private isWhole = false;
  @state() private asking: Asking | undefined;
  @query("cb-message-actions") private actions: MessageActionsElement | null | undefined;

  constructor() {
    super();
    this.addEventListener("keydown", this.#keys);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { message, surroundings } = this;
    if (message === undefined || surroundings === undefined) return nothing;
    return html`<div class="row">
      <div class="gutter">
        ${
          this.continued
            ? html`<span class="hover-time small muted"><cb-time .at=${message.at} clock></cb-time></span>`
            : picture(message.author, message.author_kind)
        }
      </div>
      <div class="content">
        ${this.continued ? nothing : this.#head(message)}
        ${
          this.asking === "edit"
            ? this.#editing(message, surroundings)
            : html`${this.#title(message)} ${this.#body(message, surroundings)}`
        }
        ${after(message, surroundings)}
        ${this.asking === "close" ? this.#closing(message, surroundings) : nothing}
        ${this.#approval(surroundings)} ${this.#proposal(message, surroundings)}
        ${deliveryLine(this.deliveries, surroundings.parked)}
        ${this.isInThread ? nothing : this.#thread(message, surroundings)}
      </div>
      ${this.#tools(message, surroundings)}
    </div>`;
  }

  #head(message: MessageView): TemplateResult {
    const type = message.post_type === null ? nothing : html`<span class="chip">${message.post_type}</span>`;
    // The card below says it, too.
    const isSaid = message.tier === 0 || this.approval !== undefined;
    const tier = isSaid ? nothing : html`<span class="chip">tier ${message.tier}</span>`;
    return html`<div class="head">
      ${nameTag(message.author, message.author_kind)}
      <span class="small muted"><cb-time .at=${message.at}></cb-time></span>
      ${type}${tier}
    </div>`;
  }

  /** In a thread it stands below the thread's own heading. */
  #title({ title }: MessageView): TemplateResult | typeof nothing {
    if (title === null) return nothing;
    const words = revealed(title);
    return this.isInThread
      ? html`<h3 class="title" dir="auto">${words}</h3>`
      : html`<h2 class="title" dir="auto">${words}</h2>`;
  }

  #body(message: MessageView, surroundings: Surroundings): TemplateResult {
    if (message.body === null) return html`<p class="muted removed">The text was removed.</p>`;
    const isLong = message.body.length > LONG_CHARACTERS || message.body.split("\n").length > LONG_LINES;
    // Nobody should decide on half a text.
    const isFoldable = isLong && this.approval?.status !== "open";
    const isFolded = isFoldable && !this.isWhole;
    return html`<div class="prose ${isFolded ? "folded" : ""}">
        ${renderMarkdown(message.body, surroundings)}
      </div>
      ${
        isFoldable
          ? html`<button
              class="link small"
              type="button"
              aria-expanded=${!isFolded}
              @click=${this.#toggleWhole}
            >
              ${isFolded ? "Show all of it" : "Show less"}
            </button>`
          : nothing
      }`;
  }

  #approval(surroundings: Surroundings): TemplateResult | typeof nothing {
    if (this.approval === undefined) return nothing;
    return html`<cb-approval
      class="asks"
      inline
      .approval=${this.approval}
      .surroundings=${surroundings}
      .whyNot=${this.whyNot}
    ></cb-approval>`;
  }

  #proposal(message: MessageView, surroundings: Surroundings): TemplateResult | typeof nothing {
    if (voteOf(message) === undefined) return nothing;
    return html`<cb-proposal
      class="asks"
      inline
      .message=${message}
      .surroundings=${surroundings}
    ></cb-proposal>`;
  }

  /** The fold: how many replies there are, and the last of those that came right away. */
  #thread(message: MessageView, surroundings: Surroundings): TemplateResult | typeof nothing {
    const count = Math.max(message.replies, this.replies.length);
    if (count === 0) return nothing;
    const open = (): void => {
      surroundings.actions.reading.openThread(message.id);
    };
    const shown = this.replies.slice(-SNIPPETS_MAX);
    return html`<button class="thread" type="button" @click=${open}>
      ${shown.map((reply) => snippet(reply))}
      <span class="more">${count === 1 ? "1 reply" : `${count} replies`}</span>
    </button>`;
  }

  #tools(message: MessageView, surroundings: Surroundings): TemplateResult {
    if (this.asking === "remove") return this.#removal(message, surroundings);
    return html`<cb-message-actions
      class="tools"
      role="group"
      aria-label="Message actions"
      .message=${message}
      .surroundings=${surroundings}
      .isInThread=${this.isInThread}
      .isAsking=${this.approval?.status === "open"}
      @cb-ask=${this.#ask}
    ></cb-message-actions>`;
  }

  #removal(message: MessageView, surroundings: Surroundings): TemplateResult {
    const remove = (): void => {
      this.#asked();
      surroundings.actions.directing.redact(message.id);
    };
    return html`<div class="tools asking" role="group" aria-label="Remove this text" @keydown=${this.#leave}>
      <span class="small">Remove the text for good?</span>
      <button class="button bad" type="button" @click=${remove}>Remove</button>
      <button class="button keep" type="button" @click=${this.#asked}>Keep</button>
    </div>`;
  }

  /** Where the body stood: the words to change. */
  #editing(message: MessageView, surroundings: Surroundings): TemplateResult {
    return html`<cb-writing
      label="New words for this message"
      .value=${message.body ?? ""}
      .heading=${message.title ?? undefined}
      .charactersMax=${BODY_CHARACTERS_MAX}
      .act=${(body: string, title: string) => surroundings.actions.changing.edit(message, body, title)}
      @cb-written=${this.#asked}
    ></cb-writing>`;
  }

  #closing(message: MessageView, surroundings: Surroundings): TemplateResult {
    return html`<cb-writing
      label="How did it end? Everybody reads this."
      verb="Close it"
      .act=${(resolution: string) => surroundings.actions.changing.close(message, resolution)}
      @cb-written=${this.#asked}
    ></cb-writing>`;
  }

  readonly #toggleWhole = (): void => {
    this.isWhole = !this.isWhole;
  };

  readonly #ask = (event: CustomEvent<Asking>): void => {
    this.asking = event.detail;
    if (event.detail === "remove") focusSoon(this, ".asking .keep");
  };

  readonly #leave = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#asked();
  };

  readonly #asked = (): void => {
    this.asking = undefined;
    this.focus();
  };

  /** The keys that open a menu wherever menus are. */
  readonly #keys = (event: KeyboardEvent): void => {
    const isMenuKey = event.key === "ContextMenu" || (event.shiftKey && event.key === "F10");
    if (!isMenuKey || event.composedPath()[0] !== this) return;
    event.preventDefault();
    this.actions?.open();
  };
}

/** Its files and its marks. Most messages have neither: thousands of elements that show nothing cost all the same. */
function after(message: MessageView, surroundings: Surroundings): TemplateResult {
  const { attachments, pinned, resolved, closed, edited_at } = message;
  const isMarked = pinned || resolved || closed || edited_at !== null;
  const files = html`<cb-attachments
    .attachments=${attachments}
    .surroundings=${surroundings}
  ></cb-attachments>`;
  const marks = html`<cb-marks .message=${message} .surroundings=${surroundings}></cb-marks>`;
  return html`${attachments.length > 0 ? files : nothing} ${isMarked ? marks : nothing}`;
}

/** A reply in one line. */
export function snippet(reply: MessageView): TemplateResult {
  const line = oneLine(reply.body ?? "The text was removed.");
  return html`<span class="snippet">
    ${nameTag(reply.author, reply.author_kind)}<span class="line" dir="auto">${line}</span>
    <span class="when small muted"><cb-time .at=${reply.at}></cb-time></span>
  </span>`;
}

/** What a screen reader says first about a message. */
export function labelOf(message: MessageView, surroundings: Surroundings): string {
  const kind = kindIn(surroundings, message.author);
  const title = message.title === null ? "" : `: ${message.title}`;
  return `${message.author}, ${kind}${title}`;
}
