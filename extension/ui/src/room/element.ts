// The whole page: the door, the messages, and the place to write.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Stop } from "#protocol/connection";
import { Holding } from "../components/holding";
import { logo } from "../components/logo";
import type { Around } from "../components/markdown";
import { nameTag } from "../components/names";
import { prose } from "../components/prose";
import { base, buttons, names } from "../components/styles";
import type { Kind } from "../words/identity";
import { coloursOf } from "../words/identity";
import { revealed } from "../words/plainly";
import type { About, Asking, Said } from "./asking";
import { Refused, SignedOut } from "./asking";
import type { Standing } from "./following";
import { Following } from "./following";
import { row } from "./row";
import { roomStyles } from "./styles";

const NAME_KEY = "chatbox-room-name";
const NAME_CHARACTERS_MAX = 40;
const SHOWN_FIRST = 300;

const WORDS: Readonly<Record<Standing, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Reconnecting",
  "signed-out": "Signed out",
  closed: "Closed",
};

/** Why nothing can be sent. */
const WHY_NOT: Partial<Readonly<Record<Standing, string>>> = {
  lost: "No connection: nothing can be sent until the room is back. What you write stays here.",
  closed: "The room is closed: nothing can be sent any more. What you wrote stays here to copy.",
};

@customElement("chatbox-room")
export class RoomElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, names, prose, roomStyles];

  @property({ attribute: false }) asking: Asking | undefined;
  @property({ attribute: false }) drawer: Storage | undefined;
  /** From the link; used once. */
  @property({ attribute: false }) password: string | undefined;
  @state() private about: About | undefined;
  @state() private isDoorShown = false;
  @state() private messages: readonly Said[] = [];
  @state() private shown = SHOWN_FIRST;
  @state() private standing: Standing = "connecting";
  @state() private closedBecause = "";
  @state() private name = "";
  @state() private isNaming = false;
  @state() private problem = "";
  @state() private isBusy = false;
  @state() private hasNewer = false;
  @query("main.scroll") private list: HTMLElement | null | undefined;
  @query("textarea") private composer: HTMLTextAreaElement | null | undefined;
  #following: Following | undefined;
  #holding: Holding | undefined;
  /** Ends the holding of the list that was drawn last. */
  #release: Stop | undefined;
  #held: HTMLElement | null | undefined;
  /** Kept while the field is not there: a name is changed, or the password is asked for again. */
  #draft = "";

  override connectedCallback(): void {
    super.connectedCallback();
    this.name = (this.drawer?.getItem(NAME_KEY) ?? "").slice(0, NAME_CHARACTERS_MAX);
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#following?.stop();
    this.#release?.();
    this.#held = undefined;
  }

  protected override updated(changed: PropertyValues): void {
    this.#hold();
    this.#holding?.restore();
    const isAsking = ["isDoorShown", "isNaming", "about"].some((name) => changed.has(name));
    // After a wrong password the next one replaces it.
    if (!isAsking && !(this.isDoorShown && changed.has("problem"))) return;
    const field = this.renderRoot.querySelector("input");
    field?.focus();
    field?.select();
    if (this.composer) fit(this.composer);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.isDoorShown) return this.#door();
    if (this.about === undefined) return nothing;
    return html`<header>
        ${logo()}
        <h1>${revealed(this.about.name)}</h1>
        <span class="standing small muted" role="status">
          <span class="dot ${this.standing}" aria-hidden="true"></span>${WORDS[this.standing]}
        </span>
      </header>
      ${this.closedBecause === "" ? nothing : html`<p class="strip" role="alert">${this.closedBecause}</p>`}
      ${this.#list()}
      <div class="newer">${this.hasNewer ? this.#newer() : nothing}</div>
      <footer>
        ${this.name === "" || this.isNaming ? this.#naming() : this.#writing()}
        ${this.problem === "" ? nothing : html`<p class="problem small" role="alert">${this.problem}</p>`}
      </footer>`;
  }

  #door(): TemplateResult {
    return html`<main class="door">
      ${logo()}
      <h1>This room has a password</h1>
      <p class="muted">
        ${
          this.about === undefined
            ? "It is in the invitation that you got."
            : "It was opened anew, or you were here a week: enter it again. What you were writing is kept."
        }
      </p>
      <form @submit=${this.#signIn}>
        <label class="field"
          >Password
          <input name="password" type="password" autocomplete="current-password" required maxlength="1000" />
        </label>
        <button class="button first" type="submit" ?disabled=${this.isBusy}>Enter the room</button>
        ${this.problem === "" ? nothing : html`<p class="problem small" role="alert">${this.problem}</p>`}
      </form>
    </main>`;
  }

  #list(): TemplateResult {
    const hidden = Math.max(0, this.messages.length - this.shown);
    const around = this.#around();
    return html`<main class="scroll" tabindex="0" aria-label="Messages">
      ${
        hidden === 0
          ? nothing
          : html`<p class="earlier">
              <button class="link" type="button" @click=${this.#showEarlier}>Show earlier messages</button>
            </p>`
      }
      <ol class="messages" role="log" aria-label="Messages">
        ${repeat(
          this.messages.slice(hidden),
          // Messages only come at the end: their number is who they are.
          (_, at) => hidden + at,
          (message, at) => row(message, at === 0 ? undefined : this.messages[hidden + at - 1], around),
        )}
      </ol>
      ${
        this.messages.length > 0
          ? nothing
          : html`<p class="empty muted">
              Nothing was said yet. Everybody with the invitation can read and write here.
            </p>`
      }
    </main>`;
  }

  #newer(): TemplateResult {
    return html`<button class="button" type="button" @click=${this.#goToEnd}>New messages</button>`;
  }

  #naming(): TemplateResult {
    return html`<form class="row" @submit=${this.#join}>
      <label class="field small"
        >Your name in this room
        <input
          name="name"
          .value=${this.name}
          autocomplete="nickname"
          required
          maxlength=${NAME_CHARACTERS_MAX}
        />
      </label>
      <button class="button first" type="submit" ?disabled=${this.standing === "closed"}>
        ${this.name === "" ? "Join" : "Keep"}
      </button>
    </form>`;
  }

  #writing(): TemplateResult {
    const whyNot = WHY_NOT[this.standing];
    const name = revealed(this.name);
    return html`<p class="as small muted">
        <span>As</span> ${nameTag(name, "agent", this.#colours().get(name))}
        <button class="link" type="button" @click=${this.#rename}>Change name</button>
      </p>
      <form class="row" @submit=${this.#say}>
        <label
          ><span class="hidden">Message</span>
          <textarea
            name="text"
            rows="1"
            placeholder="Message"
            enterkeyhint="send"
            aria-describedby="why-not"
            .value=${this.#draft}
            ?readonly=${this.standing === "closed"}
            @input=${this.#typed}
            @keydown=${this.#keys}
          ></textarea>
        </label>
        <button class="button first" type="submit" ?disabled=${this.isBusy || whyNot !== undefined}>
          Send
        </button>
      </form>
      <p id="why-not" class="small muted" ?hidden=${whyNot === undefined}>${whyNot}</p>`;
  }

  /** What is known here: the names of those who spoke. There are no channels and no files. */
  #around(): Around {
    const kinds = new Map<string, Kind>(this.messages.map(({ agent }) => [agent, "agent"]));
    const nowhere = (): undefined => undefined;
    return {
      kinds,
      colours: this.#colours(),
      channels: [],
      actions: {
        place: {
          isEditor: false,
          hasFile: () => Promise.resolve(false),
          openFile: nowhere,
          openLink: () => false,
        },
        reading: { open: nowhere, jumpToPosition: () => Promise.resolve() },
      },
    };
  }

  /** By who spoke first, and whoever writes here last: the room's history is the same for everybody. */
  #colours(): ReadonlyMap<string, number> {
    return coloursOf([...this.messages.map(({ agent }) => revealed(agent)), revealed(this.name)]);
  }

  async #begin(): Promise<void> {
    const { password } = this;
    this.password = undefined;
    if (password === undefined) await this.#enter();
    else await this.#knock(password);
  }

  async #knock(password: string): Promise<void> {
    this.isBusy = true;
    try {
      await this.asking?.signIn(password);
      await this.#enter();
    } catch (error) {
      this.isDoorShown = true;
      this.problem = wordsFor(error);
    } finally {
      this.isBusy = false;
    }
  }

  async #enter(): Promise<void> {
    try {
      this.about = await this.asking?.about();
    } catch (error) {
      this.isDoorShown = true;
      this.problem = error instanceof SignedOut ? "" : wordsFor(error);
      return;
    }
    if (this.asking === undefined || this.about === undefined) return;
    document.title = revealed(this.about.name);
    this.isDoorShown = false;
    this.problem = this.closedBecause = "";
    this.messages = [];
    this.#following?.stop();
    this.#following = new Following(this.asking, this, this.about.live);
    void this.#following.run();
  }

  heard(messages: readonly Said[], afresh: boolean): void {
    // A scroll that nobody has told of yet counts.
    this.#holding?.restore();
    this.messages = afresh ? messages : [...this.messages, ...messages];
    this.hasNewer = this.#holding?.holdsEnd === false;
  }

  stands(standing: Standing, why: string): void {
    this.standing = standing;
    this.closedBecause = why;
    if (standing === "signed-out") this.isDoorShown = true;
  }

  readonly #signIn = (event: SubmitEvent): void => {
    event.preventDefault();
    this.problem = "";
    void this.#knock(fieldOf(event, "password"));
  };

  readonly #join = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = fieldOf(event, "name").trim();
    if (name === "") return;
    this.name = name;
    this.isNaming = false;
    this.drawer?.setItem(NAME_KEY, name);
    void this.updateComplete.then(() => {
      this.composer?.focus();
    });
  };

  readonly #rename = (): void => {
    this.isNaming = true;
  };

  readonly #say = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#post();
  };

  async #post(): Promise<void> {
    const field = this.composer;
    const text = field?.value.trim() ?? "";
    if (!field || text === "" || this.isBusy || WHY_NOT[this.standing] !== undefined) return;
    this.isBusy = true;
    this.problem = "";
    try {
      await this.asking?.say(this.name, text);
      // What was typed meanwhile is kept.
      if (field.value.trim() === text) field.value = "";
      this.#draft = field.value;
      field.style.height = "";
      this.#goToEnd();
    } catch (error) {
      if (error instanceof SignedOut) this.isDoorShown = true;
      else this.problem = wordsFor(error);
    } finally {
      this.isBusy = false;
    }
    field.focus();
  }

  readonly #keys = (event: KeyboardEvent): void => {
    // An Enter that ends the choice of a character is no wish to send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void this.#post();
  };

  readonly #typed = ({ target }: Event): void => {
    if (!(target instanceof HTMLTextAreaElement)) return;
    this.#draft = target.value;
    fit(target);
  };

  #hold(): void {
    const { list } = this;
    if (list === this.#held) return;
    this.#release?.();
    this.#held = list;
    const rows = list?.querySelector("ol");
    this.#holding = list && rows ? new Holding(list, rows, this.#moved) : undefined;
    this.#release = this.#holding?.start();
  }

  readonly #moved = (): void => {
    if (this.#holding?.isAtEnd === true) this.hasNewer = false;
  };

  readonly #showEarlier = (): void => {
    this.shown += SHOWN_FIRST;
  };

  readonly #goToEnd = (): void => {
    this.#holding?.toEnd();
    this.hasNewer = false;
  };
}

function fit(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

function fieldOf(event: SubmitEvent, name: string): string {
  const value = event.target instanceof HTMLFormElement ? new FormData(event.target).get(name) : null;
  return typeof value === "string" ? value : "";
}

function wordsFor(error: unknown): string {
  if (error instanceof SignedOut || error instanceof Refused) return error.message;
  return "The room did not answer. Is it still open? Try again.";
}

declare global {
  interface HTMLElementTagNameMap {
    "chatbox-room": RoomElement;
  }
}
