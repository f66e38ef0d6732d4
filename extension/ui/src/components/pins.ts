// What is pinned, in one line at the top of the channel; opened, it lists all of it and leads there.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MessageView } from "#protocol/types.gen";
import type { Pins } from "../state/pins";
import { doableWith } from "../state/shown";
import type { Surroundings } from "../surroundings";
import { oneLine } from "../words/plainly";
import { isFocusLost } from "./focusing";
import { icon } from "./icons";
import { nameTag } from "./names";
import { base, buttons, names } from "./styles";

@customElement("cb-pins")
export class PinsElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    names,
    css`
      :host {
        flex: none;
        border-bottom: 1px solid var(--line);
        background: var(--side);
      }
      :host([hidden]) {
        border: 0;
      }
      .line {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        min-height: 32px;
        padding: 3px 16px;
        border: 0;
        background: none;
        text-align: start;
      }
      .line:hover,
      .pin:hover {
        background: var(--hover);
      }
      .line:focus-visible,
      .pin:focus-visible {
        outline-offset: -2px;
      }
      .line > .icon {
        color: var(--muted);
      }
      .count-words {
        flex: none;
        font-weight: 600;
      }
      .text {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .turn {
        display: flex;
      }
      .open .turn {
        transform: rotate(180deg);
      }
      ul {
        max-height: min(40vh, 320px);
        margin: 0;
        padding: 0 8px 6px;
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .pin {
        flex: 1;
        display: flex;
        align-items: baseline;
        gap: 8px;
        min-width: 0;
        min-height: 30px;
        padding: 4px 8px;
        border: 0;
        border-radius: 6px;
        background: none;
        text-align: start;
      }
      .pin .name {
        flex: none;
        max-width: 40%;
      }
      @media (pointer: coarse) {
        .line,
        .pin {
          min-height: 40px;
        }
      }
    `,
  ];

  @property({ attribute: false }) pins: Pins | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isOpen = false;
  #isUnpinning = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("pins") && changed.get("pins")?.channel !== this.pins?.channel) this.isOpen = false;
    this.hidden = this.pins === undefined || this.pins.messages.length === 0;
  }

  /** Unpinning takes its own button away: the keyboard goes on in the list. */
  protected override updated(): void {
    if (!this.#isUnpinning || !isFocusLost()) return;
    this.#isUnpinning = false;
    this.renderRoot.querySelector<HTMLElement>(".pin")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const messages = this.pins?.messages ?? [];
    const newest = messages.at(-1);
    if (newest === undefined) return nothing;
    return html`<button
        class="line small ${this.isOpen ? "open" : ""}"
        type="button"
        aria-expanded=${this.isOpen}
        aria-controls="pins"
        @click=${this.#toggle}
      >
        ${icon("pin")}<span class="count-words">${messages.length} pinned</span>
        <span class="text muted">${this.isOpen ? nothing : wordsOf(newest)}</span>
        <span class="turn">${icon("fold")}</span>
      </button>
      ${this.isOpen ? this.#list(messages) : nothing}`;
  }

  #list(messages: readonly MessageView[]): TemplateResult {
    return html`<ul id="pins" class="scroll" aria-label="Pinned messages" @keydown=${this.#keys}>
      ${messages.toReversed().map((message) => this.#pin(message))}
    </ul>`;
  }

  #pin(message: MessageView): TemplateResult {
    const actions = this.surroundings?.actions;
    const show = (): void => {
      actions?.reading.show(message);
    };
    const unpin = (): void => {
      this.#isUnpinning = true;
      actions?.changing.pin(message);
    };
    const canUnpin = doableWith(this.surroundings?.me, message).has("pin");
    return html`<li>
      <button class="pin" type="button" data-message=${message.id} @click=${show}>
        ${nameTag(message.author, message.author_kind)}<span class="text">${wordsOf(message)}</span>
      </button>
      ${
        canUnpin
          ? html`<button
              class="bare"
              type="button"
              title="Unpin"
              aria-label="Unpin ${wordsOf(message)}"
              @click=${unpin}
            >
              ${icon("close")}
            </button>`
          : nothing
      }
    </li>`;
  }

  readonly #toggle = (): void => {
    this.isOpen = !this.isOpen;
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.isOpen = false;
    this.renderRoot.querySelector<HTMLElement>(".line")?.focus();
  };
}

const wordsOf = ({ title, body }: MessageView): string => oneLine(title ?? body ?? "The text was removed.");
