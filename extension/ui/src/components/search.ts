// Finding what was said: a field, what can be typed into it, and what was found, newest first.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { MessageView } from "#protocol/types.gen";
import type { Found } from "../state/found";
import type { Surroundings } from "../surroundings";
import type { Piece } from "../words/finding";
import { OPERATORS, excerpt, piecesOf, wordsOf } from "../words/finding";
import { nameTag } from "./names";
import { panelHead, panelHeadStyles } from "./panel-head";
import { searchStyles } from "./search-styles";
import { base, buttons, chips, names } from "./styles";
import "./time";

@customElement("cb-search")
export class SearchElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, panelHeadStyles, searchStyles];

  @property({ attribute: false }) found: Found | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @query("input") private field: HTMLInputElement | null | undefined;

  override focus(): void {
    this.field?.focus();
    this.field?.select();
  }

  protected override firstUpdated(_changed: PropertyValues): void {
    // What was looked for before stands there again.
    if (this.field) this.field.value = this.found?.query ?? "";
  }

  protected override render(): TemplateResult {
    const { found } = this;
    return html`${panelHead("Search", this)}
      <form role="search" @submit=${this.#submit} @keydown=${this.#keys}>
        <input
          type="search"
          maxlength="500"
          autocomplete="off"
          spellcheck="false"
          placeholder="Search messages"
          aria-label="Search messages"
          aria-describedby="hint"
          @search=${this.#emptied}
        />
        <div id="hint" class="hints small" aria-label="What narrows a search">
          ${OPERATORS.map(([operator, about]) => this.#hint(operator, about))}
        </div>
      </form>
      ${found?.error === undefined ? nothing : html`<p class="refusal" role="alert">${found.error}</p>`}
      <p class="count-line small muted" role="status">${found === undefined ? "" : countOf(found)}</p>
      ${found === undefined ? nothing : this.#results(found)}`;
  }

  #hint(operator: string, about: string): TemplateResult {
    const words = operator === '"' ? "“phrase”" : operator === "-" ? "−without" : operator;
    return html`<button
      class="chip hint"
      type="button"
      title=${about}
      aria-label="${words} ${about}"
      @click=${() => {
        this.#begin(operator);
      }}
    >
      ${words}
    </button>`;
  }

  #results(found: Found): TemplateResult {
    const words = wordsOf(found.query);
    return html`<ul class="results" aria-label="Found messages" @keydown=${this.#keys}>
        ${repeat(
          found.messages,
          ({ id }) => id,
          (message) => html`<li>${this.#result(message, words)}</li>`,
        )}
      </ul>
      ${
        found.more
          ? html`<button
              class="button older"
              type="button"
              ?disabled=${found.isLoading}
              @click=${this.#older}
            >
              Older results
            </button>`
          : nothing
      }`;
  }

  #result(message: MessageView, words: readonly string[]): TemplateResult {
    const show = (): void => {
      this.surroundings?.actions.reading.show(message);
      this.dispatchEvent(new CustomEvent("cb-shown-in-chat", { bubbles: true, composed: true }));
    };
    const { title, body } = message;
    return html`<button class="result" type="button" data-message=${message.id} @click=${show}>
      <span class="head small muted">
        ${nameTag(message.author, message.author_kind)}
        <span>${message.channel}/${message.position}</span>
        <cb-time .at=${message.at}></cb-time>
      </span>
      ${title === null ? nothing : html`<strong>${marked(piecesOf(title, words))}</strong>`}
      <span class="text">${body === null ? "The text was removed." : marked(excerpt(body, words))}</span>
    </button>`;
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.surroundings?.actions.searching.search(this.field?.value ?? "");
  };

  /** The field's own button for it. */
  readonly #emptied = (): void => {
    if (this.field?.value === "") this.surroundings?.actions.searching.search("");
  };

  readonly #older = (): void => {
    this.surroundings?.actions.searching.more();
  };

  #begin(operator: string): void {
    const { field } = this;
    if (!field) return;
    const before = field.value.trimEnd();
    field.value = before === "" ? operator : `${before} ${operator}`;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  /** Arrows lead from the field to the results, and through them. */
  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [this.field, ...this.renderRoot.querySelectorAll<HTMLElement>(".result")];
    const at = stops.findIndex((stop) => stop === event.target);
    if (at < 0) return;
    event.preventDefault();
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    next?.focus();
  };
}

function marked(pieces: readonly Piece[]): readonly (TemplateResult | string)[] {
  return pieces.map(({ text, isHit }) => (isHit ? html`<mark>${text}</mark>` : text));
}

function countOf({ messages, more, isLoading, isIncomplete, error }: Found): string {
  if (isLoading) return "Searching…";
  if (error !== undefined) return "";
  const behind = isIncomplete ? " The newest messages are not in yet: search again in a moment." : "";
  if (messages.length === 0) return `Nothing found.${behind}`;
  const count = messages.length === 1 ? "1 message" : `${messages.length} messages`;
  return `${more ? `The newest ${count}` : count}.${behind}`;
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-search": SearchElement;
  }
}
