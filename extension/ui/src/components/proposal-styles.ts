// The look of something that is put to the vote.
import { css } from "lit";

export const proposalStyles = css`
  .card {
    display: flex;
    flex-direction: column;
    gap: 8px;
    max-width: 84ch;
    padding: 10px 12px;
    border: 1px solid var(--line);
    border-inline-start: 3px solid var(--accent);
    border-radius: 8px;
    background: var(--bg);
  }
  .card.accepted {
    border-inline-start-color: var(--good);
  }
  .card.rejected {
    border-inline-start-color: var(--bad);
  }
  .card.replaced {
    border-inline-start-color: var(--muted);
  }
  .status {
    display: flex;
    gap: 8px;
  }
  .status > .icon {
    margin-top: calc((1lh - 16px) / 2);
    color: var(--accent);
  }
  .accepted .status > .icon {
    color: var(--good);
  }
  .rejected .status > .icon {
    color: var(--bad);
  }
  .replaced .status > .icon {
    color: var(--muted);
  }
  h3 {
    font-weight: 650;
    overflow-wrap: anywhere;
  }
  .asked {
    margin-top: -6px;
  }
  .body {
    max-height: 12em;
  }
  .votes {
    display: flex;
    flex-direction: column;
    gap: 2px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .votes li {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 6px;
  }
  .votes .icon {
    align-self: flex-start;
    margin-top: calc((1lh - 16px) / 2);
    color: var(--muted);
  }
  .votes .for .icon {
    color: var(--good);
  }
  .votes .against .icon {
    color: var(--bad);
  }
  .choice {
    min-width: 4.2em;
  }
  .tally {
    min-width: 1.2em;
    font-variant-numeric: tabular-nums;
    font-weight: 650;
  }
  .voters {
    display: flex;
    flex-wrap: wrap;
    gap: 0 10px;
    min-width: 0;
  }
  .links {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
  }
  .links:empty {
    display: none;
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .answers [aria-pressed="true"] {
    border-color: var(--accent);
  }
`;
