// Letting people in, and letting them go. Who is here comes back as an answer: an event only says that it changed.
import type { Connection } from "#protocol/connection";
import type { InviteParams, InviteResult } from "#protocol/types.gen";
import type { Store } from "../store";
import { sentenceOf } from "../store";
import { refusalOf } from "./changing";

export type Invited = { readonly invitation: InviteResult } | { readonly refusal: string };

export class Inviting {
  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  async invite(params: InviteParams): Promise<Invited> {
    try {
      const invitation = await this.connection.call("invite", params);
      await this.#look();
      return { invitation };
    } catch (error) {
      return { refusal: sentenceOf(error) };
    }
  }

  /** Resolves with why it was refused, if it was. */
  async dismiss(name: string): Promise<string | undefined> {
    const refusal = await refusalOf(this.connection.call("dismiss", { name }));
    await this.#look();
    return refusal;
  }

  async #look(): Promise<void> {
    const { participants } = await this.connection.call("participants", {});
    this.store.update({ participants });
  }
}
