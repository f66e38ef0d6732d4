// The files of a message that is being written: each with its name, its size, how far it is, and a way out.
import type { TemplateResult } from "lit";
import { css, html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Upload, Uploads } from "../state/uploads";
import { percentOf, stateOf } from "../state/uploads";
import { sizeWords } from "../words/sizes";
import { icon } from "./icons";

export const uploadsStyles = css`
  .uploads {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 0;
    padding: 8px 8px 0;
    list-style: none;
  }
  .upload {
    position: relative;
    display: flex;
    align-items: center;
    gap: 6px;
    min-width: 0;
    max-width: 100%;
    padding: 2px 2px 2px 8px;
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
  }
  .upload.failed {
    flex: 1 1 100%;
    flex-wrap: wrap;
    border-color: var(--bad);
  }
  .upload > .icon {
    color: var(--muted);
  }
  .upload .name-of {
    min-width: 0;
    max-width: 26ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .upload .about-it {
    flex: none;
  }
  .upload .wrong {
    flex: 1 1 100%;
    min-width: 0;
    padding: 0 6px 4px 0;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  .upload progress {
    position: absolute;
    inset: auto 0 0;
    width: 100%;
    height: 3px;
    border: 0;
    appearance: none;
    background: var(--line);
  }
  .upload progress::-webkit-progress-bar {
    background: var(--line);
  }
  .upload progress::-webkit-progress-value {
    background: var(--accent);
  }
  .upload progress::-moz-progress-bar {
    background: var(--accent);
  }
  @media (forced-colors: active) {
    .upload progress {
      forced-color-adjust: none;
      background: Canvas;
    }
    .upload progress::-webkit-progress-bar {
      background: Canvas;
    }
    .upload progress::-webkit-progress-value {
      background: Highlight;
    }
  }
`;

export interface UploadActions {
  again(key: string): void;
  remove(key: string): void;
}

export function uploadList(uploads: Uploads, actions: UploadActions): TemplateResult | typeof nothing {
  if (uploads.length === 0) return nothing;
  return html`<ul class="uploads small" aria-label="Files of this message">
    ${repeat(
      uploads,
      ({ key }) => key,
      (one) => html`<li class="upload ${stateOf(one)}" data-state=${stateOf(one)}>${chip(one, actions)}</li>`,
    )}
  </ul>`;
}

function chip(one: Upload, actions: UploadActions): TemplateResult {
  const { key, name, error } = one;
  const state = stateOf(one);
  const again = (): void => {
    actions.again(key);
  };
  const remove = (): void => {
    actions.remove(key);
  };
  return html`${icon(state === "done" ? "check" : "file")}<span class="name-of" title=${name}>${name}</span>
    <span class="about-it muted">${howFar(one)}</span>
    ${
      state === "failed"
        ? html`<button class="button" type="button" @click=${again}>${icon("retry")}Try again</button>`
        : nothing
    }
    <button class="bare" type="button" title="Take away" aria-label="Take ${name} away" @click=${remove}>
      ${icon("close")}
    </button>
    ${
      state === "sending"
        ? html`<progress max="100" .value=${percentOf(one)} aria-label="${name} is being sent"></progress>`
        : nothing
    }
    ${error === undefined ? nothing : html`<span class="wrong" role="alert">${error}</span>`}`;
}

function howFar(one: Upload): string {
  const size = sizeWords(one.size);
  return stateOf(one) === "sending" && one.size > 0 ? `${percentOf(one)} % of ${size}` : size;
}

/** What a screen reader says when the last of the files is there. */
export function uploadsWords(uploads: Uploads): string {
  if (uploads.length === 0) return "";
  const sending = uploads.filter((one) => stateOf(one) === "sending").length;
  if (sending > 0) return sending === 1 ? "1 file is being sent." : `${sending} files are being sent.`;
  const done = uploads.filter((one) => stateOf(one) === "done").length;
  return done === 1 ? "1 file is attached." : `${done} files are attached.`;
}
