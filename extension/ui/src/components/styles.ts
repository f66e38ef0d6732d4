// Styles that several components share. Each is one constructable sheet, however many elements adopt it.
import { css } from "lit";

export const base = css`
  :host {
    box-sizing: border-box;
    display: block;
    color: var(--text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
    font-size: inherit;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: 0.875em;
  }
  .icon {
    flex: none;
    width: 16px;
    height: 16px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .scroll {
    overflow-y: auto;
    scrollbar-width: thin;
    scrollbar-color: color-mix(in srgb, var(--muted) 45%, transparent) transparent;
  }
`;

export const buttons = css`
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
  }
  button:disabled {
    cursor: default;
    opacity: 0.55;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 28px;
    padding: 3px 12px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--raised);
    font-weight: 500;
    white-space: nowrap;
  }
  .button:hover:enabled {
    background: var(--hover);
  }
  .button.good {
    border-color: var(--good);
    background: var(--good);
    color: var(--on-good);
  }
  .button.good:hover:enabled {
    background: color-mix(in srgb, var(--good) 88%, var(--text));
  }
  .button.bad {
    border-color: var(--bad-line);
    color: var(--bad);
  }
  .button.bad:hover:enabled {
    background: var(--bad-soft);
  }
  .bare {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    padding: 4px;
    border: 1px solid transparent;
    border-radius: 6px;
    background: none;
  }
  .bare:hover:enabled {
    background: var(--hover);
  }
  .link {
    padding: 0;
    border: 0;
    border-radius: 3px;
    background: none;
    color: var(--accent);
    text-align: inherit;
  }
  .link:hover {
    text-decoration: underline;
  }
  textarea,
  input {
    width: 100%;
    padding: 6px 8px;
    border: 1px solid var(--field-line);
    border-radius: 6px;
    background: var(--field);
    color: inherit;
    font: inherit;
  }
  textarea:focus-visible,
  input:focus-visible {
    outline: 1px solid var(--focus);
    outline-offset: 0;
    border-color: var(--focus);
  }
  textarea {
    display: block;
    resize: none;
  }
  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  /* Fingers need more room, and browsers of phones zoom into smaller text. */
  @media (pointer: coarse) {
    .button,
    .bare {
      min-height: 36px;
    }
    .bare {
      min-width: 36px;
    }
    textarea,
    input {
      font-size: 16px;
    }
  }
  @media (forced-colors: active) {
    .button.good,
    .button.bad {
      border-color: ButtonBorder;
      background: ButtonFace;
      color: ButtonText;
    }
    .button,
    .bare {
      border-color: ButtonBorder;
    }
  }
`;

export const names = css`
  .name {
    display: inline-flex;
    align-items: baseline;
    gap: 0.3em;
    max-width: 100%;
    font-weight: 600;
    white-space: nowrap;
  }
  .name .mark {
    align-self: center;
    flex: none;
    width: 0.72em;
    height: 0.72em;
  }
  .name .text {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .picture {
    flex: none;
    width: 32px;
    height: 32px;
  }
  .mark,
  .picture {
    fill: currentColor;
    overflow: visible;
  }
  .picture text {
    fill: var(--bg);
    font: 700 6.6px var(--font);
    text-anchor: middle;
  }
  .mark .hollow,
  .picture .hollow {
    fill: none;
    stroke: currentColor;
    stroke-width: 2.4;
  }
  .picture .hollow + text {
    fill: currentColor;
  }
  .colour-0 {
    color: var(--colour-0);
  }
  .colour-1 {
    color: var(--colour-1);
  }
  .colour-2 {
    color: var(--colour-2);
  }
  .colour-3 {
    color: var(--colour-3);
  }
  .colour-4 {
    color: var(--colour-4);
  }
  .colour-5 {
    color: var(--colour-5);
  }
  .colour-6 {
    color: var(--colour-6);
  }
  .colour-7 {
    color: var(--colour-7);
  }
`;

export const chips = css`
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 4px;
    padding: 0 7px;
    border: 1px solid var(--line);
    border-radius: 999px;
    color: var(--muted);
    font-size: 0.8em;
    line-height: 1.6;
    white-space: nowrap;
  }
  .count {
    min-width: 1.6em;
    padding: 0 0.45em;
    border: 1px solid transparent;
    border-radius: 999px;
    background: var(--accent);
    color: var(--bg);
    font-size: 0.8em;
    font-weight: 700;
    line-height: 1.55;
    text-align: center;
  }
  .count.waiting {
    background: var(--wait-line);
    color: var(--on-wait);
  }
  @media (forced-colors: active) {
    .count,
    .count.waiting {
      border-color: CanvasText;
      background: Canvas;
      color: CanvasText;
    }
  }
`;
