// The look of the buttons beside a message and of their menu.
import { css } from "lit";

export const menuStyles = css`
  :host {
    display: flex;
    align-items: center;
    gap: 2px;
  }
  .menu {
    position: fixed;
    inset: auto;
    min-width: 180px;
    max-width: calc(100vw - 8px);
    max-height: calc(100vh - 8px);
    margin: 0;
    padding: 4px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
    color: var(--text);
    box-shadow: 0 4px 16px var(--shadow);
    pointer-events: auto;
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    min-height: 30px;
    padding: 4px 10px 4px 6px;
    border: 0;
    border-radius: 5px;
    background: none;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .menu button:hover,
  .menu button:focus {
    outline: 1px solid var(--selected);
    outline-offset: -1px;
    background: var(--hover);
  }
  .menu button:focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: -2px;
  }
  .menu .icon {
    color: var(--muted);
  }
  @media (pointer: coarse) {
    .menu button {
      min-height: 40px;
    }
  }
`;
