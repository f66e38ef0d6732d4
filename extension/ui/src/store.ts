// Holds what is shown and tells whoever renders it. The only mutable place of the page's state.
import type { Stop } from "#protocol/connection";
import type { Shown } from "./state/shown";
import { NOTHING_SHOWN } from "./state/shown";

export class Store {
  readonly #listeners = new Set<() => void>();
  #shown = NOTHING_SHOWN;

  get shown(): Shown {
    return this.#shown;
  }

  update(fields: Partial<Shown>): void {
    this.replace({ ...this.#shown, ...fields });
  }

  replace(shown: Shown): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const listener of [...this.#listeners]) listener();
  }

  watch(listener: () => void): Stop {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Say something at the foot of the page; it goes when the next one comes or it is closed. */
  say(text: string, isError = false): void {
    this.update({ notice: { text, isError } });
  }

  fail(error: unknown): void {
    this.say(sentenceOf(error), true);
  }
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : "That did not work.";
}
