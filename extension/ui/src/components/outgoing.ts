// What was said and is not in the journal yet: it stands where it will be, and says how it goes.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { Outgoing } from "../state/outbox";
import type { Surroundings } from "../surroundings";
import { icon } from "./icons";
import { nameTag, picture } from "./names";

export function outgoing(one: Outgoing, surroundings: Surroundings): TemplateResult {
  const me = surroundings.me?.participant ?? "me";
  return html`<div class="pending" data-key=${one.key}>
    ${picture(me, "person")}
    <div class="said">
      <div>${nameTag(me, "person")} ${how(one, surroundings)}</div>
      <div class="words" dir="auto">${one.body}</div>
      ${
        one.attachments.length === 0
          ? nothing
          : html`<div class="small muted">
              ${icon("attach")} ${one.attachments.map(({ name }) => name).join(", ")}
            </div>`
      }
    </div>
  </div>`;
}

function how(one: Outgoing, surroundings: Surroundings): TemplateResult {
  if (one.refusal === undefined) return html`<span class="small muted">sending…</span>`;
  const { saying } = surroundings.actions;
  return html`<span class="refused small" role="alert"
    >Not sent: ${one.refusal}
    <button
      class="button"
      type="button"
      @click=${() => {
        saying.again(one.key);
      }}
    >
      ${icon("retry")}Send again
    </button>
    <button
      class="button"
      type="button"
      @click=${() => {
        saying.discard(one.key);
      }}
    >
      Discard
    </button></span
  >`;
}
