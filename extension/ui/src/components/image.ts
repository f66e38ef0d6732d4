// A picture of a message: fetched when it comes near, bounded in place, large on demand, let go when it leaves the page.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { AttachmentView } from "#protocol/types.gen";
import type { Fetching } from "../doing/fetching";
import { sentenceOf } from "../store";
import { sizeWords } from "../words/sizes";
import { icon } from "./icons";
import { imageStyles } from "./image-styles";
import { base, buttons } from "./styles";

/** Fetched before it is scrolled into view. */
const AHEAD = "400px";

@customElement("cb-image")
export class ImageElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, imageStyles];

  @property({ attribute: false }) attachment: AttachmentView | undefined;
  @property({ attribute: false }) fetching: Pick<Fetching, "content"> | undefined;
  @state() private url: string | undefined;
  @state() private error = "";
  @state() private isLarge = false;
  @query("dialog") private dialog: HTMLDialogElement | null | undefined;
  @query(".small-view") private opener: HTMLElement | null | undefined;
  #near: IntersectionObserver | undefined;
  #leaving = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
    this.#near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        this.#near?.disconnect();
        void this.#fetch();
      },
      { rootMargin: AHEAD },
    );
    this.#near.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#near?.disconnect();
    this.#leaving.abort();
    this.isLarge = false;
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }

  protected override updated(): void {
    const { dialog } = this;
    if (dialog && !dialog.open) dialog.showModal();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { attachment, url } = this;
    if (attachment === undefined) return nothing;
    const { name } = attachment;
    if (this.error !== "") return this.#failed(name);
    if (url === undefined) return html`<div class="waiting" role="img" aria-label="${name}, loading"></div>`;
    return html`<button
        class="small-view"
        type="button"
        aria-label="${name}, show large"
        title=${name}
        aria-haspopup="dialog"
        @click=${this.#enlarge}
      >
        <img src=${url} alt=${name} @error=${this.#broken} />
      </button>
      ${this.isLarge ? this.#large(attachment, url) : nothing}`;
  }

  #failed(name: string): TemplateResult {
    return html`<div class="failed" role="alert">
      <span>${name} could not be shown: ${this.error}</span>
      <button class="button" type="button" @click=${this.#again}>${icon("retry")}Try again</button>
      <button class="button" type="button" aria-label="Save ${name}" @click=${this.#save}>
        ${icon("save")}Save
      </button>
    </div>`;
  }

  #large({ name, size }: AttachmentView, url: string): TemplateResult {
    return html`<dialog
      aria-label=${name}
      @close=${this.#closed}
      @click=${this.#beside}
      @keydown=${(event: KeyboardEvent) => {
        // What is behind it is not asked: Escape closes this.
        event.stopPropagation();
      }}
    >
      <div class="bar">
        <span class="name-of" title=${name}>${name}</span>
        <span class="small muted">${sizeWords(size)}</span>
        <button class="button" type="button" aria-label="Save ${name}" @click=${this.#save}>
          ${icon("save")}Save
        </button>
        <button class="bare" type="button" title="Close (Escape)" aria-label="Close" @click=${this.#close}>
          ${icon("close")}
        </button>
      </div>
      <img src=${url} alt=${name} />
    </dialog>`;
  }

  async #fetch(): Promise<void> {
    const { attachment, fetching } = this;
    const { signal } = this.#leaving;
    if (attachment === undefined || fetching === undefined || this.url !== undefined) return;
    try {
      const content = await fetching.content(attachment, signal);
      if (!signal.aborted) this.url = URL.createObjectURL(content);
    } catch (error) {
      if (!signal.aborted) this.error = sentenceOf(error);
    }
  }

  readonly #again = (): void => {
    this.error = "";
    void this.#fetch();
  };

  readonly #broken = (): void => {
    this.error = "The browser cannot read it.";
  };

  readonly #save = (): void => {
    this.dispatchEvent(new CustomEvent("cb-save"));
  };

  readonly #enlarge = (): void => {
    this.isLarge = true;
  };

  readonly #close = (): void => {
    this.dialog?.close();
  };

  readonly #closed = (): void => {
    this.isLarge = false;
    this.opener?.focus();
  };

  readonly #beside = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.#close();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-image": ImageElement;
  }
}
