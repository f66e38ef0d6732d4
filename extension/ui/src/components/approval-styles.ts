// An open question must be seen from afar; an answered one steps back.
import { css } from "lit";

export const approvalStyles = css`
  .card {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 10px 12px;
    border: 1px solid var(--wait-line);
    border-inline-start-width: 4px;
    border-radius: 8px;
    background: var(--wait-soft);
  }
  .card.approved,
  .card.denied {
    padding: 6px 10px;
    border-color: var(--line);
    background: none;
  }
  .card.approved {
    border-inline-start-color: var(--good);
  }
  .card.denied {
    border-inline-start-color: var(--bad);
  }
  .status {
    display: flex;
    gap: 6px;
    min-width: 0;
  }
  .status > .icon {
    margin-top: calc((1lh - 16px) / 2);
  }
  .words {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 6px;
    min-width: 0;
  }
  .open .status {
    color: var(--wait);
  }
  .approved .status > .icon,
  .approved .words > strong {
    color: var(--good);
  }
  .denied .status > .icon,
  .denied .words > strong {
    color: var(--bad);
  }
  .status .chip {
    border-color: currentColor;
    color: inherit;
  }
  .by {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  h3 {
    font-size: 1.05em;
    font-weight: 650;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  .asked {
    overflow-wrap: anywhere;
  }
  .body {
    max-height: 14em;
    padding: 6px 8px;
    border-radius: 6px;
    background: var(--bg);
    overflow: auto;
    scrollbar-width: thin;
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .digest {
    margin-inline-start: auto;
    font-family: var(--mono);
    font-size: 0.78em;
  }
  .denial {
    display: flex;
    flex-direction: column;
    gap: 6px;
  }
  .reason {
    margin: 0;
    padding-inline-start: 10px;
    border-inline-start: 3px solid var(--line);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
  .refusal {
    color: var(--bad);
  }
`;
