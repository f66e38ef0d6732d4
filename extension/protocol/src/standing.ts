// A value that somebody watches: the connection's standing, and whatever else has a "now".
import type { Stop } from "./connection";

export class Standing<T> {
  readonly #listeners = new Set<(value: T) => void>();
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  /** Called at once with the value as it stands, then on every change. */
  watch(listener: (value: T) => void): Stop {
    this.#listeners.add(listener);
    listener(this.#value);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
