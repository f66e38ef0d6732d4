// Putting something to the vote.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MessageView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { oneLine } from "../words/plainly";
import { base, buttons } from "./styles";

@customElement("cb-propose")
export class ProposeElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    css`
      form {
        display: flex;
        flex-direction: column;
        gap: 4px;
        padding: 10px 12px;
        border: 1px solid var(--line);
        border-radius: 8px;
      }
      label {
        margin-top: 4px;
      }
      textarea {
        resize: vertical;
      }
      select {
        width: 100%;
        min-height: 30px;
        padding: 4px 6px;
        border: 1px solid var(--field-line);
        border-radius: 6px;
        background: var(--field);
        color: inherit;
        font: inherit;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin-top: 8px;
      }
      .refusal {
        color: var(--bad);
      }
    `,
  ];

  /** Where it is proposed unless another one is chosen. */
  @property() channel = "";
  /** What it may take the place of. */
  @property({ attribute: false }) standing: readonly MessageView[] = [];
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isSending = false;
  @state() private refusal = "";
  @query("#title") private titleField: HTMLInputElement | null | undefined;
  @query("#description") private descriptionField: HTMLTextAreaElement | null | undefined;
  @query("#channel") private channelField: HTMLSelectElement | null | undefined;
  @query("#quorum") private quorumField: HTMLInputElement | null | undefined;
  @query("#replaces") private replacesField: HTMLSelectElement | null | undefined;

  protected override firstUpdated(): void {
    if (this.quorumField) this.quorumField.value = "2";
    if (this.channelField) this.channelField.value = this.channel;
    this.titleField?.focus();
  }

  protected override render(): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${this.#keys} aria-label="New proposal">
      <label class="small" for="title">What do you propose?</label>
      <input id="title" required maxlength="300" autocomplete="off" />
      <label class="small" for="description">Why, and what follows from it</label>
      <textarea id="description" rows="4" required></textarea>
      <label class="small" for="channel">In</label>
      <select id="channel">
        ${(this.surroundings?.channels ?? []).map((name) => html`<option value=${name}>${name}</option>`)}
      </select>
      <label class="small" for="quorum">Votes that settle it, at least</label>
      <input id="quorum" type="number" min="1" max="100" required />
      ${this.standing.length === 0 ? nothing : this.#replaces()}
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      <div class="ways">
        <button class="button good" type="submit" ?disabled=${this.isSending}>Propose</button>
        <button class="button" type="button" @click=${this.#leave}>Cancel</button>
      </div>
    </form>`;
  }

  #replaces(): TemplateResult {
    return html`<label class="small" for="replaces">Takes the place of</label>
      <select id="replaces">
        <option value="">nothing</option>
        ${this.standing.map(
          ({ id, title }) => html`<option value=${id}>${id}: ${oneLine(title ?? "text removed")}</option>`,
        )}
      </select>`;
  }

  readonly #leave = (): void => {
    this.dispatchEvent(new CustomEvent("cb-written"));
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    this.#leave();
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const title = this.titleField?.value.trim() ?? "";
    const description = this.descriptionField?.value.trim() ?? "";
    const voting = this.surroundings?.actions.voting;
    if (title === "" || description === "" || voting === undefined || this.isSending) return;
    const replaces = Number(this.replacesField?.value ?? "");
    this.isSending = true;
    this.refusal = "";
    const asked = voting.propose({
      channel: this.channelField?.value ?? this.channel,
      title,
      description,
      quorum: Number(this.quorumField?.value ?? "2"),
      ...(replaces > 0 ? { replaces } : {}),
    });
    void asked.then((refusal) => {
      this.isSending = false;
      this.refusal = refusal ?? "";
      if (refusal === undefined) this.#leave();
    });
  };
}
