// What only some may do: decide approvals, direct agents, open channels, remove a text.
import type { Connection } from "#protocol/connection";
import { CallRefused } from "#protocol/connection";
import type { ApprovalView } from "#protocol/types.gen";
import type { Store } from "../store";
import { sentenceOf } from "../store";
import { WHOLE } from "./reading";

export type Direction = "wake" | "pause" | "resume";

const DIRECTED: Readonly<Record<Direction, string>> = {
  wake: "is being woken.",
  pause: "is paused.",
  resume: "goes on.",
};

export class Directing {
  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  /** The decision names the digest of what stood on the screen. Resolves with why it was refused, if it was. */
  async approve(approval: ApprovalView, comment: string): Promise<string | undefined> {
    return this.#decide(approval, () =>
      this.connection.call("approve", { post_id: approval.id, comment, digest: approval.digest }),
    );
  }

  async deny(approval: ApprovalView, reason: string): Promise<string | undefined> {
    return this.#decide(approval, () =>
      this.connection.call("deny", { post_id: approval.id, reason, digest: approval.digest }),
    );
  }

  direct(agent: string, direction: Direction): void {
    this.connection.call(direction, { agent }).then(
      () => {
        this.store.say(`${agent} ${DIRECTED[direction]}`);
      },
      (error: unknown) => {
        this.store.fail(error);
      },
    );
  }

  follow(channel: string): void {
    this.#do(this.connection.call("subscribe", { channel }));
  }

  /** Resolves with why it was refused, if it was. */
  async openChannel(channel: string, description: string): Promise<string | undefined> {
    try {
      await this.connection.call("create_channel", { channel, description });
      return undefined;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  /** Remove a message's text for good. */
  redact(message: number): void {
    this.#do(this.connection.call("redact", { message_id: message }));
  }

  async #decide(approval: ApprovalView, ask: () => Promise<unknown>): Promise<string | undefined> {
    try {
      await ask();
      return undefined;
    } catch (error) {
      if (error instanceof CallRefused && ["DIGEST_MISMATCH", "ALREADY_DECIDED"].includes(error.code)) {
        await this.#lookAgain(approval.id);
      }
      return sentenceOf(error);
    }
  }

  async #lookAgain(id: number): Promise<void> {
    const { approval } = await this.connection.call("get_post", {
      post_id: id,
      max_tokens: WHOLE.max_tokens,
    });
    if (!approval) return;
    this.store.update({ approvals: new Map(this.store.shown.approvals).set(id, approval) });
  }

  #do(asked: Promise<unknown>): void {
    asked.catch((error: unknown) => {
      this.store.fail(error);
    });
  }
}
