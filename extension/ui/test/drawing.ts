// A component in the document of a test, drawn.
import type { LitElement } from "lit";

export async function shown(element: LitElement): Promise<ShadowRoot> {
  document.body.append(element);
  await element.updateComplete;
  const root = element.shadowRoot;
  if (root === null) throw new Error("It has drawn nothing.");
  return root;
}

export function button(root: ShadowRoot, words: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find((one) => one.textContent.includes(words));
  if (found === undefined) throw new Error(`No button says ${words}.`);
  return found;
}
