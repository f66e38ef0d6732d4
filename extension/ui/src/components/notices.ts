// What is wrong with the connection, and the one thing there is to say.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { Shown } from "../state/shown";
import { icon } from "./icons";

export function noticeOf(shown: Shown, dismiss: () => void): TemplateResult | typeof nothing {
  const { notice } = shown;
  if (notice === undefined) return nothing;
  return html`<div
    class="notice ${notice.isError ? "error" : ""}"
    role=${notice.isError ? "alert" : "status"}
  >
    <span>${notice.text}</span>
    <button class="bare" type="button" aria-label="Dismiss" @click=${dismiss}>${icon("close")}</button>
  </div>`;
}

export function standingOf(shown: Shown): TemplateResult | typeof nothing {
  const { state: standing, message } = shown.status;
  if (standing === "connected" || message === "") return nothing;
  return html`<div class="status" role="status">${icon("unplugged")}<span>${message}</span></div>`;
}
