// One message: who, when, what; the thread folded under it; and the question it asks.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ApprovalView, MessageView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { kindIn, may } from "../surroundings";
import { oneLine, revealed } from "../words/plainly";
import { copyText } from "./code";
import { icon } from "./icons";
import { renderMarkdown } from "./markdown";
import { messageStyles } from "./message-styles";
import { nameTag, picture } from "./names";
import { prose } from "./prose";
import { base, buttons, chips, names } from "./styles";
import "./approval";
import "./time";

const SNIPPETS_MAX = 2;
/** Longer texts are folded: about thirty lines. */
const LONG_CHARACTERS = 2_400;
const LONG_LINES = 30;

@customElement("cb-message")
export class MessageElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, prose, messageStyles];

  @property({ attribute: false }) message: MessageView | undefined;
  @property({ attribute: false }) replies: readonly MessageView[] = [];
  @property({ attribute: false }) approval: ApprovalView | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property() whyNot = "";
  @property({ type: Boolean, reflect: true }) continued = false;
  /** In an open thread nothing leads to the thread. */
  @property({ type: Boolean }) isInThread = false;
  @state() private isWhole = false;
  @state() private isRemoving = false;

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
        ${message.title === null ? nothing : html`<h3 class="title">${revealed(message.title)}</h3>`}
        ${this.#body(message, surroundings)} ${this.#approval(surroundings)}
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
    const { reading } = surroundings.actions;
    const reply = (): void => {
      reading.openThread(message.thread ?? message.id);
    };
    if (this.isRemoving) return this.#removal(message, surroundings);
    const canRemove =
      may(surroundings, "manage") && message.body !== null && this.approval?.status !== "open";
    return html`<div class="tools" role="group" aria-label="Message actions">
      ${this.isInThread || !may(surroundings, "post") ? nothing : tool("reply", "Reply in thread", reply)}
      ${tool("link", `Copy reference ${message.channel}/${message.position}`, this.#copyReference)}
      ${canRemove ? tool("remove", "Remove this text…", this.#askRemoval) : nothing}
    </div>`;
  }

  #removal(message: MessageView, surroundings: Surroundings): TemplateResult {
    const remove = (): void => {
      this.isRemoving = false;
      surroundings.actions.directing.redact(message.id);
    };
    return html`<div class="tools asking" role="group" aria-label="Remove this text">
      <span class="small">Remove the text for good?</span>
      <button class="button bad" type="button" @click=${remove}>Remove</button>
      <button class="button" type="button" @click=${this.#keep}>Keep</button>
    </div>`;
  }

  readonly #toggleWhole = (): void => {
    this.isWhole = !this.isWhole;
  };

  readonly #askRemoval = (): void => {
    this.isRemoving = true;
  };

  readonly #keep = (): void => {
    this.isRemoving = false;
  };

  readonly #copyReference = (): void => {
    const { message, surroundings } = this;
    if (message === undefined || surroundings === undefined) return;
    const reference = `${message.channel}/${message.position}`;
    copyText(reference).then(
      () => {
        surroundings.actions.say(`Copied ${reference}`);
      },
      () => {
        surroundings.actions.say(`This message is ${reference}`);
      },
    );
  };
}

function tool(name: "reply" | "link" | "remove", label: string, act: () => void): TemplateResult {
  return html`<button class="bare" type="button" title=${label} aria-label=${label} @click=${act}>
    ${icon(name)}
  </button>`;
}

/** A reply in one line. */
export function snippet(reply: MessageView): TemplateResult {
  const line = oneLine(reply.body ?? "The text was removed.");
  return html`<span class="snippet">
    ${nameTag(reply.author, reply.author_kind)}<span class="line">${line}</span>
    <span class="when small muted"><cb-time .at=${reply.at}></cb-time></span>
  </span>`;
}

/** What a screen reader says first about a message. */
export function labelOf(message: MessageView, surroundings: Surroundings): string {
  const kind = kindIn(surroundings, message.author);
  const title = message.title === null ? "" : `: ${message.title}`;
  return `${message.author}, ${kind}${title}`;
}
