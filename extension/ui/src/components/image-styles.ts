// The look of a picture in a message, and of its large view.
import { css } from "lit";

export const imageStyles = css`
  :host {
    max-width: 100%;
  }
  .waiting {
    width: min(240px, 100%);
    height: 160px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--side);
  }
  .small-view {
    display: block;
    max-width: min(100%, 480px);
    padding: 0;
    overflow: hidden;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--side);
    cursor: zoom-in;
  }
  .small-view:hover {
    border-color: var(--muted);
  }
  .small-view img {
    display: block;
    min-width: 32px;
    min-height: 32px;
    max-width: 100%;
    max-height: min(320px, 60vh);
    object-fit: contain;
  }
  .failed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    padding: 6px 10px;
    border: 1px solid var(--bad-line);
    border-radius: 8px;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  dialog {
    display: flex;
    flex-direction: column;
    gap: 8px;
    max-width: 96vw;
    max-height: 96vh;
    padding: 8px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--bg);
    color: var(--text);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 60%);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 10px;
    min-width: 0;
  }
  .bar .name-of {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bar .muted {
    flex: none;
  }
  dialog img {
    align-self: center;
    min-height: 0;
    max-width: 100%;
    max-height: calc(96vh - 64px);
    object-fit: contain;
  }
`;
