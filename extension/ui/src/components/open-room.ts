// Opening a password room: its name, its password, and who can come.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { looksWeak, suggestedPassword } from "#protocol/passwords";
import type { Surroundings } from "../surroundings";
import { WAYS_IN, WEAK_WORDS } from "../words/rooms";
import { formStyles } from "./form-styles";
import { icon } from "./icons";
import { base, buttons } from "./styles";

@customElement("cb-open-room")
export class OpenRoomElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, formStyles];

  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isOpening = false;
  @state() private isWeak = false;
  @state() private refusal = "";
  @query("#name") private nameField: HTMLInputElement | null | undefined;
  @query("#password") private passwordField: HTMLInputElement | null | undefined;
  @query("#way") private wayField: HTMLSelectElement | null | undefined;

  protected override firstUpdated(): void {
    this.#suggest();
    this.nameField?.focus();
    this.nameField?.select();
  }

  protected override render(): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${this.#keys} aria-label="Open a password room">
      <label class="small" for="name">Name</label>
      <input id="name" value="Room" required maxlength="60" autocomplete="off" />
      <label class="small" for="password">Password</label>
      <div class="with-button">
        <input
          id="password"
          required
          maxlength="1000"
          autocomplete="off"
          spellcheck="false"
          aria-describedby="judged"
          @input=${this.#judge}
        />
        <button class="button" type="button" title="Suggest another password" @click=${this.#suggest}>
          ${icon("retry")}Suggest
        </button>
      </div>
      <p id="judged" class="small weak" role="status">${this.isWeak ? WEAK_WORDS : ""}</p>
      <label class="small" for="way">Who can come</label>
      <select id="way" @change=${this.#judge}>
        ${WAYS_IN.map(([tunnel, words]) => html`<option value=${tunnel ?? ""}>${words}</option>`)}
      </select>
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      <div class="ways">
        <button class="button good" type="submit" ?disabled=${this.isOpening}>
          ${this.isOpening ? "Opening…" : "Open"}
        </button>
        <button class="button" type="button" @click=${this.#leave}>Cancel</button>
      </div>
      <p class="small muted" role="status">
        ${this.isOpening && this.wayField?.value !== "" ? "A tunnel takes up to a minute." : ""}
      </p>
    </form>`;
  }

  readonly #suggest = (): void => {
    const { passwordField } = this;
    if (passwordField) passwordField.value = suggestedPassword((bytes) => crypto.getRandomValues(bytes));
    this.#judge();
  };

  readonly #judge = (): void => {
    this.isWeak = looksWeak(this.passwordField?.value ?? "");
  };

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
    const hosting = this.surroundings?.actions.hosting;
    const password = this.passwordField?.value ?? "";
    if (hosting === undefined || password === "" || this.isOpening) return;
    const [tunnel] = WAYS_IN.find(([way]) => way === this.wayField?.value) ?? [];
    this.isOpening = true;
    this.refusal = "";
    const asked = hosting.open({
      name: this.nameField?.value.trim() ?? "",
      password,
      ...(tunnel === undefined ? {} : { tunnel }),
    });
    void asked.then((refusal) => {
      this.isOpening = false;
      this.refusal = refusal ?? "";
      if (refusal === undefined) this.#leave();
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-open-room": OpenRoomElement;
  }
}
