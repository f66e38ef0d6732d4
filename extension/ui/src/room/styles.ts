// The look of a room's page: one column, made for a phone, readable on anything.
import { css } from "lit";

export const roomStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  header {
    flex: none;
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 48px;
    padding: 4px 12px;
    padding-top: calc(4px + env(safe-area-inset-top));
    border-bottom: 1px solid var(--line);
    background: var(--side);
  }
  header .logo {
    flex: none;
    width: 22px;
    height: 22px;
    color: var(--accent);
  }
  header h1 {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    font-size: 1.05em;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .standing {
    flex: none;
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .dot {
    width: 8px;
    height: 8px;
    border: 2px solid var(--muted);
    border-radius: 50%;
  }
  .dot.live {
    border-color: var(--good);
    background: var(--good);
  }
  .strip {
    flex: none;
    padding: 6px 12px;
    border-bottom: 1px solid var(--wait-line);
    background: var(--wait-soft);
    color: var(--wait);
  }
  main {
    flex: 1;
    min-height: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    /* The list holds its place itself, also where browsers don't. */
    overflow-anchor: none;
    padding: 8px 0;
  }
  main:focus-visible {
    outline-offset: -2px;
  }
  .messages {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .message {
    display: flex;
    gap: 10px;
    padding: 6px 12px;
  }
  .message.continued {
    padding-top: 1px;
  }
  .gutter {
    flex: none;
    width: 32px;
    padding-top: 2px;
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
  .empty,
  .earlier {
    padding: 24px 16px;
    text-align: center;
  }
  .earlier {
    padding: 4px 16px 8px;
  }
  .newer {
    position: relative;
    flex: none;
    height: 0;
    text-align: center;
  }
  .newer .button {
    position: absolute;
    bottom: 8px;
    left: 50%;
    transform: translateX(-50%);
    border-radius: 999px;
    box-shadow: 0 2px 8px var(--shadow);
  }
  footer {
    flex: none;
    padding: 8px 12px;
    padding-bottom: calc(8px + env(safe-area-inset-bottom));
    border-top: 1px solid var(--line);
    background: var(--bg);
  }
  .row {
    display: flex;
    align-items: flex-end;
    gap: 8px;
  }
  .row label {
    flex: 1;
    min-width: 0;
  }
  .row .button {
    flex: none;
    min-height: 38px;
  }
  .row input,
  .row textarea {
    min-height: 38px;
    padding-block: 8px;
  }
  textarea {
    max-height: 30vh;
    line-height: 1.45;
  }
  textarea:read-only {
    color: var(--muted);
  }
  #why-not {
    padding-top: 6px;
  }
  .as {
    display: flex;
    align-items: baseline;
    gap: 6px;
    min-width: 0;
    padding-bottom: 4px;
  }
  .as .name {
    min-width: 0;
  }
  .problem {
    padding-top: 6px;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  .door {
    display: flex;
    flex-direction: column;
    justify-content: center;
    gap: 12px;
    max-width: 360px;
    min-height: 100%;
    margin: 0 auto;
    padding: 24px 16px;
  }
  .door h1 {
    font-size: 1.4em;
    font-weight: 650;
  }
  .door .logo {
    width: 40px;
    height: 40px;
    color: var(--accent);
  }
  .door form {
    display: flex;
    flex-direction: column;
    gap: 10px;
  }
  .field {
    display: flex;
    flex-direction: column;
    gap: 4px;
  }
  .button.first {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--bg);
  }
  .button.first:hover:enabled {
    background: color-mix(in srgb, var(--accent) 85%, var(--text));
  }
  @media (pointer: coarse) {
    .button {
      min-height: 44px;
    }
    .row .button {
      min-height: 46px;
    }
    input,
    textarea,
    .row input,
    .row textarea {
      min-height: 46px;
      padding: 10px;
    }
  }
  @media (forced-colors: active) {
    .button.first {
      border-color: ButtonBorder;
      background: ButtonFace;
      color: ButtonText;
    }
  }
`;
