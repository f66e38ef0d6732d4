// What became of a message after it was said: pinned, resolved, closed with how it ended, edited.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MessageView, Wording } from "#protocol/types.gen";
import { sentenceOf } from "../store";
import type { Surroundings } from "../surroundings";
import { revealed } from "../words/plainly";
import { icon } from "./icons";
import { renderMarkdown } from "./markdown";
import { prose } from "./prose";
import { base, buttons, names } from "./styles";
import "./time";

@customElement("cb-marks")
export class MarksElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    names,
    prose,
    css`
      .marks {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        margin-top: 2px;
      }
      .mark-of {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      .mark-of .icon {
        width: 14px;
        height: 14px;
      }
      .resolved {
        color: var(--good);
      }
      .link {
        color: inherit;
        text-decoration: underline dotted;
        text-underline-offset: 3px;
      }
      .closing {
        display: flex;
        gap: 8px;
        margin-top: 6px;
        padding: 6px 10px;
        border: 1px solid var(--line);
        border-radius: 8px;
      }
      .closing .icon {
        margin-top: calc((1lh - 16px) / 2);
        color: var(--muted);
      }
      .closing .words {
        min-width: 0;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      ol {
        margin: 4px 0 0;
        padding: 0 0 0 12px;
        border-inline-start: 2px solid var(--line);
        list-style: none;
      }
      li + li {
        margin-top: 6px;
      }
      .former {
        color: var(--muted);
      }
      .refusal {
        color: var(--bad);
      }
    `,
  ];

  @property({ attribute: false }) message: MessageView | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isOpen = false;
  @state() private former: readonly Wording[] = [];
  @state() private refusal = "";
  /** Which edit the former wordings belong to. */
  #read: number | undefined;

  protected override updated(): void {
    if (this.isOpen && this.#read !== this.message?.edited_at) this.#readFormer();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { message } = this;
    if (message === undefined) return nothing;
    const { pinned, resolved, edited_at } = message;
    return html`${
      pinned || resolved || edited_at !== null
        ? html`<div class="marks small muted">
            ${pinned ? html`<span class="mark-of">${icon("pin")}Pinned</span>` : nothing}
            ${resolved ? html`<span class="mark-of resolved">${icon("check")}Resolved</span>` : nothing}
            ${edited_at === null ? nothing : this.#edited(edited_at)}
          </div>`
        : nothing
    }
    ${this.isOpen && edited_at !== null && message.body !== null ? this.#wordings() : nothing}
    ${closing(message)}`;
  }

  #edited(at: number): TemplateResult {
    return html`<button
      class="link"
      type="button"
      aria-expanded=${this.isOpen}
      title=${this.isOpen ? "Hide what it said before" : "Show what it said before"}
      @click=${this.#toggle}
    >
      edited <cb-time .at=${at}></cb-time>
    </button>`;
  }

  #wordings(): TemplateResult {
    if (this.refusal !== "") return html`<p class="refusal small" role="alert">${this.refusal}</p>`;
    return html`<ol aria-label="What it said before">
      ${this.former.map(
        ({ at, title, body }) =>
          html`<li>
            <span class="small muted"><cb-time .at=${at}></cb-time></span>
            <div class="former">
              ${title === null ? nothing : html`<strong>${revealed(title)}</strong>`} ${this.#words(body)}
            </div>
          </li>`,
      )}
    </ol>`;
  }

  #words(body: string | null): TemplateResult {
    if (body === null || this.surroundings === undefined) return html`<em>The text was removed.</em>`;
    return html`<div class="prose">${renderMarkdown(body, this.surroundings)}</div>`;
  }

  readonly #toggle = (): void => {
    this.isOpen = !this.isOpen;
  };

  #readFormer(): void {
    const { message, surroundings } = this;
    if (message === undefined || surroundings === undefined) return;
    const read = message.edited_at ?? undefined;
    this.#read = read;
    surroundings.actions.changing.formerWordings(message.id).then(
      (former) => {
        if (this.#read === read) this.former = former;
      },
      (error: unknown) => {
        this.refusal = sentenceOf(error);
      },
    );
  }
}

function closing({ closed, resolution }: MessageView): TemplateResult | typeof nothing {
  if (!closed) return nothing;
  return html`<div class="closing" role="note" aria-label="Closed">
    ${icon("closed")}
    <div class="words"><strong>Closed.</strong> ${revealed(resolution ?? "The resolution was removed.")}</div>
  </div>`;
}
