// What is handed out once, with a button that copies it: a link, an invitation.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { formStyles } from "./form-styles";
import { icon } from "./icons";
import { base, buttons } from "./styles";

@customElement("cb-handed")
export class HandedElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    formStyles,
    css`
      .button {
        margin-top: 8px;
      }
    `,
  ];

  @property() text = "";
  /** What it is, in words that follow "Copy". */
  @property() what = "";
  @state() private word = "";
  @query(".handed") private place: HTMLElement | null | undefined;

  protected override render(): TemplateResult {
    return html`<pre class="handed scroll" tabindex="0" aria-label=${`The ${this.what}`}>${this.text}</pre>
      <button class="button" type="button" @click=${this.#copy}>${icon("copy")}Copy the ${this.what}</button>
      <span class="small muted" role="status">${this.word}</span>`;
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.text);
      this.word = "Copied.";
    } catch {
      // Browsers may refuse, or know no clipboard: then it is marked, ready for the keys that copy.
      const { place } = this;
      if (place) getSelection()?.selectAllChildren(place);
      this.word = "It is selected: copy it with the keyboard.";
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-handed": HandedElement;
  }
}
