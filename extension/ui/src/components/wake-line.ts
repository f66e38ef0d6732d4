// The line under the composer: whom the message will wake, and what they may spend.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { WhoWakesResult } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { kindIn } from "../surroundings";
import type { Prospect } from "../words/waking";
import { budget, nobodyWakes, prospectOf } from "../words/waking";
import { nameTag } from "./names";

export function wakeLine(
  draft: string,
  preview: WhoWakesResult | undefined,
  isSupervised: boolean,
  surroundings: Surroundings,
): TemplateResult | typeof nothing {
  if (draft.trim() === "" || preview === undefined || preview.wakings.length === 0) return nothing;
  const { wakings } = preview;
  const prospects = wakings.map(prospectOf).filter((one): one is Prospect => one !== undefined);
  const note = isSupervised ? nothing : html` <span>No supervisor is running: nobody wakes now.</span>`;
  if (!prospects.some(({ wakes }) => wakes)) {
    return html`<span>${prospects.length > 0 ? list(prospects, surroundings) : nobodyWakes(wakings)}</span>`;
  }
  return html`<span>${list(prospects, surroundings)}. ${budget(preview.turns_left)}${note}</span>`;
}

/** Several that simply wake share the verb: "wakes a, b; c is busy, will see it next". */
function list(prospects: readonly Prospect[], surroundings: Surroundings): TemplateResult {
  const tag = (agent: string): TemplateResult => nameTag(agent, kindIn(surroundings, agent));
  const woken = prospects.filter(({ text }) => text === "wakes");
  const others = prospects.filter(({ text }) => text !== "wakes");
  const first =
    woken.length === 0
      ? []
      : [html`Wakes ${woken.map(({ agent }, at) => html`${at > 0 ? ", " : ""}${tag(agent)}`)}`];
  const clauses = [...first, ...others.map(({ agent, text }) => html`${tag(agent)} ${text}`)];
  return html`${clauses.map((clause, at) => html`${at > 0 ? "; " : ""}${clause}`)}`;
}
