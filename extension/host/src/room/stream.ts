// One stream of events from the sidecar, read by the room and by every page; each reader resumes where it stands.
import { isShape } from "#protocol/bridge";
import type { Stop } from "#protocol/connection";
import type { Event, Events } from "#protocol/types.gen";
import type { Sidecar } from "../sidecar/sidecar";

interface Reader {
  /** The last entry it has seen. */
  cursor: number;
  /** Whether the stream is known to run from its cursor or earlier. */
  isFollowed: boolean;
  onEvents: (events: Events) => void;
}

export class EventStream {
  readonly #sidecar: Sidecar;
  readonly #readers = new Set<Reader>();

  constructor(sidecar: Sidecar) {
    this.#sidecar = sidecar;
    sidecar.onEvents((events) => {
      for (const reader of [...this.#readers]) deliver(reader, events);
    });
    sidecar.onHealth(({ kind }) => {
      // A new process follows nothing yet. (A page's own request to follow, repeated to it, does no harm.)
      if (kind === "running" && this.#readers.size > 0) this.#follow().catch(() => undefined);
    });
  }

  /** Everything after entry `after`; goes on by itself after a restart. Settles when the stream runs. */
  async follow(after: number, onEvents: (events: Events) => void): Promise<Stop> {
    const reader: Reader = { cursor: after, isFollowed: false, onEvents };
    this.#readers.add(reader);
    const stop = (): void => {
      this.#readers.delete(reader);
    };
    try {
      await this.#follow();
      return stop;
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** Lets the sidecar send from where the slowest reader stands; the others drop what they know. */
  async #follow(): Promise<void> {
    const readers = [...this.#readers];
    const after = Math.min(...readers.map(({ cursor }) => cursor));
    const answer = await this.#sidecar.request("follow", { after });
    if (!isShape(answer)) return;
    for (const reader of readers) reader.isFollowed = true;
  }
}

function deliver(reader: Reader, { events, cursor, supervisors }: Events): void {
  const fresh = freshTo(reader, events);
  if (fresh.length > 0) reader.cursor = Math.max(reader.cursor, cursor);
  // Who supervises is now so for every reader, wherever it stands.
  if (fresh.length > 0 || supervisors !== null) {
    reader.onEvents({ events: fresh, cursor: reader.cursor, supervisors });
  }
}

/** What the reader has not seen and may take. */
function freshTo({ cursor, isFollowed }: Reader, events: readonly Event[]): Event[] {
  const fresh = events.filter(({ seq }) => seq > cursor);
  // Until the answer to `follow` has come this may still be the former stream, running far ahead of this reader: then
  // only what directly continues is taken. (A person sees every entry, so that their numbers have no gaps.)
  return isFollowed || fresh[0]?.seq === cursor + 1 ? fresh : [];
}
