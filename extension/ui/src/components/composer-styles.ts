// The look of the composer.
import { css } from "lit";

export const composerStyles = css`
  :host {
    flex: none;
    padding: 0 16px 8px;
    container-type: inline-size;
  }
  form {
    position: relative;
  }
  .box {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    border: 1px solid var(--field-line);
    border-radius: 10px;
    background: var(--field);
  }
  .box:focus-within {
    border-color: var(--focus);
    box-shadow: 0 0 0 1px var(--focus);
  }
  textarea,
  textarea:focus-visible {
    flex: 1;
    min-width: 0;
    padding: 9px 4px;
    border: 0;
    outline: none;
    background: none;
    line-height: 1.45;
    scrollbar-width: thin;
  }
  textarea::placeholder {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .uploads {
    flex: 1 1 100%;
  }
  .attach {
    flex: none;
    margin: 4px 0 4px 4px;
    padding: 7px;
    color: var(--muted);
  }
  .send {
    flex: none;
    margin: 4px;
    padding: 7px;
    border-radius: 8px;
    background: var(--accent);
    color: var(--bg);
  }
  .send:hover:enabled {
    background: color-mix(in srgb, var(--accent) 85%, var(--text));
  }
  .send:disabled {
    background: none;
    color: var(--muted);
  }
  .under {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    min-height: 1.6em;
    padding: 4px 4px 0;
  }
  .wakes {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .hint {
    margin-inline-start: auto;
    white-space: nowrap;
  }
  @container (max-width: 520px) {
    .hint {
      display: none;
    }
    .under {
      min-height: 0;
    }
  }
  @media (hover: none) {
    .hint {
      display: none;
    }
  }
  #offers {
    position: absolute;
    z-index: 5;
    bottom: calc(100% + 4px);
    left: 0;
    min-width: min(240px, 100%);
    max-width: 100%;
    margin: 0;
    padding: 4px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--raised);
    box-shadow: 0 4px 16px var(--shadow);
    list-style: none;
  }
  #offers[hidden] {
    display: none;
  }
  #offers li {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 16px;
    padding: 4px 8px;
    border-radius: 5px;
    cursor: pointer;
  }
  #offers .name {
    min-width: 0;
  }
  #offers .small {
    flex: none;
  }
  #offers li[aria-selected="true"] {
    background: var(--accent-soft);
    outline: 1px solid var(--focus);
    outline-offset: -1px;
  }
  .readonly {
    padding: 8px 4px;
  }
  @media (forced-colors: active) {
    .send {
      border: 1px solid ButtonBorder;
      background: ButtonFace;
      color: ButtonText;
    }
  }
`;
