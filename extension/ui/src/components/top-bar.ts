// The bar at the top: where one is, and the ways to what a narrow page hides. What waits for a person stands here always.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ApprovalView } from "#protocol/types.gen";
import type { Layout, Panel, Place } from "../words/layout";
import { shortCount } from "../words/layout";
import { oneLine } from "../words/plainly";
import { icon } from "./icons";
import { logo } from "./logo";
import { base, buttons, chips } from "./styles";
import { topBarStyles } from "./top-bar-styles";

@customElement("cb-top-bar")
export class TopBarElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, topBarStyles];

  @property({ reflect: true }) layout: Layout = "wide";
  @property() panel: Place = "chat";
  /** Empty until a room is known: then there is nothing yet to go to. */
  @property() channel = "";
  @property() workspace = "";
  /** Unread messages in the other channels. */
  @property({ type: Number }) unread = 0;
  /** Open questions, the one that waits longest first. */
  @property({ attribute: false }) waiting: readonly ApprovalView[] = [];
  /** The approvals stand on the page already. */
  @property({ type: Boolean }) areApprovalsShown = false;

  protected override render(): TemplateResult {
    return html`<header>
        ${this.layout === "narrow" && this.channel !== "" ? this.#here() : this.#brand()}
        <span class="space"></span>
        ${this.#ways()}
      </header>
      ${this.#strip()}`;
  }

  #brand(): TemplateResult {
    return html`<span class="brand">${logo()}ChatBox</span><span class="workspace">${this.workspace}</span>`;
  }

  /** In a narrow page the channel's name leads to the others. */
  #here(): TemplateResult {
    const isOpen = this.panel === "channels";
    const isElsewhere = this.panel !== "chat" && !isOpen;
    // In the order in which one sees it: whoever speaks to their machine says what they see.
    const others = this.unread > 0 ? `, ${shortCount(this.unread)} unread in others` : "";
    const here = `${this.channel}${others}`;
    const words = isElsewhere ? `Back to ${here}` : `${here}, show channels`;
    return html`<button
      class="bare here"
      type="button"
      aria-expanded=${isOpen}
      aria-label=${words}
      title=${words}
      @click=${() => {
        this.#go(isElsewhere || isOpen ? "chat" : "channels");
      }}
    >
      ${icon(isElsewhere ? "back" : "hash")}<span class="text">${this.channel.slice(1)}</span>
      ${this.unread > 0 ? html`<span class="count">${shortCount(this.unread)}</span>` : nothing}
    </button>`;
  }

  #ways(): TemplateResult | typeof nothing {
    if (this.channel === "") return this.layout === "wide" ? this.#waiting() : nothing;
    if (this.layout === "wide") return html`${this.#waiting()} ${this.#search()}`;
    return this.#tabs();
  }

  #tabs(): TemplateResult {
    return html`${this.#search()} ${this.#tab("approvals", "Approvals", this.waiting.length)}
    ${this.#tab("agents", "Agents", 0)}`;
  }

  #tab(panel: "approvals" | "agents", words: string, count: number): TemplateResult {
    const isOpen = this.panel === panel;
    const label = count > 0 ? `${words}, ${count} waiting` : words;
    return html`<button
      class="bare tab ${count > 0 ? "waits" : ""}"
      type="button"
      aria-pressed=${isOpen}
      aria-label=${label}
      title=${label}
      @click=${() => {
        this.#go(isOpen ? "chat" : panel);
      }}
    >
      ${icon(panel === "agents" ? "agents" : "question")}${this.layout === "narrow" ? nothing : words}
      ${count > 0 ? html`<span class="count waiting">${count}</span>` : nothing}
    </button>`;
  }

  #search(): TemplateResult {
    const isOpen = this.panel === "search";
    return html`<button
      class="bare tab search"
      type="button"
      aria-pressed=${isOpen}
      aria-label="Search"
      aria-keyshortcuts="/ Control+K Meta+K"
      title="Search ( / )"
      @click=${() => {
        this.#go(isOpen ? "chat" : "search");
      }}
    >
      ${icon("search")}${this.layout === "narrow" ? nothing : html`<span>Search</span><kbd>/</kbd>`}
    </button>`;
  }

  #waiting(): TemplateResult | typeof nothing {
    const count = this.waiting.length;
    if (count === 0) return nothing;
    return html`<button class="bare tab waits" type="button" @click=${this.#decide}>
      ${icon("question")}${count === 1 ? "1 approval waits" : `${count} approvals wait`}
    </button>`;
  }

  /** Where the approvals are hidden, the one that waits longest is named. */
  #strip(): TemplateResult | typeof nothing {
    const [first, ...others] = this.waiting;
    if (first === undefined || this.areApprovalsShown) return nothing;
    const more = others.length > 0 ? ` and ${others.length} more` : "";
    return html`<button class="strip" type="button" @click=${this.#decide}>
      ${icon("question")}<span class="text"
        >${first.asked_by} asks: ${oneLine(first.title ?? "a decision")}${more}</span
      >
      <span class="go">Decide</span>
    </button>`;
  }

  readonly #decide = (): void => {
    this.#go("approvals");
  };

  #go(panel: Panel): void {
    this.dispatchEvent(new CustomEvent("cb-panel", { detail: panel, bubbles: true, composed: true }));
  }
}
