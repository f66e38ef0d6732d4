// The look of the message list.
import { css } from "lit";

export const messagesStyles = css`
  :host {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  .scroller {
    position: absolute;
    inset: 0;
    display: flex;
    flex-direction: column;
    overflow-x: hidden;
    /* The list holds its place itself, also where browsers don't. */
    overflow-anchor: none;
    container-type: inline-size;
  }
  /* A short conversation stands above the composer, not under the heading. */
  .scroller::before {
    content: "";
    flex: 1;
  }
  .rows,
  .outgoing {
    flex: none;
    padding: 0 8px;
  }
  .outgoing {
    padding-bottom: 10px;
  }
  .note {
    flex: none;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 12px;
    padding: 14px;
  }
  .empty {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: 4px;
    padding: 24px;
    text-align: center;
  }
  .empty .icon {
    width: 32px;
    height: 32px;
    margin-bottom: 6px;
    color: var(--muted);
    stroke-width: 1;
  }
  .line {
    display: flex;
    align-items: center;
    gap: 12px;
    margin: 12px 8px 6px;
    color: var(--muted);
    font-size: 0.85em;
    font-weight: 600;
  }
  .line::before,
  .line::after {
    content: "";
    flex: 1;
    height: 1px;
    background: var(--line);
  }
  .line.unread {
    color: var(--bad);
  }
  .line.unread::before,
  .line.unread::after {
    background: var(--bad);
    opacity: 0.5;
  }
  .line.unread::before {
    flex: 1 1 100%;
  }
  .line.unread::after {
    flex: 0 0 0;
  }
  .happened {
    padding: 3px 16px 3px 58px;
    border-radius: 6px;
  }
  .fold {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 8px;
    align-items: center;
    width: 100%;
    max-width: 84ch;
    padding: 4px 10px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: none;
    text-align: start;
  }
  .fold:hover {
    border-color: var(--muted);
  }
  .fold > .icon {
    color: var(--muted);
  }
  .about {
    display: flex;
    align-items: baseline;
    gap: 5px;
    min-width: 0;
    white-space: nowrap;
  }
  .subject {
    overflow: hidden;
    text-overflow: ellipsis;
    font-weight: 500;
    font-size: 0.92em;
  }
  .snippet {
    grid-column: 2;
    display: flex;
    align-items: baseline;
    gap: 8px;
    min-width: 0;
  }
  .snippet .name {
    flex: none;
    max-width: min(18ch, 40cqi);
  }
  .snippet .line {
    display: block;
    flex: 1;
    min-width: 0;
    margin: 0;
    overflow: hidden;
    color: inherit;
    font-size: inherit;
    font-weight: inherit;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .snippet .line::before,
  .snippet .line::after {
    content: none;
  }
  .snippet .when {
    flex: none;
  }
  .newest {
    position: absolute;
    z-index: 3;
    bottom: 12px;
    left: 50%;
    border-radius: 999px;
    box-shadow: 0 2px 10px var(--shadow);
    transform: translateX(-50%);
  }
  .flash {
    animation: flash 2s ease-out;
  }
  @keyframes flash {
    from {
      background: var(--tag);
    }
  }
  .pending {
    display: flex;
    gap: 10px;
    padding: 4px 16px;
  }
  .pending .picture {
    opacity: 0.5;
  }
  .pending .said {
    flex: 1;
    min-width: 0;
    max-width: 84ch;
    overflow-wrap: anywhere;
  }
  .pending .words {
    opacity: 0.65;
    white-space: pre-wrap;
  }
  .pending .refused {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
    color: var(--bad);
  }
  @container (max-width: 420px) {
    .rows,
    .outgoing {
      padding-inline: 2px;
    }
    .happened {
      padding-inline: 10px;
    }
    .pending {
      padding-inline: 10px;
    }
    .pending .picture {
      width: 22px;
      height: 22px;
    }
    .snippet .when {
      display: none;
    }
  }
  @media (prefers-reduced-motion: reduce), (forced-colors: active) {
    .flash {
      animation: none;
      outline: 2px solid var(--focus);
    }
  }
`;
