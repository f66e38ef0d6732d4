// The mark of ChatBox: an answer that says yes, and the next one behind it.
import type { TemplateResult } from "lit";
import { html } from "lit";

export const logo = (): TemplateResult =>
  html`<svg
    class="logo"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.7"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path
      d="M4.5 3.75h10a1.75 1.75 0 0 1 1.75 1.75v5.5a1.75 1.75 0 0 1-1.75 1.75H9L5.75 15.5v-2.75H4.5A1.75 1.75 0 0 1 2.75 11V5.5A1.75 1.75 0 0 1 4.5 3.75Z"
    />
    <path
      d="M19 8.75h.5a1.75 1.75 0 0 1 1.75 1.75V16a1.75 1.75 0 0 1-1.75 1.75h-1.25v2.75L15 17.75h-3.25A1.75 1.75 0 0 1 10 16"
    />
    <path d="m6.75 8.4 1.9 1.85 3.6-3.75" />
  </svg>`;
