// The look of the panels that list people and rooms.
import { css } from "lit";

export const membersStyles = css`
  :host {
    padding: 0 12px 12px;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    padding: 6px 0;
    border-top: 1px solid var(--line);
  }
  li:first-child {
    border-top: 0;
  }
  .who {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 2px 10px;
  }
  .what {
    margin-inline-start: auto;
  }
  .role .icon {
    width: 14px;
    height: 14px;
    margin-inline-end: 4px;
    vertical-align: -2px;
  }
  .limits {
    overflow-wrap: anywhere;
  }
  .invite {
    margin-bottom: 8px;
  }
  .asking {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    margin-top: 4px;
  }
  .asking .small {
    flex: 1 1 100%;
  }
  .refusal {
    margin-bottom: 6px;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  @media (pointer: coarse) {
    .link.small {
      min-height: 32px;
    }
  }
  .lost {
    color: var(--wait);
  }
  .url {
    overflow-wrap: anywhere;
  }
  .url a {
    color: var(--accent);
  }
  .about {
    margin-bottom: 10px;
  }
`;
