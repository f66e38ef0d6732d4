// How a name looks everywhere: its colour, its shape and the name itself.
import type { SVGTemplateResult, TemplateResult } from "lit";
import { html, svg } from "lit";
import type { Kind, Shape } from "../words/identity";
import { lookOf } from "../words/identity";

const OUTLINES: Readonly<Record<Shape, SVGTemplateResult>> = {
  circle: svg`<circle cx="8" cy="8" r="7.2"/>`,
  ring: svg`<circle class="hollow" cx="8" cy="8" r="6.2"/>`,
  square: svg`<rect x="1.4" y="1.4" width="13.2" height="13.2" rx="2.4"/>`,
  diamond: svg`<path d="M8 0 16 8 8 16 0 8z"/>`,
  triangle: svg`<path d="M8 .2 16 15H0z"/>`,
  pentagon: svg`<path d="M8 .3 15.9 6 12.9 15.3H3.1L.1 6z"/>`,
  hexagon: svg`<path d="M4 1.1h8L16 8l-4 6.9H4L0 8z"/>`,
  star: svg`<path d="m8 0 2.2 5 5.6.6-4.2 3.7 1.2 5.5L8 12l-4.8 2.8 1.2-5.5L.2 5.6 5.8 5z"/>`,
  cross: svg`<path d="M5 .8h6V5h4.2v6H11v4.2H5V11H.8V5H5z"/>`,
};

/** Where a letter sits in the middle of its shape, for the eye. */
const BASELINE: Partial<Readonly<Record<Shape, number>>> = { triangle: 12.4, pentagon: 10.9, star: 10.3 };

/** A name in running text, with its shape in front. Its own colour, unless the place gives it another. */
export function nameTag(name: string, kind: Kind, colour = lookOf(name, kind).colour): TemplateResult {
  const { shape } = lookOf(name, kind);
  return html`<span class="name colour-${colour}"
    ><svg class="mark" viewBox="0 0 16 16" aria-hidden="true">${OUTLINES[shape]}</svg
    ><span class="text">${name}</span></span
  >`;
}

/** The picture beside a message: the shape with the first letter. */
export function picture(name: string, kind: Kind, colour = lookOf(name, kind).colour): TemplateResult {
  const { shape, letter } = lookOf(name, kind);
  return html`<svg class="picture colour-${colour}" viewBox="0 0 16 16" aria-hidden="true">
    ${OUTLINES[shape]}${svg`<text x="8" y=${BASELINE[shape] ?? 10.4}>${letter}</text>`}
  </svg>`;
}
