// Line icons, 16 × 16, drawn with the colour of the text around them. Always beside words or with a label.
import type { SVGTemplateResult, TemplateResult } from "lit";
import { html, svg } from "lit";
import type { Lifecycle } from "#protocol/types.gen";

const PATHS = {
  agents: svg`<rect x="2.5" y="5" width="11" height="8.5" rx="2"/><path d="M8 2v3M6 8.7v1.2M10 8.7v1.2"/>`,
  attach: svg`<path d="m12.8 7.4-5 5a3.1 3.1 0 0 1-4.4-4.4l5.4-5.4a2.1 2.1 0 0 1 3 3l-5.3 5.3a1 1 0 0 1-1.5-1.5l4.6-4.6"/>`,
  back: svg`<path d="M9.5 3.5 5 8l4.5 4.5"/>`,
  chat: svg`<path d="M2.5 3h11v8H7l-3 2.7V11H2.5z"/>`,
  check: svg`<path d="m3 8.5 3.2 3.2L13 4.8"/>`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8"/>`,
  closed: svg`<rect x="3" y="7" width="10" height="6.5" rx="1.5"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>`,
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M3.5 10.5h-1v-8h8v1"/>`,
  cross: svg`<path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6"/>`,
  down: svg`<path d="M8 3v9.5M4 8.7 8 12.7l4-4"/>`,
  edit: svg`<path d="m3 13 .7-3.2 7-7 2.5 2.5-7 7zM9.3 4.2l2.5 2.5"/>`,
  eye: svg`<path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8z"/><circle cx="8" cy="8" r="1.9"/>`,
  file: svg`<path d="M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5"/>`,
  fold: svg`<path d="m4 6 4 4 4-4"/>`,
  hash: svg`<path d="M6.3 2.5 5 13.5M11 2.5 9.7 13.5M2.8 6h11M2.2 10h11"/>`,
  key: svg`<circle cx="5" cy="11" r="2.6"/><path d="m6.9 9.1 6-6M10.5 5.5l2 2"/>`,
  link: svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 1 0-3.7-3.7l-.7.7"/><path d="M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 1 0 3.7 3.7l.7-.7"/>`,
  members: svg`<circle cx="6" cy="5.5" r="2.5"/><path d="M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 3.2a2.5 2.5 0 0 1 0 4.6M12 9.8c1.6.5 2.6 1.8 2.6 3.7"/>`,
  more: svg`<circle cx="3.5" cy="8" r=".6"/><circle cx="8" cy="8" r=".6"/><circle cx="12.5" cy="8" r=".6"/>`,
  pin: svg`<path d="M6 2.5h4l-.5 4.2 2.2 2.1H4.3l2.2-2.1zM8 8.8v5"/>`,
  plus: svg`<path d="M8 3v10M3 8h10"/>`,
  question: svg`<path d="M8 1.8 14.2 8 8 14.2 1.8 8z"/><path d="M6.7 6.6a1.4 1.4 0 1 1 2 1.3c-.5.2-.7.5-.7 1M8 10.8v.1"/>`,
  remove: svg`<path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5"/>`,
  reply: svg`<path d="M6.5 4 3 7.5 6.5 11M3 7.5h6a4 4 0 0 1 4 4v1"/>`,
  retry: svg`<path d="M12.8 6A5.2 5.2 0 1 0 13.2 9M13 2.5V6H9.5"/>`,
  room: svg`<path d="M3.5 14V2.5h9V14M1.5 14h13M9.8 8v.8"/>`,
  save: svg`<path d="M8 2.5v7M5 6.8l3 3 3-3M2.8 11v2.5h10.4V11"/>`,
  search: svg`<circle cx="7" cy="7" r="4.3"/><path d="m10.2 10.2 3.3 3.3"/>`,
  send: svg`<path d="M2.5 8h10M8.5 3.8 12.7 8l-4.2 4.2"/>`,
  stay: svg`<path d="M3.5 8h9"/>`,
  unplugged: svg`<path d="M6 2v3M10 2v3M4.5 5h7v2.5a3.5 3.5 0 0 1-7 0zM8 11v3"/>`,
  vote: svg`<path d="M8 2.5v11M4.5 13.5h7M3 4.5h10M3 4.5l-1.7 4.2h3.4zM13 4.5l-1.7 4.2h3.4z"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${PATHS[name]}</svg>`;
}

/** Each state has its own outline: colour only repeats what the shape and the word say. */
const STATES: Readonly<Record<Lifecycle, SVGTemplateResult>> = {
  asleep: svg`<path d="M13 9.6A5.6 5.6 0 1 1 6.4 3a4.6 4.6 0 0 0 6.6 6.6z"/>`,
  waking: svg`<path d="M4.5 11a3.5 3.5 0 0 1 7 0M1.8 11h1.4M12.8 11h1.4M8 3.2v2M3.4 6.4l1.2 1.2M12.6 6.4l-1.2 1.2M3.5 13.5h9"/>`,
  busy: svg`<circle cx="8" cy="8" r="5.7" opacity=".35"/><path class="turning" d="M8 2.3A5.7 5.7 0 0 1 13.7 8"/><circle cx="8" cy="8" r="1.6" fill="currentColor" stroke="none"/>`,
  backoff: svg`<path d="M4.5 2.5h7M4.5 13.5h7M5.2 2.5c0 3 2.8 3.6 2.8 5.5s-2.8 2.5-2.8 5.5M10.8 2.5C10.8 5.5 8 6.1 8 8s2.8 2.5 2.8 5.5"/>`,
  parked: svg`<rect x="2.3" y="2.3" width="11.4" height="11.4" rx="2.5"/><path d="M6.3 5.5v5M9.7 5.5v5"/>`,
};

export function stateIcon(state: Lifecycle): TemplateResult {
  return html`<svg class="icon state ${state}" viewBox="0 0 16 16" aria-hidden="true">${STATES[state]}</svg>`;
}
