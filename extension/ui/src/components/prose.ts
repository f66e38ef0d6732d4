// How rendered Markdown looks, wherever it stands.
import { css } from "lit";

export const prose = css`
  .prose {
    overflow-wrap: anywhere;
  }
  .prose > :first-child {
    margin-top: 0;
  }
  .prose > :last-child {
    margin-bottom: 0;
  }
  .prose p {
    margin: 0 0 6px;
  }
  .prose .heading {
    margin: 10px 0 4px;
    font-weight: 650;
  }
  .prose .heading.h1 {
    font-size: 1.2em;
  }
  .prose .heading.h2 {
    font-size: 1.1em;
  }
  .prose ul,
  .prose ol {
    margin: 4px 0 6px;
    padding-inline-start: 22px;
  }
  .prose li {
    margin: 1px 0;
  }
  .prose .task {
    list-style: none;
  }
  .prose .box {
    margin-inline: -1.35em 0.35em;
  }
  .prose code {
    padding: 0.1em 0.35em;
    border-radius: 4px;
    background: var(--code);
    font: 0.9em var(--mono);
  }
  .prose .raw {
    font-family: var(--mono);
    font-size: 0.9em;
    white-space: pre-wrap;
  }
  .prose blockquote {
    margin: 6px 0;
    padding: 0 0 0 10px;
    border-inline-start: 3px solid var(--line);
    color: var(--muted);
  }
  .prose hr {
    height: 1px;
    margin: 10px 0;
    border: 0;
    background: var(--line);
  }
  .prose a {
    color: var(--accent);
  }
  .prose .reference {
    padding: 0;
    border: 0;
    border-radius: 3px;
    background: none;
    color: var(--accent);
    cursor: pointer;
    font: inherit;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .prose .reference:hover {
    text-decoration: underline;
  }
  .prose .reference code {
    color: inherit;
  }
  .prose .mention {
    padding: 0 0.25em;
    border-radius: 4px;
    background: color-mix(in srgb, var(--accent) 11%, transparent);
  }
  .prose .table {
    max-width: 100%;
    margin: 6px 0;
    overflow-x: auto;
  }
  .prose table {
    border-collapse: collapse;
    /* A long word makes its table wider, which scrolls; it must not squeeze the other columns to letters. */
    overflow-wrap: break-word;
  }
  .prose th,
  .prose td {
    padding: 3px 10px;
    border: 1px solid var(--line);
    text-align: start;
  }
  .prose .right {
    text-align: end;
  }
  .prose .center {
    text-align: center;
  }
`;
