// The head of a panel that took the place of others: what it is, and the way back.
import type { TemplateResult } from "lit";
import { css, html } from "lit";
import { icon } from "./icons";

export const panelHeadStyles = css`
  .panel-head {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 40px;
    margin-bottom: 4px;
  }
  .panel-head h2 {
    flex: 1;
    font-size: 1em;
    font-weight: 650;
  }
`;

export function panelHead(words: string, panel: HTMLElement, more?: TemplateResult): TemplateResult {
  const close = (): void => {
    panel.dispatchEvent(new CustomEvent("cb-panel", { detail: "chat", bubbles: true, composed: true }));
  };
  return html`<div class="panel-head">
    <h2>${words}</h2>
    ${more}
    <button
      class="bare"
      type="button"
      title="Close (Escape)"
      aria-label="Close ${words.toLowerCase()}"
      @click=${close}
    >
      ${icon("close")}
    </button>
  </div>`;
}
