// What was decided by vote and stands, what is open, and the way to propose something.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { MessageView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { may } from "../surroundings";
import type { Standing } from "../words/proposals";
import { standingOf, voteOf } from "../words/proposals";
import { focusSoon } from "./focusing";
import { panelHead, panelHeadStyles } from "./panel-head";
import { base, buttons, chips } from "./styles";
import "./proposal";
import "./propose";

@customElement("cb-decisions")
export class DecisionsElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    chips,
    panelHeadStyles,
    css`
      :host {
        padding: 0 12px 12px;
      }
      h3 {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 14px 0 8px;
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
        margin-top: 14px;
      }
      summary {
        margin-bottom: 8px;
        border-radius: 4px;
        color: var(--muted);
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) proposals: ReadonlyMap<number, MessageView> | undefined;
  @property() channel = "";
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isProposing = false;

  protected override updated(): void {
    if (this.proposals === undefined) this.surroundings?.actions.voting.load();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { surroundings } = this;
    if (surroundings === undefined) return nothing;
    const open = this.#those("open");
    const standing = this.#those("accepted");
    const past = [...this.#those("rejected"), ...this.#those("replaced")];
    return html`${panelHead("Decisions", this)}
      ${may(surroundings, "post") ? this.#proposing(standing, surroundings) : nothing}
      <h3>Open${open.length > 0 ? html`<span class="count">${open.length}</span>` : nothing}</h3>
      ${this.#list(open, "Open proposals", "Nothing is being voted on.")}
      <h3>What stands</h3>
      ${this.#list(standing, "Standing decisions", "Nothing was decided by vote yet.")}
      ${
        past.length === 0
          ? nothing
          : html`<details>
              <summary>Rejected or replaced (${past.length})</summary>
              ${this.#list(past, "Rejected or replaced", "")}
            </details>`
      }`;
  }

  #proposing(standing: readonly MessageView[], surroundings: Surroundings): TemplateResult {
    if (!this.isProposing) {
      return html`<button class="button begin" type="button" @click=${this.#toggle}>
        Propose something…
      </button>`;
    }
    return html`<cb-propose
      .channel=${this.channel}
      .standing=${standing}
      .surroundings=${surroundings}
      @cb-written=${this.#toggle}
    ></cb-propose>`;
  }

  /** Newest first. */
  #those(wanted: Standing): readonly MessageView[] {
    return [...(this.proposals?.values() ?? [])]
      .filter((message) => {
        const vote = voteOf(message);
        return vote !== undefined && standingOf(vote) === wanted;
      })
      .sort((a, b) => b.id - a.id);
  }

  #list(messages: readonly MessageView[], label: string, none: string): TemplateResult {
    if (this.proposals === undefined) return html`<p class="muted">Loading…</p>`;
    if (messages.length === 0) return html`<p class="muted">${none}</p>`;
    return html`<ul aria-label=${label}>
      ${repeat(
        messages,
        ({ id }) => id,
        (message) =>
          html`<li>
            <cb-proposal .message=${message} .surroundings=${this.surroundings}></cb-proposal>
          </li>`,
      )}
    </ul>`;
  }

  readonly #toggle = (): void => {
    this.isProposing = !this.isProposing;
    if (!this.isProposing) focusSoon(this, ".begin");
  };
}
