// The whole page: the door, the messages, and the place to write.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { logo } from "../components/logo";
import type { Around } from "../components/markdown";
import { renderMarkdown } from "../components/markdown";
import { nameTag, picture } from "../components/names";
import { prose } from "../components/prose";
import { base, buttons, names } from "../components/styles";
import "../components/time";
import type { Kind } from "../words/identity";
import { revealed } from "../words/plainly";
import type { About, Asking, Said } from "./asking";
import { Refused, SignedOut } from "./asking";
import type { Standing } from "./following";
import { Following } from "./following";
import { roomStyles } from "./styles";

const NAME_KEY = "chatbox-room-name";
const NAME_CHARACTERS_MAX = 40;
const SHOWN_FIRST = 300;
/** Messages of one author within this time stand together. */
const TOGETHER_MICROSECONDS = 5 * 60_000_000;
/** Closer to the end than this, the page follows it. */
const AT_END_PIXELS = 40;

const WORDS: Readonly<Record<Standing, string>> = {
  connecting: "Connecting",
  live: "Live",
  lost: "Reconnecting",
  "signed-out": "Signed out",
  closed: "Closed",
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
  @query("main") private list: HTMLElement | null | undefined;
  @query("textarea") private composer: HTMLTextAreaElement | null | undefined;
  #following: Following | undefined;
  #isAtEnd = true;

  override connectedCallback(): void {
    super.connectedCallback();
    this.name = (this.drawer?.getItem(NAME_KEY) ?? "").slice(0, NAME_CHARACTERS_MAX);
    void this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#following?.stop();
  }

  protected override updated(changed: PropertyValues): void {
    if (this.#isAtEnd && this.list) this.list.scrollTop = this.list.scrollHeight;
    if (changed.has("isDoorShown") || changed.has("isNaming"))
      this.renderRoot.querySelector("input")?.focus();
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
      <p class="muted">It is in the invitation that you got.</p>
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
    return html`<main class="scroll" tabindex="0" aria-label="Messages" @scroll=${this.#scrolled}>
      ${
        hidden === 0
          ? nothing
          : html`<p class="earlier">
              <button class="link" type="button" @click=${this.#showEarlier}>Show earlier messages</button>
            </p>`
      }
      <ol class="messages" role="log" aria-label="Messages">
        ${this.messages.slice(hidden).map((message, at, all) => row(message, all[at - 1], around))}
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
      <button class="button first" type="submit">${this.name === "" ? "Join" : "Keep"}</button>
    </form>`;
  }

  #writing(): TemplateResult {
    return html`<p class="as small muted">
        <span>As</span> ${nameTag(revealed(this.name), "agent")}
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
            @input=${fit}
            @keydown=${this.#keys}
          ></textarea>
        </label>
        <button class="button first" type="submit" ?disabled=${this.isBusy}>Send</button>
      </form>`;
  }

  /** What is known here: the names of those who spoke. There are no channels and no files. */
  #around(): Around {
    const kinds = new Map<string, Kind>(this.messages.map(({ agent }) => [agent, "agent"]));
    const nowhere = (): undefined => undefined;
    return {
      kinds,
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
    this.messages = afresh ? messages : [...this.messages, ...messages];
    this.hasNewer = !this.#isAtEnd;
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
    if (!field || text === "" || this.isBusy) return;
    this.isBusy = true;
    this.problem = "";
    try {
      await this.asking?.say(this.name, text);
      // What was typed meanwhile is kept.
      if (field.value.trim() === text) field.value = "";
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

  readonly #scrolled = (): void => {
    const { list } = this;
    if (!list) return;
    this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PIXELS;
    if (this.#isAtEnd) this.hasNewer = false;
  };

  readonly #showEarlier = (): void => {
    this.#isAtEnd = false;
    this.shown += SHOWN_FIRST;
  };

  readonly #goToEnd = (): void => {
    this.#isAtEnd = true;
    this.hasNewer = false;
    this.requestUpdate();
  };
}

function row(message: Said, before: Said | undefined, around: Around): TemplateResult {
  const name = revealed(message.agent);
  const isContinued = before?.agent === message.agent && message.at - before.at < TOGETHER_MICROSECONDS;
  return html`<li class="message ${isContinued ? "continued" : ""}">
    <div class="gutter">${isContinued ? nothing : picture(name, "agent")}</div>
    <div class="content">
      ${
        isContinued
          ? html`<span class="hidden">${name}:</span>`
          : html`<div class="head">
              ${nameTag(name, "agent")}
              <span class="small muted"><cb-time .at=${message.at}></cb-time></span>
            </div>`
      }
      <div class="prose">${renderMarkdown(message.text, around)}</div>
    </div>
  </li>`;
}

function fit({ target }: Event): void {
  if (!(target instanceof HTMLTextAreaElement)) return;
  target.style.height = "auto";
  target.style.height = `${target.scrollHeight + 2}px`;
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
