// One message of a room.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { Around } from "../components/markdown";
import { renderMarkdown } from "../components/markdown";
import { nameTag, picture } from "../components/names";
import "../components/time";
import { revealed } from "../words/plainly";
import type { Said } from "./asking";

/** Messages of one author within this time stand together. */
const TOGETHER_MICROSECONDS = 5 * 60_000_000;

export function row(message: Said, before: Said | undefined, around: Around): TemplateResult {
  const name = revealed(message.agent);
  const colour = around.colours?.get(name);
  const isContinued = before?.agent === message.agent && message.at - before.at < TOGETHER_MICROSECONDS;
  return html`<li class="message ${isContinued ? "continued" : ""}">
    <div class="gutter">${isContinued ? nothing : picture(name, "agent", colour)}</div>
    <div class="content">
      ${
        isContinued
          ? html`<span class="hidden">${name}:</span>`
          : html`<div class="head">
              ${nameTag(name, "agent", colour)}
              <span class="small muted"><cb-time .at=${message.at}></cb-time></span>
            </div>`
      }
      <div class="prose">${renderMarkdown(message.text, around)}</div>
    </div>
  </li>`;
}
