// Requests that wait for the sidecar. One whose answer was lost with a sidecar is sent again to the next: reads change
// nothing, and writes carry a client key under which they happen once.
import type { BridgeError, BridgeMethod } from "#protocol/bridge";
import { PendingCalls, type PendingCall } from "#protocol/calls";
import { refusalOf, UNAVAILABLE } from "#protocol/connection";
import { ConnectionLost } from "./loss";

/** A long-poll takes 45 s, so after this time without an answer none will come. */
const ANSWER_MS_MAX = 90_000;
const LATE: BridgeError = {
  code: "UNKNOWN_OUTCOME",
  message: "The sidecar did not answer in time; it may still do what was asked.",
};

export type Send = (method: string, params: unknown) => Promise<unknown>;

export class Requests {
  readonly #calls = new PendingCalls();
  #send: Send | undefined;

  /** Asks the sidecar, or waits until there is one. Rejects with `CallRefused`. */
  async ask(method: BridgeMethod, params: Record<string, unknown>): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await this.#calls.add(method, params, (call) => {
        timer = setTimeout(() => {
          this.#calls.settle(call.id, { error: LATE });
        }, ANSWER_MS_MAX);
        this.#hand(call);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** From now on this sidecar answers: also what waited, and what the former one left unanswered. */
  attach(send: Send): void {
    this.#send = send;
    for (const call of this.#calls.all()) this.#hand(call);
  }

  /** The sidecar has gone; what it left unanswered waits for the next. */
  detach(): void {
    this.#send = undefined;
  }

  /** Nobody will answer. */
  refuseAll(message: string): void {
    for (const { id } of this.#calls.all()) this.#calls.settle(id, { error: { code: UNAVAILABLE, message } });
  }

  #hand(call: PendingCall): void {
    this.#send?.(`chatbox/${call.method}`, call.params).then(
      (result) => {
        this.#calls.settle(call.id, { result });
      },
      (error: unknown) => {
        // The next sidecar gets it.
        if (!(error instanceof ConnectionLost)) this.#calls.settle(call.id, { error: refusalOf(error) });
      },
    );
  }
}
