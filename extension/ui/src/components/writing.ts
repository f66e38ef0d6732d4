// A few words that something needs: a resolution, a reason, new words for a message. Enter sends, Escape leaves it.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { base, buttons } from "./styles";

export type Act = (text: string, heading: string) => Promise<string | undefined>;

const ROWS_MAX = 16;

@customElement("cb-writing")
export class WritingElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    css`
      form {
        display: flex;
        flex-direction: column;
        gap: 6px;
        margin-top: 6px;
      }
      textarea {
        resize: vertical;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .refusal {
        color: var(--bad);
      }
    `,
  ];

  @property() label = "";
  @property() value = "";
  /** The title above the text; undefined where there is none. */
  @property({ attribute: false }) heading: string | undefined;
  /** What the button says. */
  @property() verb = "Save";
  @property({ type: Number }) charactersMax = 4_000;
  /** Resolves with why it was refused, if it was. */
  @property({ attribute: false }) act: Act = () => Promise.resolve(undefined);
  @state() private isSending = false;
  @state() private refusal = "";
  @query("textarea") private field: HTMLTextAreaElement | null | undefined;
  @query("input") private headingField: HTMLInputElement | null | undefined;

  protected override firstUpdated(): void {
    const { field } = this;
    if (!field) return;
    field.value = this.value;
    if (this.headingField) this.headingField.value = this.heading ?? "";
    field.rows = Math.min(ROWS_MAX, Math.max(2, this.value.split("\n").length + 1));
    field.focus();
    field.setSelectionRange(this.value.length, this.value.length);
  }

  protected override render(): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${this.#keys}>
      ${
        this.heading === undefined
          ? nothing
          : html`<label class="small" for="heading">Title</label>
              <input id="heading" dir="auto" required maxlength="300" autocomplete="off" />`
      }
      <label class="small" for="text">${this.label}</label>
      <textarea id="text" dir="auto" required maxlength=${this.charactersMax}></textarea>
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      <div class="ways">
        <button class="button good" type="submit" ?disabled=${this.isSending}>${this.verb}</button>
        <button class="button" type="button" @click=${this.#leave}>Cancel</button>
      </div>
    </form>`;
  }

  readonly #leave = (): void => {
    this.dispatchEvent(new CustomEvent("cb-written"));
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#leave();
    }
    if (event.key === "Enter" && !event.shiftKey && event.target === this.field) {
      event.preventDefault();
      this.renderRoot.querySelector("form")?.requestSubmit();
    }
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const text = this.field?.value.trim() ?? "";
    if (text === "" || this.isSending) return;
    this.isSending = true;
    this.refusal = "";
    void this.act(text, this.headingField?.value.trim() ?? "").then((refusal) => {
      this.isSending = false;
      this.refusal = refusal ?? "";
      if (refusal === undefined) this.#leave();
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-writing": WritingElement;
  }
}
