// The look of the bar at the top.
import { css } from "lit";

export const topBarStyles = css`
  :host {
    flex: none;
    container-type: inline-size;
  }
  header {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 44px;
    padding: 4px 12px;
    border-bottom: 1px solid var(--line);
    background: var(--side);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    font-size: 1.05em;
    font-weight: 650;
  }
  .brand .logo {
    flex: none;
    width: 22px;
    height: 22px;
    color: var(--accent);
  }
  .workspace {
    min-width: 0;
    overflow: hidden;
    color: var(--muted);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .space {
    flex: 1;
  }
  .here {
    min-width: 0;
    padding: 4px 8px;
    font-weight: 650;
  }
  .here .count {
    flex: none;
  }
  .here .text {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tab {
    flex: none;
    min-height: 30px;
    padding: 4px 8px;
  }
  .tab[aria-pressed="true"] {
    border-color: var(--line);
    background: var(--bg);
  }
  :host(:not([layout="narrow"])) .search {
    border-color: var(--line);
    background: var(--bg);
    color: var(--muted);
  }
  :host([layout="wide"]) .search {
    min-width: 180px;
    justify-content: flex-start;
  }
  :host([layout="wide"]) .search kbd {
    margin-inline-start: auto;
  }
  kbd {
    padding: 0 5px;
    border: 1px solid var(--line);
    border-radius: 4px;
    font: 0.8em/1.5 var(--mono);
  }
  .tab.waits {
    border-color: var(--wait-line);
    background: var(--wait-soft);
    color: var(--wait);
    font-weight: 600;
  }
  .strip {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    padding: 6px 12px;
    border: 0;
    border-bottom: 1px solid var(--wait-line);
    background: var(--wait-soft);
    color: var(--wait);
    text-align: start;
  }
  .strip .text {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .strip .go {
    flex: none;
    font-weight: 600;
    text-decoration: underline;
  }
  :host([layout="narrow"]) header {
    gap: 2px;
    min-height: 38px;
    padding: 3px 6px;
  }
  @media (forced-colors: active) {
    .tab[aria-pressed="true"] {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
  @container (max-width: 260px) {
    /* The channel's name needs the room: that others have something new is a dot. */
    .here .count {
      width: 8px;
      min-width: 0;
      height: 8px;
      padding: 0;
      font-size: 0;
    }
    .tab {
      padding-inline: 5px;
    }
  }
`;
