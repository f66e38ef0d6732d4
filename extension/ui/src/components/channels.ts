// The channels with what is unread in each.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ChannelView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { may } from "../surroundings";
import { shortCount } from "../words/layout";
import { nextRow } from "./feed-keys";
import { focusSoon } from "./focusing";
import { icon } from "./icons";
import { base, buttons, chips } from "./styles";

@customElement("cb-channels")
export class ChannelsElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    chips,
    css`
      :host {
        padding: 8px;
      }
      .title {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 4px 4px 4px 8px;
      }
      h2 {
        color: var(--muted);
        font-size: 0.85em;
        font-weight: 600;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .channel {
        display: flex;
        align-items: center;
        gap: 4px;
        width: 100%;
        padding: 4px 8px;
        border: 0;
        border-radius: 6px;
        background: none;
        text-align: start;
      }
      .channel:hover {
        background: var(--hover);
      }
      .channel[aria-current="true"] {
        background: var(--accent-soft);
        font-weight: 600;
        outline: 1px solid var(--selected);
        outline-offset: -1px;
      }
      .channel.unread {
        font-weight: 650;
      }
      .channel .icon {
        width: 14px;
        height: 14px;
        color: var(--muted);
      }
      .text {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      form {
        display: flex;
        flex-direction: column;
        gap: 6px;
        padding: 6px 8px 10px;
      }
      .actions {
        display: flex;
        gap: 6px;
      }
      .refusal {
        color: var(--bad);
      }
      @media (pointer: coarse) {
        .channel {
          min-height: 40px;
        }
      }
      @media (forced-colors: active) {
        .channel[aria-current="true"] {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ];

  @property({ attribute: false }) channels: readonly ChannelView[] = [];
  @property() current = "";
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isAdding = false;
  /** Where the keyboard was last in the list. */
  @state() private active = "";
  @state() private refusal = "";
  @query("input") private field: HTMLInputElement | null | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("current")) this.active = this.current;
  }

  /** Of many channels the open one is in sight, however one came to it. */
  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("current") && (changed.get("channels")?.length ?? 1) > 0) return;
    this.renderRoot.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  }

  protected override render(): TemplateResult {
    const canAdd = this.surroundings !== undefined && may(this.surroundings, "post");
    const entry = this.#entry;
    return html`<div class="title">
        <h2 id="title">Channels</h2>
        ${
          canAdd
            ? html`<button
                class="bare"
                type="button"
                title="Open a new channel"
                aria-label="Open a new channel"
                aria-expanded=${this.isAdding}
                @click=${this.#toggle}
              >
                ${icon("plus")}
              </button>`
            : nothing
        }
      </div>
      ${this.isAdding ? this.#form() : nothing}
      <ul aria-labelledby="title" @keydown=${this.#arrows} @focusin=${this.#focused}>
        ${this.channels.map((channel) => html`<li>${this.#channel(channel, channel.name === entry)}</li>`)}
      </ul>`;
  }

  /** Tab leads to one of them, arrows to the others. */
  #channel(channel: ChannelView, isEntry: boolean): TemplateResult {
    const isCurrent = channel.name === this.current;
    const open = (): void => {
      this.dispatchEvent(
        new CustomEvent("cb-channel", { detail: channel.name, bubbles: true, composed: true }),
      );
    };
    const unread =
      channel.unread > 0 ? html`<span class="count">${shortCount(channel.unread)}</span>` : nothing;
    return html`<button
      class="channel ${channel.unread > 0 ? "unread" : ""}"
      type="button"
      data-channel=${channel.name}
      tabindex=${isEntry ? 0 : -1}
      aria-current=${isCurrent}
      aria-label=${channel.unread > 0 ? `${channel.name}, ${channel.unread} unread` : channel.name}
      title=${channel.description === "" ? nothing : channel.description}
      @click=${open}
    >
      ${icon("hash")}<span class="text">${channel.name.slice(1)}</span> ${unread}
    </button>`;
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#add} @keydown=${this.#keys}>
      <label class="small" for="name">Name: small letters, digits and hyphens</label>
      <input
        id="name"
        required
        maxlength="64"
        pattern="#?[a-z0-9][a-z0-9\\-]*"
        autocomplete="off"
        spellcheck="false"
      />
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      <div class="actions">
        <button class="button" type="submit">Open</button>
        <button class="button" type="button" @click=${this.#toggle}>Cancel</button>
      </div>
    </form>`;
  }

  readonly #toggle = (): void => {
    this.isAdding = !this.isAdding;
    this.refusal = "";
    focusSoon(this, this.isAdding ? "input" : ".title button");
  };

  /** Which one Tab leads to: where the keyboard was last, else the open one. */
  get #entry(): string | undefined {
    const names = this.channels.map(({ name }) => name);
    return [this.active, this.current].find((name) => names.includes(name)) ?? names[0];
  }

  readonly #focused = (event: FocusEvent): void => {
    if (event.target instanceof HTMLElement) this.active = event.target.dataset["channel"] ?? this.active;
  };

  readonly #arrows = (event: KeyboardEvent): void => {
    const all = [...this.renderRoot.querySelectorAll<HTMLElement>(".channel")];
    const at = all.findIndex((one) => one === event.target);
    const next = at < 0 ? undefined : nextRow(event.key, at, all.length);
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    // It closes the form, and not the panel that the form is in.
    event.stopPropagation();
    this.#toggle();
  };

  readonly #add = (event: Event): void => {
    event.preventDefault();
    const name = this.field?.value.trim() ?? "";
    const channel = name.startsWith("#") ? name : `#${name}`;
    const added = this.surroundings?.actions.directing.openChannel(channel, "");
    void added?.then((refusal) => {
      this.refusal = refusal ?? "";
      if (refusal !== undefined) return;
      this.isAdding = false;
      this.dispatchEvent(new CustomEvent("cb-channel", { detail: channel, bubbles: true, composed: true }));
    });
  };
}
