// A sidecar process without a process: answers when it is told to, and dies when it is told to.
import type { Ending, Hear, SidecarProcess } from "../src/sidecar/process";
import { ConnectionLost } from "../src/sidecar/loss";
import { Sidecar, type Launch } from "../src/sidecar/sidecar";

interface Asked {
  method: string;
  params: unknown;
  answer: (result: unknown) => void;
  refuse: (error: unknown) => void;
}

export class FakeProcess implements SidecarProcess {
  readonly asked: Asked[] = [];
  endedHow: "forget" | "insist" | undefined;
  readonly ended: Promise<Ending>;
  #die: (ending: Ending) => void = () => undefined;

  constructor(readonly hear: Hear) {
    this.ended = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  request(method: string, params: unknown): Promise<unknown> {
    return new Promise((answer, refuse) => {
      this.asked.push({ method, params, answer, refuse });
    });
  }

  end(how: "forget" | "insist"): Promise<void> {
    this.endedHow = how;
    return Promise.resolve();
  }

  /** The process is gone, and with it every answer. */
  async die(because: string): Promise<void> {
    for (const { refuse } of this.asked) refuse(new ConnectionLost("gone"));
    this.#die({ because });
    await settled();
  }

  /** The request with this method that was made last. */
  last(method: string): Asked {
    const found = this.asked.findLast((one) => one.method === `chatbox/${method}`);
    if (found === undefined) throw new Error(`${method} was not asked for`);
    return found;
  }

  times(method: string): number {
    return this.asked.filter((one) => one.method === `chatbox/${method}`).length;
  }
}

export interface Fake {
  sidecar: Sidecar;
  processes: FakeProcess[];
  /** What the next launches lead to, instead of a process. */
  failures: Launch[];
  log: string[];
  current: () => FakeProcess;
}

export function fakeSidecar(): Fake {
  const processes: FakeProcess[] = [];
  const failures: Launch[] = [];
  const log: string[] = [];
  const sidecar = new Sidecar({
    launch: (hear) => {
      const failure = failures.shift();
      if (failure !== undefined) return Promise.resolve(failure);
      const process = new FakeProcess(hear);
      processes.push(process);
      return Promise.resolve({ kind: "launched", process });
    },
    log: (line) => {
      log.push(line);
    },
  });
  const current = (): FakeProcess => {
    const process = processes.at(-1);
    if (process === undefined) throw new Error("no process was started");
    return process;
  };
  return { sidecar, processes, failures, log, current };
}

/** Lets everything that is ready to go on, go on. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}
