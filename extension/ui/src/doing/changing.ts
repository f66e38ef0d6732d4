// What a person does with a message that was said: keep it in sight, say that it is done, how it ended, or say it anew.
// What changed comes back as an event, here as for everybody else.
import type { Connection } from "#protocol/connection";
import type { MessageView, Wording } from "#protocol/types.gen";
import { wordingsOf } from "#protocol/whole";
import type { Store } from "../store";
import { sentenceOf } from "../store";

export class Changing {
  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  pin(message: MessageView): void {
    const params = { post_id: message.id };
    this.#do(
      message.pinned ? this.connection.call("unpin_post", params) : this.connection.call("pin_post", params),
    );
  }

  resolve(message: MessageView): void {
    const params = { message_id: message.id };
    this.#do(
      message.resolved
        ? this.connection.call("unresolve_message", params)
        : this.connection.call("resolve_message", params),
    );
  }

  /** Resolves with why it was refused, if it was. */
  close(message: MessageView, resolution: string): Promise<string | undefined> {
    return refusalOf(this.connection.call("close_post", { post_id: message.id, resolution }));
  }

  /** Resolves with why it was refused, if it was. A title that stays the same is not sent. */
  async edit(message: MessageView, body: string, title: string): Promise<string | undefined> {
    const isSame = body === message.body && title === (message.title ?? "");
    if (isSame) return undefined;
    const renamed = message.title === null || title === message.title ? {} : { title };
    return refusalOf(this.connection.call("edit_message", { message_id: message.id, body, ...renamed }));
  }

  /** What the message said before it said what it says now, oldest first. */
  async formerWordings(message: number): Promise<readonly Wording[]> {
    return (await wordingsOf(this.connection, message)).slice(0, -1);
  }

  #do(asked: Promise<unknown>): void {
    asked.catch((error: unknown) => {
      this.store.fail(error);
    });
  }
}

/** Why it was refused; undefined when it was not. */
export async function refusalOf(asked: Promise<unknown>): Promise<string | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}
