// Password rooms beside the workspace: those that are open, one more, and the end of one.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { OpenRoomResult, PasswordRoomView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { REACH_WORDS, WEAK_WORDS, aboutRoom } from "../words/rooms";
import { focusSoon } from "./focusing";
import { formStyles } from "./form-styles";
import { icon } from "./icons";
import { membersStyles } from "./members-styles";
import { panelHead, panelHeadStyles } from "./panel-head";
import { base, buttons } from "./styles";
import "./handed";
import "./open-room";

@customElement("cb-rooms")
export class RoomsElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, panelHeadStyles, formStyles, membersStyles];

  @property({ attribute: false }) rooms: readonly PasswordRoomView[] | undefined;
  @property({ attribute: false }) opened: OpenRoomResult | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private isOpening = false;
  /** Which room is to be closed, until that is confirmed. */
  @state() private closing: string | undefined;
  @state() private refusal = "";

  /** Nobody tells what happens in rooms: whoever looks asks. */
  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(this.#load);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { surroundings } = this;
    if (surroundings === undefined) return nothing;
    const again = html`<button
      class="bare"
      type="button"
      title="Look again"
      aria-label="Look again"
      @click=${this.#load}
    >
      ${icon("retry")}
    </button>`;
    return html`${panelHead("Rooms", this, again)}
      <p class="small muted about">
        A place to talk for whoever knows its password. They see nothing of this workspace, and it is gone
        when ChatBox ends.
      </p>
      ${this.#opening(surroundings)} ${this.opened === undefined ? nothing : this.#invitation(this.opened)}
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}
      ${this.#list(surroundings)}`;
  }

  #opening(surroundings: Surroundings): TemplateResult {
    if (this.isOpening) {
      return html`<cb-open-room .surroundings=${surroundings} @cb-written=${this.#toggle}></cb-open-room>`;
    }
    const ask = surroundings.actions.place.asksNatively;
    const open = (): void => {
      if (ask === undefined) this.#toggle();
      else ask("open-room");
    };
    return html`<button class="button invite" type="button" @click=${open}>
      ${icon("plus")}Open a room…
    </button>`;
  }

  #invitation({ name, invitation, is_weak }: OpenRoomResult): TemplateResult {
    const forget = (): void => {
      this.surroundings?.actions.hosting.forget();
      focusSoon(this, ".invite");
    };
    return html`<div class="once" role="group" tabindex="-1" aria-label="The invitation to ${name}">
      <h3>${name} is open</h3>
      <p class="small">Send this to whoever is to come. It holds the password, and is not shown again.</p>
      ${is_weak ? html`<p class="small weak">${WEAK_WORDS}</p>` : nothing}
      <cb-handed .text=${invitation} what="invitation"></cb-handed>
      <div class="ways"><button class="button" type="button" @click=${forget}>Done</button></div>
    </div>`;
  }

  #list(surroundings: Surroundings): TemplateResult {
    const { rooms } = this;
    if (rooms === undefined) return html`<p class="muted">${this.refusal === "" ? "Loading…" : ""}</p>`;
    if (rooms.length === 0) return html`<p class="muted">No room is open.</p>`;
    return html`<ul aria-label="Open rooms">
      ${repeat(
        rooms,
        ({ id }) => id,
        (room) => html`<li data-room=${room.id}>${this.#room(room, surroundings)}</li>`,
      )}
    </ul>`;
  }

  #room(room: PasswordRoomView, surroundings: Surroundings): TemplateResult {
    const { id, name, url, reach, tunnel_lost } = room;
    const follow = (event: Event): void => {
      if (surroundings.actions.place.openLink(url)) event.preventDefault();
    };
    return html`<div class="who">
        <strong>${name}</strong>
        <span class="what small muted">${REACH_WORDS[reach]}</span>
      </div>
      <p class="small url">
        <a href=${url} target="_blank" rel="noopener noreferrer" @click=${follow}>${url}</a>
      </p>
      <p class="small ${tunnel_lost ? "lost" : "muted"}">${aboutRoom(room)}</p>
      ${this.closing === id ? this.#asking(room, surroundings) : this.#closer(room)}`;
  }

  #closer({ id, name }: PasswordRoomView): TemplateResult {
    const ask = (): void => {
      this.closing = id;
      focusSoon(this, ".asking .keep");
    };
    return html`<button class="link small" type="button" aria-label="Close ${name}…" @click=${ask}>
      Close…
    </button>`;
  }

  #asking({ id, name }: PasswordRoomView, surroundings: Surroundings): TemplateResult {
    const close = (): void => {
      this.closing = undefined;
      focusSoon(this, ".invite");
      void surroundings.actions.hosting.close(id).then(this.#note);
    };
    return html`<div class="asking" role="group" aria-label="Close ${name}" @keydown=${this.#keys}>
      <span class="small">Everybody in it is let go, and what was said is gone.</span>
      <button class="button bad" type="button" @click=${close}>Close the room</button>
      <button class="button keep" type="button" @click=${this.#keep}>Keep</button>
    </div>`;
  }

  readonly #load = (): void => {
    void this.surroundings?.actions.hosting.load().then(this.#note);
  };

  readonly #note = (refusal: string | undefined): void => {
    this.refusal = refusal ?? "";
  };

  readonly #toggle = (): void => {
    this.isOpening = !this.isOpening;
    if (!this.isOpening) focusSoon(this, this.opened === undefined ? ".invite" : ".once");
  };

  readonly #keep = (): void => {
    const { closing } = this;
    this.closing = undefined;
    focusSoon(this, `[data-room="${closing ?? ""}"] .link`);
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#keep();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-rooms": RoomsElement;
  }
}
