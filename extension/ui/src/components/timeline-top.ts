// What stands above the oldest message that is loaded: why there is nothing, or that more is coming.
import type { TemplateResult, nothing } from "lit";
import { html } from "lit";
import type { Timeline } from "../state/timeline";
import type { Surroundings } from "../surroundings";
import { icon } from "./icons";

export function timelineTop(timeline: Timeline, surroundings: Surroundings): TemplateResult | typeof nothing {
  if (timeline.error !== undefined) {
    return html`<div class="note" role="alert">
      ${timeline.error}
      <button
        class="button"
        type="button"
        @click=${() => {
          surroundings.actions.reading.retry();
        }}
      >
        Try again
      </button>
    </div>`;
  }
  if (timeline.loading === "first") return html`<div class="note muted">Loading…</div>`;
  if (timeline.hasOlder) return html`<div class="note muted small">Loading older messages…</div>`;
  if (timeline.messages.length > 0) return html`<div class="note muted small">This is where it starts.</div>`;
  return html`<div class="empty">
    ${icon("chat")}
    <p><strong>Nothing here yet.</strong></p>
    <p class="muted">Say something. Mention an agent with @ to wake it.</p>
  </div>`;
}
