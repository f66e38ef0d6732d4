// All open questions, the one that waits longest first, and what was decided lately.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ApprovalView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import type { ApprovalElement } from "./approval";
import { isFocusLost } from "./focusing";
import { base, chips } from "./styles";
import "./approval";

const DECIDED_SHOWN = 20;

@customElement("cb-approvals")
export class ApprovalsElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    chips,
    css`
      :host {
        padding: 12px;
      }
      h2 {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-bottom: 8px;
        font-size: 1em;
        font-weight: 650;
      }
      ul {
        display: flex;
        flex-direction: column;
        gap: 10px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      details {
        margin-top: 12px;
      }
      summary {
        margin-bottom: 8px;
        border-radius: 4px;
        color: var(--muted);
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) approvals: ReadonlyMap<number, ApprovalView> = new Map();
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property({ attribute: false }) whyNot: (approval: ApprovalView) => string | undefined = () => undefined;
  /** The one that is being decided here, and its place among the open ones. */
  #deciding: { readonly id: number; readonly at: number } | undefined;

  /** From a decided question the keyboard goes on to the next one; pressing Enter twice decides nothing twice. */
  protected override updated(): void {
    const deciding = this.#deciding;
    if (deciding === undefined || this.approvals.get(deciding.id)?.status === "open") return;
    this.#deciding = undefined;
    if (!isFocusLost()) return;
    const left = this.#cards();
    const next = left[Math.min(deciding.at, left.length - 1)];
    if (next === undefined) this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
    else
      void next.updateComplete.then(() => {
        next.focus();
      });
  }

  protected override render(): TemplateResult {
    const all = [...this.approvals.values()];
    const open = all.filter(({ status }) => status === "open").sort((a, b) => a.id - b.id);
    const decided = all
      .filter(({ status }) => status !== "open")
      .sort((a, b) => (b.decided_at ?? 0) - (a.decided_at ?? 0))
      .slice(0, DECIDED_SHOWN);
    return html`<h2 tabindex="-1">
        Approvals${open.length > 0 ? html`<span class="count waiting">${open.length}</span>` : nothing}
      </h2>
      ${open.length === 0 ? html`<p class="muted">Nothing waits for you.</p>` : html`<div class="open" @cb-deciding=${this.#note}>${this.#list(open)}</div>`}
      ${
        decided.length === 0
          ? nothing
          : html`<details>
              <summary>Decided lately (${decided.length})</summary>
              ${this.#list(decided)}
            </details>`
      }`;
  }

  #cards(): readonly ApprovalElement[] {
    return [...this.renderRoot.querySelectorAll<ApprovalElement>(".open cb-approval")];
  }

  readonly #note = (event: CustomEvent<number>): void => {
    const at = this.#cards().findIndex(({ approval }) => approval?.id === event.detail);
    this.#deciding = { id: event.detail, at };
  };

  #list(approvals: readonly ApprovalView[]): TemplateResult {
    return html`<ul>
      ${repeat(
        approvals,
        ({ id }) => id,
        (approval) =>
          html`<li>
            <cb-approval
              data-approval=${approval.id}
              .approval=${approval}
              .surroundings=${this.surroundings}
              .whyNot=${this.whyNot(approval) ?? ""}
            ></cb-approval>
          </li>`,
      )}
    </ul>`;
  }
}
