// Which paths are files of the workspace: asked for together, and remembered when they are.
const ASKED_MAX = 200;

export class KnownFiles {
  readonly #there = new Set<string>();
  #asking: Promise<ReadonlySet<string>> | undefined;
  #paths = new Set<string>();

  constructor(private readonly find: (paths: readonly string[]) => Promise<ReadonlySet<string>>) {}

  /** A file that is not there is asked for again the next time: it may have been made since. */
  async has(path: string): Promise<boolean> {
    if (this.#there.has(path)) return true;
    if (this.#paths.size >= ASKED_MAX) this.#asking = undefined;
    if (this.#asking === undefined) {
      const paths = new Set<string>();
      this.#paths = paths;
      // All that is asked for while the page draws itself is one question.
      this.#asking = Promise.resolve().then(() => {
        if (this.#paths === paths) this.#asking = undefined;
        return this.find([...paths]);
      });
    }
    this.#paths.add(path);
    const isThere = (await this.#asking).has(path);
    if (isThere) this.#there.add(path);
    return isThere;
  }
}
