// Where a person writes: Enter sends, Shift+Enter starts a line. Says beforehand whom it will wake.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { AgentView, WhoWakesResult } from "#protocol/types.gen";
import type { Target } from "../doing/saying";
import type { Uploads } from "../state/uploads";
import { NO_UPLOADS, attachedBy, bodyOf, whyNotSend } from "../state/uploads";
import type { Surroundings } from "../surroundings";
import type { Asked } from "../words/completion";
import { askedAt, completed, offered } from "../words/completion";
import { whyNotWrite } from "../words/roles";
import { composerStyles } from "./composer-styles";
import { icon } from "./icons";
import { nameTag } from "./names";
import { base, buttons, names } from "./styles";
import { uploadList, uploadsStyles, uploadsWords } from "./uploads";
import { wakeLine } from "./wake-line";

const PREVIEW_AFTER_MS = 200;
const BODY_BYTES_MAX = 256 * 1024;

@customElement("cb-composer")
export class ComposerElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, names, composerStyles, uploadsStyles];

  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property() channel = "";
  @property({ type: Number }) thread: number | undefined;
  @property() draft = "";
  @property({ attribute: false }) uploads: Uploads = NO_UPLOADS;
  /** Their states change what the preview says. */
  @property({ attribute: false }) agents: readonly AgentView[] = [];
  @property({ type: Boolean }) isSupervised = true;
  @state() private wakings: WhoWakesResult | undefined;
  @state() private asked: Asked | undefined;
  @state() private chosen = 0;
  @query("input[type=file]") private chooser: HTMLInputElement | null | undefined;
  @query("textarea") private field: HTMLTextAreaElement | null | undefined;
  #preview: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;
  #width = 0;
  readonly #resized = new ResizeObserver(([entry]) => {
    const width = entry?.contentRect.width ?? 0;
    if (width === this.#width) return;
    this.#width = width;
    this.#fit();
  });

  override focus(): void {
    this.field?.focus();
  }

  /** Files that were dropped somewhere near. */
  attach(files: readonly File[]): void {
    if (files.length === 0) return;
    this.surroundings?.actions.attaching.add(this.#target, files);
    this.focus();
  }

  /** Where it gets narrower the same text needs more lines. */
  override connectedCallback(): void {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    clearTimeout(this.#preview);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const { field } = this;
    if (field && field.value !== this.draft) field.value = this.draft;
    const isOther = changed.has("draft") || changed.has("channel") || changed.has("thread");
    if (isOther) this.#fit();
    if (isOther || changed.has("agents")) this.#previewSoon();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { surroundings } = this;
    if (surroundings === undefined) return nothing;
    const whyNot = whyNotWrite(surroundings.me);
    if (whyNot !== undefined) return html`<p class="muted small readonly">${whyNot}</p>`;
    const offers = this.#offers();
    const label = this.thread === undefined ? `Message ${this.channel}` : "Reply in thread";
    return html`<form @submit=${this.#submit}>
      ${this.#list(offers, surroundings)}
      <div class="box">
        ${this.#files(surroundings)}
        <textarea
          rows="1"
          dir="auto"
          aria-label=${label}
          placeholder=${label}
          aria-autocomplete="list"
          aria-controls="offers"
          aria-activedescendant=${offers.length > 0 ? `offer-${this.chosen}` : nothing}
          @input=${this.#typed}
          @keydown=${this.#keys}
          @click=${this.#look}
          @blur=${this.#close}
          @paste=${this.#pasted}
        ></textarea>
        <button
          class="bare send"
          type="submit"
          aria-label="Send"
          title="Send (Enter)"
          ?disabled=${this.draft.trim() === "" && this.uploads.length === 0}
        >
          ${icon("send")}
        </button>
      </div>
      <div class="under small muted">
        <div class="wakes" role="status">
          ${wakeLine(this.draft, this.wakings, this.isSupervised, surroundings)}
          <span class="hidden">${uploadsWords(this.uploads)}</span>
        </div>
        <span class="hint">Enter sends, Shift+Enter starts a line</span>
      </div>
    </form>`;
  }

  #files({ actions }: Surroundings): TemplateResult {
    const { attaching } = actions;
    const chips = uploadList(this.uploads, {
      again: (key) => {
        attaching.again(key);
      },
      remove: (key) => {
        attaching.remove(this.#target, key);
        this.focus();
      },
    });
    return html`${chips}
      <button
        class="bare attach"
        type="button"
        aria-label="Attach files"
        title="Attach files, or paste or drop them"
        @click=${this.#pick}
      >
        ${icon("attach")}
      </button>
      <input type="file" multiple hidden aria-hidden="true" tabindex="-1" @change=${this.#picked} />`;
  }

  #list(offers: readonly string[], surroundings: Surroundings): TemplateResult {
    const sign = this.asked?.sign;
    return html`<ul
      id="offers"
      role="listbox"
      aria-label=${sign === "#" ? "Channels" : "Names"}
      ?hidden=${offers.length === 0}
    >
      ${offers.map(
        (offer, at) =>
          html`<li
            id="offer-${at}"
            role="option"
            aria-selected=${at === this.chosen}
            @mousedown=${(event: MouseEvent) => {
              event.preventDefault();
              this.#take(offer);
            }}
          >
            ${sign === "#" ? offer : nameTag(offer, surroundings.kinds.get(offer) ?? "agent")}
            <span class="small muted">${sign === "#" ? nothing : this.#stateOf(offer)}</span>
          </li>`,
      )}
    </ul>`;
  }

  #stateOf(name: string): string {
    return this.agents.find((agent) => agent.name === name)?.state ?? "";
  }

  #offers(): readonly string[] {
    const { asked, surroundings } = this;
    if (asked === undefined || surroundings === undefined) return [];
    if (asked.sign === "#") return offered(asked, surroundings.channels);
    const me = surroundings.me?.participant;
    const others = [...surroundings.kinds].filter(([name, kind]) => name !== me && kind !== "system");
    // Agents first: they are who a mention wakes.
    const sorted = others.sort(([a, kindA], [b, kindB]) => kindA.localeCompare(kindB) || a.localeCompare(b));
    return offered(
      asked,
      sorted.map(([name]) => name),
    );
  }

  get #target(): Target {
    return { channel: this.channel, thread: this.thread };
  }

  readonly #typed = (): void => {
    this.surroundings?.actions.saying.draft(this.#target, this.field?.value ?? "");
    this.surroundings?.actions.place.onDraft(this.field?.value ?? "");
    this.#fit();
    this.#look();
  };

  readonly #look = (): void => {
    const { field } = this;
    this.asked = field ? askedAt(field.value, field.selectionStart) : undefined;
    this.chosen = 0;
  };

  readonly #close = (): void => {
    this.asked = undefined;
  };

  readonly #pick = (): void => {
    this.chooser?.click();
  };

  readonly #picked = (): void => {
    const { chooser } = this;
    if (!chooser) return;
    this.attach([...(chooser.files ?? [])]);
    // The same file can be chosen again.
    chooser.value = "";
  };

  /** Whoever copies a table has its picture, too: then the words are meant. */
  readonly #pasted = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain") === true) return;
    event.preventDefault();
    this.attach(files);
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    this.#send();
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const offers = this.#offers();
    if (offers.length > 0 && this.#decide(event.key, offers)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && this.field?.value === "") {
      this.dispatchEvent(new CustomEvent("cb-to-messages", { bubbles: true, composed: true }));
    }
  };

  /** Whether the list of offers took the key. */
  #decide(key: string, offers: readonly string[]): boolean {
    switch (key) {
      case "ArrowDown":
        this.chosen = (this.chosen + 1) % offers.length;
        return true;
      case "ArrowUp":
        this.chosen = (this.chosen + offers.length - 1) % offers.length;
        return true;
      case "Enter":
      case "Tab":
        this.#take(offers[this.chosen] ?? "");
        return true;
      case "Escape":
        this.#close();
        return true;
      default:
        return false;
    }
  }

  #take(choice: string): void {
    const { field, asked } = this;
    if (!field || asked === undefined) return;
    const { text, cursor } = completed(field.value, field.selectionStart, asked, choice);
    field.value = text;
    field.setSelectionRange(cursor, cursor);
    this.#typed();
    this.#close();
  }

  #send(): void {
    const actions = this.surroundings?.actions;
    const written = this.field?.value ?? "";
    if (actions === undefined || (written.trim() === "" && this.uploads.length === 0)) return;
    const whyNot = whyNotSend(this.uploads);
    if (whyNot !== undefined) {
      actions.say(whyNot);
      return;
    }
    const body = bodyOf(written, attachedBy(this.uploads));
    if (new TextEncoder().encode(body).length > BODY_BYTES_MAX) {
      actions.say("A message has at most 256 KiB. Put the rest into a file.");
      return;
    }
    actions.saying.say(this.#target, body, actions.attaching.take(this.#target));
    actions.place.onDraft("");
    if (this.thread === undefined) actions.reading.toNewestIfAway();
  }

  /** As high as its text, up to a third of the page. */
  #fit(): void {
    const { field } = this;
    if (!field) return;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, window.innerHeight / 3)}px`;
  }

  #previewSoon(): void {
    clearTimeout(this.#preview);
    if (this.draft.trim() === "") {
      this.#asking += 1;
      this.wakings = undefined;
      return;
    }
    this.#preview = setTimeout(() => {
      this.#previewNow();
    }, PREVIEW_AFTER_MS);
  }

  #previewNow(): void {
    this.#asking += 1;
    const asking = this.#asking;
    this.surroundings?.actions.saying.whoWakes(this.#target, this.draft).then(
      (wakings) => {
        if (asking === this.#asking) this.wakings = wakings;
      },
      () => {
        if (asking === this.#asking) this.wakings = undefined;
      },
    );
  }
}
