// The look of small forms in panels, and of what they hand out once.
import { css } from "lit";

export const formStyles = css`
  form {
    display: flex;
    flex-direction: column;
    gap: 4px;
    margin-bottom: 10px;
    padding: 10px 12px;
    border: 1px solid var(--line);
    border-radius: 8px;
  }
  label,
  fieldset {
    margin-top: 4px;
  }
  fieldset {
    min-width: 0;
    padding: 6px 10px;
    border: 1px solid var(--line);
    border-radius: 6px;
  }
  /* However many channels there are, what to press stays near. */
  .choices {
    max-height: 200px;
    overflow-x: hidden;
  }
  .check {
    display: flex;
    align-items: center;
    gap: 6px;
    margin: 2px 0;
    overflow-wrap: anywhere;
  }
  .check input {
    flex: none;
    width: auto;
  }
  select {
    width: 100%;
    min-height: 30px;
    padding: 4px 6px;
    border: 1px solid var(--field-line);
    border-radius: 6px;
    background: var(--field);
    color: inherit;
    font: inherit;
  }
  .with-button {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .with-button input {
    flex: 1 1 21ch;
    min-width: 0;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin-top: 8px;
  }
  .refusal {
    margin: 4px 0 0;
    color: var(--bad);
    overflow-wrap: anywhere;
  }
  .weak {
    color: var(--wait);
  }
  .once {
    margin-bottom: 10px;
    padding: 10px 12px;
    border: 1px solid var(--good);
    border-radius: 8px;
  }
  .once h3 {
    font-size: 1em;
    font-weight: 650;
  }
  .once p {
    margin-top: 4px;
  }
  .handed {
    max-height: 220px;
    margin: 8px 0 0;
    padding: 8px;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--side);
    font: 0.9em var(--mono, monospace);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    user-select: all;
  }
`;
