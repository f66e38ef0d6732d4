// The files of a message: pictures in place, others by name, each to be kept.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AttachmentView } from "#protocol/types.gen";
import { sentenceOf } from "../store";
import type { Surroundings } from "../surroundings";
import { isShownImage, sizeWords } from "../words/sizes";
import { icon } from "./icons";
import { base, buttons } from "./styles";
import "./image";

@customElement("cb-attachments")
export class AttachmentsElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-start;
        gap: 8px;
        margin: 6px 0 2px;
        padding: 0;
        list-style: none;
      }
      li {
        min-width: 0;
        max-width: 100%;
      }
      .file {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 8px;
        min-width: 0;
        padding: 4px 4px 4px 10px;
        border: 1px solid var(--line);
        border-radius: 8px;
        background: var(--raised);
      }
      .file > .icon {
        color: var(--muted);
      }
      .name-of {
        flex: 1 1 auto;
        min-width: 0;
        max-width: 44ch;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .size {
        flex: none;
        margin-inline-start: auto;
      }
      .refusal {
        margin: 2px 0 0;
        color: var(--bad);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) attachments: readonly AttachmentView[] = [];
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @state() private saving: string | undefined;
  @state() private refusal = "";

  protected override render(): TemplateResult | typeof nothing {
    const { attachments, surroundings } = this;
    if (attachments.length === 0 || surroundings === undefined) return nothing;
    return html`<ul aria-label="Attachments">
        ${repeat(
          attachments,
          ({ id, name }) => `${id} ${name}`,
          (one) => html`<li>${this.#one(one, surroundings)}</li>`,
        )}
      </ul>
      ${this.refusal === "" ? nothing : html`<p class="refusal small" role="alert">${this.refusal}</p>`}`;
  }

  #one(attachment: AttachmentView, surroundings: Surroundings): TemplateResult {
    const save = (): void => {
      void this.#save(attachment, surroundings);
    };
    if (isShownImage(attachment.media_type)) {
      return html`<cb-image
        .attachment=${attachment}
        .fetching=${surroundings.actions.fetching}
        @cb-save=${save}
      ></cb-image>`;
    }
    const { id, name, size } = attachment;
    return html`<div class="file">
      ${icon("file")}<span class="name-of" title=${name}>${name}</span>
      <span class="size small muted">${sizeWords(size)}</span>
      <button
        class="button"
        type="button"
        aria-label="Save ${name}"
        ?disabled=${this.saving === id}
        @click=${save}
      >
        ${icon("save")}Save
      </button>
    </div>`;
  }

  async #save(attachment: AttachmentView, surroundings: Surroundings): Promise<void> {
    this.saving = attachment.id;
    this.refusal = "";
    try {
      await surroundings.actions.place.save(attachment);
    } catch (error) {
      this.refusal = `${attachment.name} was not saved: ${sentenceOf(error)}`;
    } finally {
      this.saving = undefined;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-attachments": AttachmentsElement;
  }
}
