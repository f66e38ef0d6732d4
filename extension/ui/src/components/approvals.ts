// All open questions, the one that waits longest first, and what was decided lately.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ApprovalView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
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

  protected override render(): TemplateResult {
    const all = [...this.approvals.values()];
    const open = all.filter(({ status }) => status === "open").sort((a, b) => a.id - b.id);
    const decided = all
      .filter(({ status }) => status !== "open")
      .sort((a, b) => (b.decided_at ?? 0) - (a.decided_at ?? 0))
      .slice(0, DECIDED_SHOWN);
    return html`<h2>
        Approvals${open.length > 0 ? html`<span class="count waiting">${open.length}</span>` : nothing}
      </h2>
      ${open.length === 0 ? html`<p class="muted">Nothing waits for you.</p>` : this.#list(open)}
      ${
        decided.length === 0
          ? nothing
          : html`<details>
              <summary>Decided lately (${decided.length})</summary>
              ${this.#list(decided)}
            </details>`
      }`;
  }

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
