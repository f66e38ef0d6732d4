// Decisions among equals: putting something to the vote, voting with a reason, and what was decided.
import type { Connection } from "#protocol/connection";
import type { MessageView, ProposeParams, VoteView } from "#protocol/types.gen";
import { proposals } from "#protocol/whole";
import type { Store } from "../store";
import { refusalOf } from "./changing";

export class Voting {
  #isLoading = false;

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  /** What stands and what is open; from then on events tell the rest. */
  load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    Promise.all([proposals(this.connection, "standing"), proposals(this.connection, "open")])
      .then(
        ([standing, open]) => {
          const all = [...standing, ...open];
          this.store.update({ proposals: new Map(all.map((message) => [message.id, message])) });
        },
        (error: unknown) => {
          this.store.fail(error);
        },
      )
      .finally(() => {
        this.#isLoading = false;
      });
  }

  /** Resolves with why it was refused, if it was. */
  propose(proposal: ProposeParams): Promise<string | undefined> {
    return refusalOf(this.connection.call("propose", proposal));
  }

  /** Resolves with why it was refused, if it was. */
  vote(message: MessageView, choice: VoteView["choice"], reason: string): Promise<string | undefined> {
    return refusalOf(this.connection.call("vote", { post_id: message.id, choice, reason }));
  }
}
