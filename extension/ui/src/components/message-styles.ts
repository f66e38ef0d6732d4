// The look of a message row.
import { css } from "lit";

export const messageStyles = css`
  :host {
    padding: 6px 16px;
    border-radius: 6px;
  }
  :host([continued]) {
    padding-top: 1px;
  }
  :host(:hover) {
    background: var(--hover);
  }
  .row {
    position: relative;
    display: flex;
    gap: 10px;
  }
  .gutter {
    flex: none;
    width: 32px;
    padding-top: 2px;
  }
  .hover-time {
    display: block;
    font-size: 0.72em;
    line-height: 2;
    opacity: 0;
    white-space: nowrap;
  }
  :host(:hover) .hover-time,
  :host(:focus) .hover-time {
    opacity: 1;
  }
  .content {
    flex: 1;
    min-width: 0;
    max-width: 84ch;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 8px;
  }
  .title {
    margin: 1px 0 3px;
    font-size: 1.08em;
    font-weight: 650;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  .removed {
    font-style: italic;
  }
  .folded {
    max-height: 30em;
    overflow: hidden;
    mask-image: linear-gradient(#000 calc(100% - 4em), transparent);
  }
  .asks {
    margin-top: 8px;
  }
  .thread {
    display: flex;
    flex-direction: column;
    gap: 2px;
    width: fit-content;
    max-width: 100%;
    margin-top: 6px;
    padding: 4px 10px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--bg);
    text-align: start;
  }
  .thread:hover {
    border-color: var(--muted);
  }
  .more {
    color: var(--accent);
    font-weight: 500;
    font-size: 0.9em;
  }
  .snippet {
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
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .snippet .when {
    flex: none;
  }
  .tools {
    position: absolute;
    z-index: 2;
    top: -14px;
    right: 0;
    display: flex;
    align-items: center;
    gap: 2px;
    padding: 1px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
    box-shadow: 0 1px 4px var(--shadow);
    opacity: 0;
    pointer-events: none;
  }
  :host(:hover) .tools,
  .tools:focus-within,
  .tools.asking {
    opacity: 1;
    pointer-events: auto;
  }
  .tools.asking {
    gap: 8px;
    padding: 4px 4px 4px 10px;
  }
  @media (hover: none) {
    :host(:hover) .tools {
      opacity: 0;
      pointer-events: none;
    }
    :host(:focus) .tools,
    :host(:focus-within) .tools {
      opacity: 1;
      pointer-events: auto;
    }
  }
  @container (max-width: 420px) {
    :host {
      padding-inline: 10px;
    }
    .gutter {
      width: 22px;
    }
    .picture {
      width: 22px;
      height: 22px;
    }
    .row {
      gap: 8px;
    }
    .hover-time {
      display: none;
    }
    .snippet {
      gap: 6px;
    }
    .snippet .when {
      display: none;
    }
  }
`;
