// Calls that wait for their answer. They outlive the connection they were made on: whoever owns this sends them again.
import type { BridgeError, BridgeMethod } from "./bridge";
import { CallRefused, UNAVAILABLE } from "./connection";

export interface PendingCall {
  readonly id: number;
  readonly method: BridgeMethod;
  readonly params: Record<string, unknown>;
  resolve(result: unknown): void;
  reject(error: CallRefused): void;
}

/** More than this many calls without an answer means that nobody answers. */
export const PENDING_MAX = 500;

export class PendingCalls {
  readonly #waiting = new Map<number, PendingCall>();
  #lastId = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** In the order they were made. */
  all(): readonly PendingCall[] {
    return [...this.#waiting.values()];
  }

  /** Note a call; `send` may carry it out at once. */
  add(
    method: BridgeMethod,
    params: Record<string, unknown>,
    send: (call: PendingCall) => void,
  ): Promise<unknown> {
    if (this.#waiting.size >= PENDING_MAX) {
      return Promise.reject(new CallRefused(UNAVAILABLE, "Too much waits for an answer. Try again later."));
    }
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      const call: PendingCall = { id: this.#lastId, method, params, resolve, reject };
      this.#waiting.set(call.id, call);
      send(call);
    });
  }

  /** An answer that nobody waits for (any more) is dropped. */
  settle(id: number, answer: { result: unknown } | { error: BridgeError }): void {
    const call = this.#waiting.get(id);
    if (call === undefined) return;
    this.#waiting.delete(id);
    if ("error" in answer) call.reject(new CallRefused(answer.error.code, answer.error.message));
    else call.resolve(answer.result);
  }
}
