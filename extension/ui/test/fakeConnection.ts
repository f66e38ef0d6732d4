// A connection without a server: the test says what it answers, and when something happens.
import type { OperationName } from "#protocol/bridge";
import type { Connection, ConnectionStatus, ParamsOf, ResultOf, Stop } from "#protocol/connection";
import { CallRefused } from "#protocol/connection";
import { Standing } from "#protocol/standing";
import type { Events } from "#protocol/types.gen";

export interface Asked {
  readonly operation: OperationName;
  readonly params: Record<string, unknown>;
}

type Answer<O extends OperationName> = (params: ParamsOf<O>) => ResultOf<O> | Promise<ResultOf<O>>;
type Answers = { [O in OperationName]?: Answer<O> };

export class FakeConnection implements Connection {
  readonly asked: Asked[] = [];
  readonly standing = new Standing<ConnectionStatus>({ state: "connecting", message: "" });
  followedAfter: number | undefined;
  #onEvents: ((events: Events) => void) | undefined;

  constructor(readonly answers: Answers) {}

  async call<O extends OperationName>(operation: O, params: ParamsOf<O>): Promise<ResultOf<O>> {
    this.asked.push({ operation, params: { ...params } });
    const answer = this.answers[operation];
    if (answer === undefined) throw new CallRefused("NOT_FOUND", `The test answers no ${operation}.`);
    return answer(params);
  }

  follow(after: number, onEvents: (events: Events) => void): Stop {
    this.followedAfter = after;
    this.#onEvents = onEvents;
    return () => {
      this.#onEvents = undefined;
    };
  }

  onStatus(listener: (status: ConnectionStatus) => void): Stop {
    return this.standing.watch(listener);
  }

  happen(events: Events): void {
    this.#onEvents?.(events);
  }

  connect(): void {
    this.standing.set({ state: "connected", message: "" });
  }

  lose(): void {
    this.standing.set({ state: "reconnecting", message: "Reconnecting…" });
  }

  count(operation: OperationName): number {
    return this.asked.filter((one) => one.operation === operation).length;
  }
}

/** Everything that is under way has come to its end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
