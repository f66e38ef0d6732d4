// The look of the search.
import { css } from "lit";

export const searchStyles = css`
  :host {
    padding: 0 12px 12px;
  }
  .hints {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-top: 8px;
  }
  .hint {
    min-height: 24px;
    background: none;
    font-family: var(--mono);
  }
  .hint:hover {
    border-color: var(--muted);
    color: var(--text);
  }
  .refusal {
    margin-top: 10px;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  .count-line {
    min-height: 1.5em;
    margin-top: 10px;
  }
  .results {
    margin: 2px -6px 0;
    padding: 0;
    list-style: none;
  }
  .results li + li {
    border-top: 1px solid var(--line);
  }
  .result {
    display: block;
    width: 100%;
    padding: 8px 6px;
    border: 0;
    border-radius: 6px;
    background: none;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .result:hover {
    background: var(--hover);
  }
  .result .head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 8px;
  }
  .result strong {
    display: block;
    font-weight: 600;
  }
  .result .text {
    display: -webkit-box;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }
  mark {
    border-radius: 2px;
    background: var(--tag);
    color: inherit;
    font-weight: 650;
  }
  .older {
    width: 100%;
    margin-top: 8px;
  }
  @media (forced-colors: active) {
    mark {
      background: Mark;
      color: MarkText;
    }
  }
`;
