// What becomes of people's messages with the agents that they woke. Asked once for each message that is shown, and again
// when an agent it concerns does something: events say when, nothing is polled.
import type { Connection } from "#protocol/connection";
import type { AgentView, DeliveryView } from "#protocol/types.gen";
import { deliveriesOf } from "#protocol/whole";
import type { Shown } from "../state/shown";
import type { Store } from "../store";

const ASK_AFTER_MS = 60;
/** As many as one call takes. */
const ASKED_MAX = 200;

export class Delivering {
  /** To be asked for: new here, or concerned by what an agent did. */
  readonly #wanted = new Set<number>();
  /** Not asked for again before the connection comes back. */
  readonly #failed = new Set<number>();
  #agents: readonly AgentView[] = [];
  #isConnected = false;
  #isAsking = false;
  #isSoon = false;

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  start(): void {
    this.store.watch(() => {
      this.#look();
    });
  }

  #look(): void {
    const { shown } = this.store;
    const isConnected = shown.status.state === "connected";
    if (isConnected && !this.#isConnected) this.#failed.clear();
    this.#isConnected = isConnected;
    if (shown.agents !== this.#agents) this.#concern(shown);
    for (const id of peoples(shown)) {
      if (!shown.deliveries.has(id) && !this.#failed.has(id)) this.#wanted.add(id);
    }
    if (this.#wanted.size > 0) this.#askSoon();
  }

  /** What was answered stays so; everything else may go on when its agent does something. */
  #concern(shown: Shown): void {
    const before = new Set(this.#agents);
    this.#agents = shown.agents;
    const moved = new Set(shown.agents.filter((agent) => !before.has(agent)).map(({ name }) => name));
    for (const [id, deliveries] of shown.deliveries) {
      if (deliveries.some(({ agent, status }) => status !== "answered" && moved.has(agent))) {
        this.#wanted.add(id);
      }
    }
  }

  #askSoon(): void {
    if (this.#isSoon || this.#isAsking || !this.#isConnected) return;
    this.#isSoon = true;
    setTimeout(() => {
      this.#isSoon = false;
      void this.#ask();
    }, ASK_AFTER_MS);
  }

  /** One call at a time: an older answer never comes after a newer one. */
  async #ask(): Promise<void> {
    const shownNow = peoples(this.store.shown);
    const ids = [...this.#wanted].filter((id) => shownNow.has(id)).slice(0, ASKED_MAX);
    this.#wanted.clear();
    if (ids.length === 0) return;
    this.#isAsking = true;
    try {
      this.#take(ids, await deliveriesOf(this.connection, ids));
    } catch {
      // Messages can be read without: the line under them is missing until the next connection.
      for (const id of ids) this.#failed.add(id);
    } finally {
      this.#isAsking = false;
    }
    this.#look();
  }

  /** Only what is still shown is kept. */
  #take(ids: readonly number[], found: readonly DeliveryView[]): void {
    const shownNow = peoples(this.store.shown);
    const next = new Map([...this.store.shown.deliveries].filter(([id]) => shownNow.has(id)));
    for (const id of ids) {
      if (shownNow.has(id))
        next.set(
          id,
          found.filter((delivery) => delivery.id === id),
        );
    }
    this.store.update({ deliveries: next });
  }
}

/** The messages of people that are on the page. */
function peoples({ timeline, thread }: Shown): ReadonlySet<number> {
  const shown = [...(timeline?.messages ?? []), ...(thread?.replies ?? [])];
  if (thread?.post) shown.push(thread.post);
  return new Set(shown.filter((message) => message.author_kind === "person").map(({ id }) => id));
}
