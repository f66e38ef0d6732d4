// What stands instead of the page while it does not know who is there.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { Place } from "../surroundings";
import "./code";
import { logo } from "./logo";

export function signedOut(message: string, place: Place): TemplateResult {
  return html`<main class="door">
    ${logo()}
    <h1>This page needs a link</h1>
    ${message === "" ? nothing : html`<p class="muted" role="status">${message.replaceAll("`", "")}</p>`}
    <p>Run this in the workspace and open the link that it prints. Each link works once.</p>
    <cb-code .text=${"chatbox link"} language="shell"></cb-code>
    <p>Somebody invited you? Ask them for a new link.</p>
    <p class="muted small">Signed in elsewhere in this browser meanwhile?</p>
    <button
      class="button"
      type="button"
      @click=${() => {
        place.hurry();
      }}
    >
      Try again
    </button>
  </main>`;
}
