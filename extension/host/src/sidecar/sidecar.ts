// The sidecar as the rest of the host knows it: one that answers, whatever happens to its process. Starts it, starts it
// again when it dies, and says how it is.
import { randomUUID } from "node:crypto";
import { isEvents, isShape, type BridgeMethod } from "#protocol/bridge";
import {
  CallRefused,
  keyed,
  UNAVAILABLE,
  type ParamsOf,
  type ResultOf,
  type Stop,
} from "#protocol/connection";
import { Standing } from "#protocol/standing";
import type { Events, Operations } from "#protocol/types.gen";
import { afterDeath } from "./backoff";
import { isHopeless, reported, sentence, type Health } from "./health";
import type { Hear, SidecarProcess } from "./process";
import type { Tried } from "./python";
import { Requests } from "./requests";

export type Launch =
  | { kind: "launched"; process: SidecarProcess }
  | { kind: "failed"; because: string }
  | { kind: "no-python"; tried: readonly Tried[] }
  | { kind: "no-folder" };

export interface SidecarPorts {
  /** `hear` gets every notification, from the first on. */
  launch(hear: Hear): Promise<Launch>;
  log(line: string): void;
}

export class Sidecar {
  readonly #ports: SidecarPorts;
  readonly #requests = new Requests();
  readonly #standing = new Standing<Health>({ kind: "starting" });
  readonly #listeners = new Set<(events: Events) => void>();
  #process: SidecarProcess | undefined;
  #quickFailures = 0;
  #pause: NodeJS.Timeout | undefined;
  /** Counts starts: what a former process still has to say is not listened to. */
  #generation = 0;

  constructor(ports: SidecarPorts) {
    this.#ports = ports;
  }

  get health(): Health {
    return this.#standing.value;
  }

  /** Called at once with how it is, and whenever that changes. */
  onHealth(listener: (health: Health) => void): Stop {
    return this.#standing.watch(listener);
  }

  onEvents(listener: (events: Events) => void): Stop {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Asks for an operation; waits while the sidecar starts, and through its restarts. Rejects with `CallRefused`. */
  async call<O extends keyof Operations>(operation: O, params: ParamsOf<O>): Promise<ResultOf<O>> {
    // SAFETY: the sidecar validates params and results against the models that these types are generated from.
    return (await this.request(operation, keyed(operation, params, randomUUID))) as ResultOf<O>;
  }

  /** As `call`, for what a page asks; its writes carry a client key already. */
  request(method: BridgeMethod, params: Record<string, unknown>): Promise<unknown> {
    if (isHopeless(this.health)) return Promise.reject(new CallRefused(UNAVAILABLE, sentence(this.health)));
    return this.#requests.ask(method, params);
  }

  async start(): Promise<void> {
    const generation = ++this.#generation;
    clearTimeout(this.#pause);
    this.#become({ kind: "starting" });
    const startedAt = Date.now();
    const launch = await this.#ports.launch((method, params) => {
      if (generation === this.#generation) this.#hear(method, params);
    });
    if (generation !== this.#generation) {
      if (launch.kind === "launched") await launch.process.end("forget");
      return;
    }
    switch (launch.kind) {
      case "launched":
        this.#attach(launch.process, generation, startedAt);
        return;
      case "failed":
        this.#died(launch.because, Date.now() - startedAt);
        return;
      case "no-python":
      case "no-folder":
        this.#become(launch);
        return;
    }
  }

  /** Starts afresh, whatever the state. Requests that wait are answered by the new process. */
  async restart(): Promise<void> {
    this.#quickFailures = 0;
    const former = this.#release();
    await former?.end("insist");
    await this.start();
  }

  /** The editor goes. The process is left to decide how long it stays. */
  async leave(): Promise<void> {
    const former = this.#release();
    this.#requests.refuseAll("The window is closing.");
    await former?.end("forget");
  }

  #release(): SidecarProcess | undefined {
    this.#generation++;
    clearTimeout(this.#pause);
    const former = this.#process;
    this.#process = undefined;
    this.#requests.detach();
    return former;
  }

  #attach(process: SidecarProcess, generation: number, startedAt: number): void {
    this.#process = process;
    void process.ended.then(({ because }) => {
      if (generation !== this.#generation) return;
      this.#process = undefined;
      this.#died(because, Date.now() - startedAt);
    });
    this.#requests.attach((method, params) => process.request(method, params));
    // Its own word may have come with the greeting; without one it is taken for well.
    if (this.health.kind === "starting") this.#become({ kind: "running", role: "owner" });
  }

  #died(because: string, livedMs: number): void {
    this.#ports.log(`The sidecar ended: ${because}`);
    this.#requests.detach();
    const next = afterDeath(this.#quickFailures, livedMs);
    if (next.kind === "give-up") {
      this.#become({ kind: "stopped", because });
      return;
    }
    this.#quickFailures = next.quickFailures;
    this.#become({ kind: "restarting", because, inMs: next.inMs });
    this.#pause = setTimeout(() => void this.start(), next.inMs);
  }

  #hear(method: string, params: unknown): void {
    if (method === "chatbox/events" && isEvents(params)) {
      for (const listener of [...this.#listeners]) listener(params);
    } else if (method === "chatbox/status" && isShape(params)) {
      const health = reported(params);
      if (health !== undefined) this.#become(health);
    } else if (method === "window/logMessage" && isShape(params) && typeof params["message"] === "string") {
      this.#ports.log(`sidecar: ${params["message"]}`);
    }
  }

  #become(health: Health): void {
    this.#standing.set(health);
    if (isHopeless(health)) this.#requests.refuseAll(sentence(health));
  }
}
