// Everybody with a name here: people with what they may do, agents that ChatBox runs, and agents that run by themselves.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AgentView, ParticipantView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { may } from "../surroundings";
import { STATE_WORDS } from "../words/agents";
import type { Role } from "../words/roles";
import { ROLE_ABOUT, ROLE_WORDS, limitsOf } from "../words/roles";
import type { IconName } from "./icons";
import { focusSoon } from "./focusing";
import { icon } from "./icons";
import { membersStyles } from "./members-styles";
import { nameTag } from "./names";
import { panelHead, panelHeadStyles } from "./panel-head";
import { base, buttons, chips, names } from "./styles";
import "./invite";

type Kind = ParticipantView["kind"];

const ORDER: readonly Kind[] = ["person", "agent", "system"];
const ROLE_ICONS: Readonly<Record<Role, IconName>> = {
  owner: "key",
  approver: "check",
  member: "chat",
  observer: "eye",
};

@customElement("cb-members")
export class MembersElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, panelHeadStyles, membersStyles];

  @property({ attribute: false }) participants: readonly ParticipantView[] = [];
  @property({ attribute: false }) agents: readonly AgentView[] = [];
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isInviting = false;
  /** Who is to be dismissed, until that is confirmed. */
  @state() private leaving: string | undefined;
  @state() private refusal = "";

  protected override render(): TemplateResult | typeof nothing {
    const { surroundings } = this;
    if (surroundings === undefined) return nothing;
    const members = this.participants
      .filter(({ kind }) => kind !== "system")
      .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
    return html`${panelHead("Members", this)}
      ${may(surroundings, "manage") ? this.#inviting(surroundings) : nothing}
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      <ul aria-label="Members">
        ${repeat(
          members,
          ({ name }) => name,
          (one) => html`<li data-member=${one.name}>${this.#member(one, surroundings)}</li>`,
        )}
      </ul>`;
  }

  #inviting(surroundings: Surroundings): TemplateResult {
    if (this.isInviting) {
      return html`<cb-invite .surroundings=${surroundings} @cb-written=${this.#toggle}></cb-invite>`;
    }
    const ask = surroundings.actions.place.asksNatively;
    const invite = (): void => {
      if (ask === undefined) this.#toggle();
      else ask("invite");
    };
    return html`<button class="button invite" type="button" @click=${invite}>${icon("plus")}Invite…</button>`;
  }

  #member(one: ParticipantView, surroundings: Surroundings): TemplateResult {
    const { me } = surroundings;
    const isMe = one.name === me?.participant;
    const limits = limitsOf(isMe ? me : one);
    return html`<div class="who">
        ${nameTag(one.name, one.kind)}${isMe ? html`<span class="small muted">you</span>` : nothing}
        <span class="what small muted">${this.#about(one)}</span>
      </div>
      ${limits === "" ? nothing : html`<p class="limits small muted">${limits}</p>`}
      ${this.#letGo(one, surroundings)}`;
  }

  #about({ name, kind, role }: ParticipantView): TemplateResult {
    if (role !== null) {
      return html`<span class="role" title=${ROLE_ABOUT[role]}
        >${icon(ROLE_ICONS[role])}${ROLE_WORDS[role]}</span
      >`;
    }
    if (kind === "person") return html`not here any more`;
    const agent = this.agents.find((one) => one.name === name);
    if (agent === undefined) return html`agent, runs by itself`;
    const standing = agent.supervised ? "supervised" : "no supervisor";
    return html`agent, ${standing}, ${STATE_WORDS[agent.state]}`;
  }

  /** Whom the owner may dismiss: whoever was invited, and agents that nobody declared. */
  #letGo(one: ParticipantView, surroundings: Surroundings): TemplateResult | typeof nothing {
    if (!may(surroundings, "manage")) return nothing;
    const isInvited = one.kind === "person" && one.role !== null && one.role !== "owner";
    const isVisitor = one.kind === "agent" && !this.agents.some(({ name }) => name === one.name);
    if (!isInvited && !isVisitor) return nothing;
    const ask = (): void => {
      this.refusal = "";
      this.leaving = one.name;
      focusSoon(this, ".asking .keep");
    };
    if (this.leaving !== one.name) {
      return html`<button class="link small" type="button" aria-label="Dismiss ${one.name}…" @click=${ask}>
        Dismiss…
      </button>`;
    }
    const dismiss = (): void => {
      this.leaving = undefined;
      focusSoon(this, ".invite");
      void surroundings.actions.inviting.dismiss(one.name).then((refusal) => {
        this.refusal = refusal ?? "";
      });
    };
    return html`<div class="asking" role="group" aria-label="Dismiss ${one.name}" @keydown=${this.#keys}>
      <span class="small">All sessions and links of ${one.name} end at once; what was said stays.</span>
      <button class="button bad" type="button" @click=${dismiss}>Dismiss</button>
      <button class="button keep" type="button" @click=${this.#keep}>Keep</button>
    </div>`;
  }

  readonly #toggle = (): void => {
    this.isInviting = !this.isInviting;
    if (!this.isInviting) focusSoon(this, ".invite");
  };

  readonly #keep = (): void => {
    const { leaving } = this;
    this.leaving = undefined;
    focusSoon(this, `[data-member="${leaving ?? ""}"] .link`);
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#keep();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-members": MembersElement;
  }
}
