// Letting somebody in: who, as what, to which channels, for how long. The link for them is shown once.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { InviteResult } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import type { InvitedRole } from "../words/roles";
import { DAYS, INVITED_ROLES, ROLE_ABOUT, ROLE_WORDS, daysWords } from "../words/roles";
import { exactDay } from "../words/times";
import { focusSoon } from "./focusing";
import { formStyles } from "./form-styles";
import { base, buttons } from "./styles";
import "./handed";

const DAYS_FIRST = 7;

@customElement("cb-invite")
export class InviteElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, formStyles];

  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isLimited = false;
  @state() private isSending = false;
  @state() private refusal = "";
  @state() private invited: { name: string; invitation: InviteResult } | undefined;
  @query("#name") private nameField: HTMLInputElement | null | undefined;
  @query("#role") private roleField: HTMLSelectElement | null | undefined;
  @query("#days") private daysField: HTMLSelectElement | null | undefined;

  protected override firstUpdated(): void {
    if (this.daysField) this.daysField.value = String(DAYS_FIRST);
    this.nameField?.focus();
  }

  protected override render(): TemplateResult {
    return this.invited === undefined ? this.#form() : this.#link(this.invited.name, this.invited.invitation);
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${this.#keys} aria-label="Invite somebody">
      <label class="small" for="name">Name, as it stands beside their messages</label>
      <input
        id="name"
        required
        maxlength="64"
        pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*"
        title="Letters, digits, dots, hyphens and underscores"
        autocomplete="off"
        spellcheck="false"
      />
      <label class="small" for="role">As</label>
      <select id="role">
        ${INVITED_ROLES.map(
          (role) => html`<option value=${role}>${ROLE_WORDS[role]}: ${ROLE_ABOUT[role]}</option>`,
        )}
      </select>
      <label class="check small">
        <input type="checkbox" .checked=${this.isLimited} @change=${this.#limit} />To some channels only
      </label>
      ${this.isLimited ? this.#channels() : nothing}
      <label class="small" for="days">For</label>
      <select id="days">
        ${DAYS.map((days) => html`<option value=${days}>${daysWords(days)}</option>`)}
      </select>
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      <div class="ways">
        <button class="button good" type="submit" ?disabled=${this.isSending}>Make the link</button>
        <button class="button" type="button" @click=${this.#leave}>Cancel</button>
      </div>
    </form>`;
  }

  #channels(): TemplateResult {
    return html`<fieldset>
      <legend class="small">Nothing else exists for them</legend>
      <div class="choices scroll">
        ${(this.surroundings?.channels ?? []).map(
          (name) =>
            html`<label class="check small"
              ><input type="checkbox" name="channel" value=${name} />${name}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  #link(name: string, { url, expires }: InviteResult): TemplateResult {
    return html`<div class="once" role="group" tabindex="-1" aria-label="The link for ${name}">
      <h3>A link for ${name}</h3>
      <p class="small">
        It works once, within a day, and is not shown again. What it leads to ends on ${exactDay(expires)}. If
        it gets lost, invite ${name} again.
      </p>
      <cb-handed .text=${url} what="link"></cb-handed>
      <div class="ways"><button class="button" type="button" @click=${this.#leave}>Done</button></div>
    </div>`;
  }

  readonly #leave = (): void => {
    this.dispatchEvent(new CustomEvent("cb-written"));
  };

  readonly #limit = (): void => {
    this.isLimited = !this.isLimited;
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    this.#leave();
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const name = this.nameField?.value.trim() ?? "";
    const inviting = this.surroundings?.actions.inviting;
    if (name === "" || inviting === undefined || this.isSending) return;
    const chosen = [...this.renderRoot.querySelectorAll<HTMLInputElement>("[name=channel]:checked")];
    if (this.isLimited && chosen.length === 0) {
      this.refusal = "Choose at least one channel, or let them into all.";
      return;
    }
    this.isSending = true;
    this.refusal = "";
    const asked = inviting.invite({
      name,
      role: roleIn(this.roleField?.value),
      channels: this.isLimited ? chosen.map(({ value }) => value) : null,
      days: Number(this.daysField?.value ?? DAYS_FIRST),
    });
    void asked.then((invited) => {
      this.isSending = false;
      if ("refusal" in invited) {
        this.refusal = invited.refusal;
        return;
      }
      this.invited = { name, invitation: invited.invitation };
      focusSoon(this, ".once");
    });
  };
}

const roleIn = (value: string | undefined): InvitedRole =>
  INVITED_ROLES.find((role) => role === value) ?? "observer";

declare global {
  interface HTMLElementTagNameMap {
    "cb-invite": InviteElement;
  }
}
