// Where the keyboard goes when what had it is drawn away: never nowhere, which would be the top of the page.
import type { LitElement } from "lit";

/** To what `selector` finds, once `host` has drawn itself. */
export function focusSoon(host: LitElement, selector: string): void {
  void host.updateComplete.then(() => {
    host.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  });
}

/** Whether nothing has it: whoever went elsewhere meanwhile must not be fetched back. */
export const isFocusLost = (): boolean =>
  document.activeElement === null || document.activeElement === document.body;
