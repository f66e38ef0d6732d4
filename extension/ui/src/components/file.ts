// A reference to a file of the workspace: in the editor it opens the file where there is one; elsewhere it only names it.
import type { PropertyValues, TemplateResult } from "lit";
import { LitElement, html } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Place } from "../surroundings";
import type { FilePiece } from "../words/references";

@customElement("cb-file")
export class FileElement extends LitElement {
  @property({ attribute: false }) file: FilePiece | undefined;
  /** What its author wrote in place of the path. */
  @property({ attribute: false }) words: unknown;
  /** Its author marked the path as code. */
  @property({ type: Boolean }) isCode = false;
  @property({ attribute: false }) place: Pick<Place, "isEditor" | "hasFile" | "openFile"> | undefined;
  @state() private isThere = false;
  #asked: string | undefined;

  /** The text around it styles it. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { file, place } = this;
    if (file === undefined || place?.isEditor !== true || this.#asked === file.path) return;
    const { path } = file;
    this.#asked = path;
    this.isThere = false;
    place.hasFile(path).then(
      (isThere) => {
        if (this.#asked === path) this.isThere = isThere;
      },
      () => {
        // Nobody can say so: it stays text, and is asked about when it is shown again.
        this.#asked = undefined;
      },
    );
  }

  protected override render(): TemplateResult | undefined {
    const { file, place, words } = this;
    if (file === undefined || place === undefined) return undefined;
    if (!place.isEditor || !this.isThere) return this.#text(file, place.isEditor);
    const open = (): void => {
      place.openFile(file);
    };
    return html`<button class="reference" type="button" title="Open ${file.text}" @click=${open}>
      ${words ?? html`<code>${file.text}</code>`}
    </button>`;
  }

  /** Behind other words stands the path, which nothing else would tell. */
  #text(file: FilePiece, isEditor: boolean): TemplateResult {
    if (this.words !== undefined) return html`${this.words} (<code>${file.text}</code>)`;
    return isEditor && !this.isCode ? html`${file.text}` : html`<code>${file.text}</code>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-file": FileElement;
  }
}
