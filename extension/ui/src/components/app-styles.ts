// Three layouts of the same parts: wide (all at once), middle (channels beside one other), narrow (one at a time).
import { css } from "lit";

export const appStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
    background: var(--bg);
  }
  .skip {
    position: absolute;
    z-index: 10;
    top: -60px;
    left: 8px;
  }
  .skip:focus {
    top: 8px;
  }
  .status {
    flex: none;
    display: flex;
    justify-content: center;
    gap: 8px;
    padding: 5px 12px;
    border-bottom: 1px solid var(--wait-line);
    background: var(--wait-soft);
    color: var(--wait);
  }
  .status .icon {
    margin-top: calc((1lh - 16px) / 2);
  }
  /* Paths have no place to break, and are what one has to read. */
  .status span {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .panels {
    flex: 1;
    display: flex;
    min-height: 0;
  }
  .panel {
    min-width: 0;
    min-height: 0;
  }
  .panel:focus {
    outline: none;
  }
  nav.panel {
    flex: none;
    display: flex;
    flex-direction: column;
    width: 220px;
    border-inline-end: 1px solid var(--line);
    background: var(--side);
  }
  main {
    flex: 1;
    display: flex;
    flex-direction: column;
  }
  main.away {
    flex: none;
  }
  main.away > :not(h1) {
    display: none;
  }
  aside.panel {
    flex: none;
    display: flex;
    flex-direction: column;
    width: 340px;
    border-inline-start: 1px solid var(--line);
  }
  aside .part {
    flex: 0 1 auto;
    min-height: 0;
  }
  /* However many questions there are, the agents stay in sight. */
  aside .part + .part {
    flex-shrink: 0;
    max-height: 50%;
    border-top: 1px solid var(--line);
  }
  :host([layout="middle"]) nav.panel {
    width: 180px;
  }
  :host(:not([layout="wide"])) aside.panel {
    flex: 1;
    width: auto;
    border: 0;
  }
  :host([layout="narrow"]) nav.panel {
    flex: 1;
    width: auto;
    border: 0;
    background: none;
  }
  :host([layout="narrow"]) cb-composer {
    padding-inline: 8px;
  }
  /* However many channels there are, the ways elsewhere stay in sight. */
  nav cb-channels {
    flex: 0 1 auto;
    min-height: 0;
  }
  .ways {
    flex: none;
    display: flex;
    flex-direction: column;
    padding-block: 6px 8px;
    border-top: 1px solid var(--line);
  }
  .way {
    justify-content: flex-start;
    width: calc(100% - 16px);
    min-height: 30px;
    margin: 0 8px 2px;
    padding: 4px 8px;
  }
  .way[aria-pressed="true"] {
    outline: 1px solid var(--selected);
    background: var(--accent-soft);
  }
  @media (forced-colors: active) {
    .way[aria-pressed="true"] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
  :host([dropping]) cb-composer,
  :host([dropping]) cb-thread {
    outline: 2px dashed var(--focus);
    outline-offset: -4px;
  }
  .heading {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 41px;
    padding: 4px 16px;
    border-bottom: 1px solid var(--line);
  }
  .heading h1 {
    flex: none;
    max-width: 60%;
    overflow: hidden;
    font-size: 1.05em;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .heading .about {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    color: var(--muted);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .notice {
    position: fixed;
    z-index: 9;
    bottom: 84px;
    left: 50%;
    display: flex;
    align-items: center;
    gap: 8px;
    max-width: min(92vw, 560px);
    padding: 6px 6px 6px 14px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
    box-shadow: 0 4px 16px var(--shadow);
    overflow-wrap: anywhere;
    transform: translateX(-50%);
  }
  .notice.error {
    border-color: var(--bad);
  }
  .door {
    display: block;
    flex: none;
    margin: auto;
    max-width: 460px;
    padding: 32px 24px;
  }
  .door .logo {
    width: 44px;
    height: 44px;
    margin-bottom: 12px;
    color: var(--accent);
  }
  .door h1 {
    margin-bottom: 8px;
    font-size: 1.35em;
    font-weight: 650;
  }
  .door p {
    margin: 0 0 12px;
  }
`;
