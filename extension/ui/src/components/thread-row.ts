// Replies to something further up, folded where they happened.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { MessageView } from "#protocol/types.gen";
import type { ThreadRow } from "../state/rows";
import type { Surroundings } from "../surroundings";
import { oneLine } from "../words/plainly";
import { icon } from "./icons";
import { snippet } from "./message";

interface Look {
  /** What they reply to, once it is known. */
  readonly head: MessageView | undefined;
  readonly isTarget: boolean;
  /** Whether Tab leads here. */
  readonly isEntry: boolean;
  /** The lines right above it, by id. */
  readonly above: string;
  readonly surroundings: Surroundings;
}

export function threadRow(
  row: ThreadRow,
  { head, isTarget, isEntry, above, surroundings }: Look,
): TemplateResult {
  const title = oneLine(head?.title ?? head?.body ?? `message ${row.thread}`);
  const last = row.replies.at(-1);
  const count = row.replies.length;
  const open = (): void => {
    surroundings.actions.reading.openThread(row.thread);
  };
  return html`<div
    role="article"
    class="happened ${isTarget ? "flash" : ""}"
    data-message=${last?.id ?? nothing}
    tabindex=${isEntry ? 0 : -1}
    aria-label="${count === 1 ? "1 reply" : `${count} replies`} to ${title}"
    aria-describedby=${above === "" ? nothing : above}
  >
    <button class="fold" type="button" @click=${open}>
      ${icon("reply")}
      <span class="about"
        ><span class="small muted">${count === 1 ? "Reply" : `${count} replies`} to</span>
        <span class="subject" dir="auto">${title}</span></span
      >
      ${last === undefined ? nothing : snippet(last)}
    </button>
  </div>`;
}
