// Finding what was said: one search at a time, page by page. An answer to an earlier one belongs to nobody.
import type { Connection } from "#protocol/connection";
import { searching, withFound } from "../state/found";
import type { Store } from "../store";
import { sentenceOf } from "../store";

const PAGE = 20;

export class Searching {
  #asking = 0;

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  /** Look for `query`; nothing to look for leaves nothing found. */
  search(query: string): void {
    const wanted = query.trim();
    this.#asking += 1;
    this.store.update({ found: wanted === "" ? undefined : searching(wanted) });
    if (wanted !== "") this.#page(wanted, undefined);
  }

  /** Older results of the same search. */
  more(): void {
    const { found } = this.store.shown;
    const last = found?.messages.at(-1);
    if (found === undefined || last === undefined || found.isLoading || !found.more) return;
    this.store.update({ found: { ...found, isLoading: true, error: undefined } });
    this.#page(found.query, last.id);
  }

  #page(query: string, before: number | undefined): void {
    const asking = this.#asking;
    const older = before === undefined ? {} : { before_id: before };
    this.connection.call("search", { query, limit: PAGE, ...older }).then(
      (page) => {
        const { found } = this.store.shown;
        if (asking === this.#asking && found) this.store.update({ found: withFound(found, page) });
      },
      (error: unknown) => {
        const { found } = this.store.shown;
        if (asking !== this.#asking || !found) return;
        this.store.update({ found: { ...found, isLoading: false, error: sentenceOf(error) } });
      },
    );
  }
}
