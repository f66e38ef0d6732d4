// One question: what is asked, how it stands, and the two answers. A decision names the digest of what stands here.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ApprovalView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { kindIn } from "../surroundings";
import { revealed } from "../words/plainly";
import { approvalStyles } from "./approval-styles";
import { focusSoon, isFocusLost } from "./focusing";
import { icon } from "./icons";
import { renderMarkdown } from "./markdown";
import { nameTag } from "./names";
import { prose } from "./prose";
import { base, buttons, chips, names } from "./styles";
import "./attachments";
import "./time";

@customElement("cb-approval")
export class ApprovalElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, prose, approvalStyles];

  @property({ attribute: false }) approval: ApprovalView | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  /** Why this person cannot decide it; empty when they can. */
  @property() whyNot = "";
  /** Under the post itself, where title and text already stand. */
  @property({ type: Boolean, reflect: true }) inline = false;
  @state() private isDenying = false;
  @state() private isDeciding = false;
  @state() private refusal = "";
  /** Whether it was decided right here. */
  #isDecider = false;
  @query("textarea") private reason: HTMLTextAreaElement | null | undefined;

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(".card")?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("approval")) return;
    const before = changed.get("approval");
    // Other words than those that were being decided: the decision starts afresh.
    if (before && before.digest !== this.approval?.digest) this.isDenying = false;
    if (this.approval?.status !== "open") this.isDenying = this.isDeciding = false;
  }

  /** The answers went away with the decision, and the keyboard with them. */
  protected override updated(changed: PropertyValues<this>): void {
    if (this.#isDecider && changed.has("approval") && this.approval?.status !== "open") {
      this.#isDecider = false;
      if (isFocusLost()) this.focus();
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    const { approval, surroundings } = this;
    if (approval === undefined || surroundings === undefined) return nothing;
    const label = `Approval ${approval.id}: ${approval.title ?? "text removed"}`;
    // A group and no region: fifty of them would be fifty landmarks.
    return html`<section class="card ${approval.status}" role="group" tabindex="-1" aria-label=${label}>
      <div class="status">
        ${icon(approval.status === "open" ? "question" : approval.status === "approved" ? "check" : "cross")}
        <div class="words">
          <strong>${this.#status(approval)}</strong>
          ${approval.status === "open" ? this.#tier(approval) : this.#decision(approval, surroundings)}
        </div>
      </div>
      ${this.inline ? nothing : this.#question(approval, surroundings)}
      ${approval.reason ? html`<blockquote class="reason">${approval.reason}</blockquote>` : nothing}
      ${approval.status === "open" ? this.#answers(approval) : nothing}
      ${this.refusal === "" ? nothing : html`<p class="refusal" role="alert">${this.refusal}</p>`}
    </section>`;
  }

  #status(approval: ApprovalView): string {
    switch (approval.status) {
      case "open":
        return this.whyNot === "" ? "Waits for your decision" : "Waits for a decision";
      case "approved":
        return "Approved";
      case "denied":
        return "Denied";
      case "expired":
        return "Expired: ask again";
    }
  }

  #tier({ tier }: ApprovalView): TemplateResult | typeof nothing {
    if (this.inline) return nothing;
    const who = tier >= 2 ? "Only a person decides" : "Anybody but the author decides";
    return html`<span class="chip" title=${who}>tier ${tier}</span>`;
  }

  #decision(approval: ApprovalView, surroundings: Surroundings): TemplateResult {
    const by = approval.decided_by ?? "";
    const via = approval.via === null ? nothing : html` <span class="muted">via ${approval.via}</span>`;
    return html`<span class="by"
      >by ${nameTag(by, kindIn(surroundings, by))}${via}
      <span class="muted">· <cb-time .at=${approval.decided_at ?? 0}></cb-time></span
    ></span>`;
  }

  #question(approval: ApprovalView, surroundings: Surroundings): TemplateResult {
    const { reading } = surroundings.actions;
    const show = (): void => {
      reading.jumpTo(approval.channel, approval.id);
      this.dispatchEvent(new CustomEvent("cb-shown-in-chat", { bubbles: true, composed: true }));
    };
    return html`<h3>${revealed(approval.title ?? "The text was removed.")}</h3>
      <p class="asked small muted">
        ${nameTag(approval.asked_by, kindIn(surroundings, approval.asked_by))} asks in
        <button class="link" type="button" @click=${show}>${approval.channel}</button> ·
        <cb-time .at=${approval.asked_at}></cb-time>
      </p>
      ${
        approval.body === null
          ? nothing
          : html`<div class="body prose" tabindex="0" role="group" aria-label="What is asked">
              ${renderMarkdown(approval.body, surroundings)}
            </div>`
      }
      <cb-attachments .attachments=${approval.attachments} .surroundings=${surroundings}></cb-attachments>`;
  }

  #answers(approval: ApprovalView): TemplateResult {
    if (this.whyNot !== "") return html`<p class="small muted">${this.whyNot}</p>`;
    if (this.isDenying) return this.#denial();
    return html`<div class="answers">
      <button class="button good" type="button" ?disabled=${this.isDeciding} @click=${this.#approve}>
        ${icon("check")}Approve
      </button>
      <button class="button bad" type="button" ?disabled=${this.isDeciding} @click=${this.#askReason}>
        ${icon("cross")}Deny…
      </button>
      <span class="digest small muted" title="Your decision is bound to exactly this text: ${approval.digest}"
        >text ${approval.digest.slice(0, 8)}</span
      >
    </div>`;
  }

  #denial(): TemplateResult {
    return html`<form class="denial" @submit=${this.#deny}>
      <label class="small" for="reason">Why not? The author reads this.</label>
      <textarea id="reason" rows="2" dir="auto" maxlength="4000" required @keydown=${this.#keys}></textarea>
      <div class="answers">
        <button class="button bad" type="submit" ?disabled=${this.isDeciding}>${icon("cross")}Deny</button>
        <button class="button" type="button" @click=${this.#cancel}>Cancel</button>
      </div>
    </form>`;
  }

  readonly #askReason = (): void => {
    this.isDenying = true;
    void this.updateComplete.then(() => {
      this.reason?.focus();
      this.renderRoot.querySelector("form")?.scrollIntoView({ block: "nearest" });
    });
  };

  readonly #cancel = (): void => {
    this.isDenying = false;
    focusSoon(this, ".bad");
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#cancel();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.renderRoot.querySelector("form")?.requestSubmit();
    }
  };

  readonly #approve = (): void => {
    this.#decide((approval, { directing }) => directing.approve(approval, ""));
  };

  readonly #deny = (event: Event): void => {
    event.preventDefault();
    const reason = this.reason?.value.trim() ?? "";
    if (reason === "") return;
    this.#decide((approval, { directing }) => directing.deny(approval, reason));
  };

  #decide(
    ask: (approval: ApprovalView, actions: Surroundings["actions"]) => Promise<string | undefined>,
  ): void {
    const { approval, surroundings } = this;
    if (approval === undefined || surroundings === undefined || this.isDeciding) return;
    this.isDeciding = this.#isDecider = true;
    this.refusal = "";
    this.dispatchEvent(new CustomEvent<number>("cb-deciding", { detail: approval.id, bubbles: true }));
    void ask(approval, surroundings.actions).then((refusal) => {
      this.isDeciding = false;
      this.refusal = refusal ?? "";
      if (refusal !== undefined && isFocusLost()) focusSoon(this, ".answers button");
    });
  }
}
