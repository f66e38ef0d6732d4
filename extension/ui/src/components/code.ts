// A block of code with a button that copies it.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icon } from "./icons";
import { base, buttons } from "./styles";

const SAID_MS = 2_000;

@customElement("cb-code")
export class CodeElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    css`
      :host {
        margin: 6px 0;
        border: 1px solid var(--line);
        border-radius: 6px;
        background: var(--code);
      }
      .bar {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 6px;
        padding: 3px 3px 0 12px;
      }
      /* Without a language there is no line to stand in: the button stands beside the code. */
      .block.beside {
        display: flex;
        align-items: flex-start;
      }
      .beside pre {
        flex: 1;
        align-self: center;
        min-width: 0;
      }
      .beside .bar {
        flex: none;
        padding: 3px 3px 3px 0;
      }
      .bare {
        flex: none;
        color: var(--muted);
        opacity: 0;
        gap: 0;
        white-space: nowrap;
      }
      .bare span:not(:empty) {
        margin-inline-start: 6px;
      }
      :host(:hover) .bare,
      :host(:focus-within) .bare,
      .bare.done {
        opacity: 1;
      }
      .bare:hover:enabled {
        color: var(--text);
      }
      @media (hover: none) {
        .bare {
          opacity: 1;
        }
      }
      pre {
        margin: 0;
        padding: 8px 12px;
        max-height: 32em;
        overflow: auto;
        border-radius: inherit;
        font: 0.9em/1.5 var(--mono);
        tab-size: 4;
        scrollbar-width: thin;
      }
      .bar + pre {
        padding-top: 0;
      }
      .language {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        user-select: none;
        white-space: nowrap;
      }
    `,
  ];

  @property() text = "";
  @property() language = "";
  @state() private copied: "yes" | "no" | undefined;

  protected override render(): TemplateResult {
    if (this.language === "") return html`<div class="block beside">${this.#code()}${this.#bar()}</div>`;
    return html`<div class="block">${this.#bar()}${this.#code()}</div>`;
  }

  #bar(): TemplateResult {
    const words =
      this.copied === undefined ? nothing : this.copied === "yes" ? "Copied" : "Select it to copy";
    return html`<div class="bar small muted">
      ${this.language === "" ? nothing : html`<span class="language">${this.language}</span>`}
      <button
        class="bare ${this.copied === undefined ? "" : "done"}"
        type="button"
        aria-label="Copy code"
        title="Copy code"
        @click=${this.#copy}
      >
        ${icon(this.copied === "yes" ? "check" : "copy")}<span role="status">${words}</span>
      </button>
    </div>`;
  }

  #code(): TemplateResult {
    return html`<pre tabindex="0" aria-label=${this.language === "" ? "Code" : `Code, ${this.language}`}><code
      >${this.text.replace(/\n$/, "")}</code
    ></pre>`;
  }

  readonly #copy = (): void => {
    copyText(this.text).then(
      () => {
        this.#say("yes");
      },
      () => {
        this.#say("no");
      },
    );
  };

  #say(copied: "yes" | "no"): void {
    this.copied = copied;
    setTimeout(() => {
      this.copied = undefined;
    }, SAID_MS);
  }
}

/** The clipboard is there only on pages that count as secure; over plain HTTP in a network it is not. */
export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
