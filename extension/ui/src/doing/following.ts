// Keeps what is shown true: one snapshot, then the events behind it, through every lost connection.
import type { Connection, ConnectionStatus, ResultOf, Stop } from "#protocol/connection";
import { allSupervisedBy } from "#protocol/supervision";
import type { Events, Whoami } from "#protocol/types.gen";
import { newestApprovals, openApprovals } from "#protocol/whole";
import type { Stale } from "../state/fold";
import { folded, inOrder, stillSeen } from "../state/fold";
import { NOTHING_SHOWN } from "../state/shown";
import type { Store } from "../store";

const REFRESH_AFTER_MS = 150;
/** Decided ones that are shown, too. */
const APPROVALS_MIN = 500;

export class Following {
  readonly #stale = new Set<Stale>();
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #stop: Stop | undefined;
  #isStarting = false;

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
    /** Called when a snapshot stands, and again when another journal took its place. */
    private readonly onJournal: (journal: string) => void,
  ) {}

  start(): void {
    this.connection.onStatus((status) => {
      this.#status(status);
    });
  }

  #status(status: ConnectionStatus): void {
    const isBack = status.state === "connected" && this.store.shown.status.state !== "connected";
    this.store.update({ status });
    if (!isBack || this.#isStarting) return;
    this.#isStarting = true;
    this.#connected()
      .catch((error: unknown) => {
        this.store.fail(error);
      })
      .finally(() => {
        this.#isStarting = false;
      });
  }

  async #connected(): Promise<void> {
    const me = await this.connection.call("whoami", {});
    const known = this.store.shown;
    // Who may see less or more than before sees it anew.
    const isLimitedAlike = known.me?.channels?.join() === me.channels?.join();
    const isSame = known.me?.journal === me.journal && known.cursor <= me.head && isLimitedAlike;
    if (!isSame) {
      await this.#snapshot(me);
      return;
    }
    this.store.update({ me });
    // Events resume by themselves; these lists hold more than events tell.
    for (const list of ["agents", "participants", "channels"] as const) this.#refreshSoon(list);
  }

  async #snapshot(me: Whoami): Promise<void> {
    this.#stop?.();
    const [rooms, agents, approvals, participants] = await Promise.all([
      this.connection.call("rooms", {}),
      this.connection.call("agents", {}),
      this.#approvals(),
      this.connection.call("participants", {}),
    ]);
    const cursors = { channels: rooms.cursor, agents: agents.cursor, approvals: approvals.cursor };
    const cursor = Math.min(me.head, cursors.channels, cursors.agents, cursors.approvals);
    this.store.replace({
      ...NOTHING_SHOWN,
      status: this.store.shown.status,
      me,
      cursor,
      cursors,
      channels: inOrder(rooms.channels),
      agents: agents.agents,
      supervisors: agents.supervisors,
      approvals: new Map(approvals.approvals.map((approval) => [approval.id, approval])),
      participants: participants.participants,
    });
    this.#stop = this.connection.follow(cursor, (events) => {
      this.#events(events);
    });
    this.onJournal(me.journal);
  }

  /** All open ones whatever their age, and the newest of the decided. */
  async #approvals(): Promise<Omit<ResultOf<"approvals">, "more">> {
    const [all, open] = await Promise.all([
      newestApprovals(this.connection, APPROVALS_MIN),
      openApprovals(this.connection),
    ]);
    return { approvals: [...open.approvals, ...all.approvals], cursor: Math.min(all.cursor, open.cursor) };
  }

  #events(events: Events): void {
    const { shown, stale } = folded(this.store.shown, events);
    this.store.replace(shown);
    for (const list of stale) this.#refreshSoon(list);
  }

  #refreshSoon(list: Stale): void {
    this.#stale.add(list);
    if (this.#refresh !== undefined) return;
    this.#refresh = setTimeout(() => {
      this.#refresh = undefined;
      const lists = [...this.#stale];
      this.#stale.clear();
      for (const one of lists) {
        this.#fetch(one).catch(() => {
          // The connection's status says why; the next reconnect asks again.
        });
      }
    }, REFRESH_AFTER_MS);
  }

  async #fetch(list: Stale): Promise<void> {
    switch (list) {
      case "participants": {
        const { participants } = await this.connection.call("participants", {});
        this.store.update({ participants });
        return;
      }
      case "agents": {
        const { agents, cursor } = await this.connection.call("agents", {});
        // Who supervises the stream has told, in order; an answer may be older than what it told last.
        const { cursors, supervisors } = this.store.shown;
        this.store.update({
          agents: allSupervisedBy(supervisors, agents),
          cursors: { ...cursors, agents: cursor },
        });
        return;
      }
      case "channels": {
        const { channels, cursor } = await this.connection.call("rooms", {});
        const { cursors } = this.store.shown;
        const before = this.store.shown.channels;
        this.store.update({
          channels: inOrder(stillSeen(channels, before)),
          cursors: { ...cursors, channels: cursor },
        });
      }
    }
  }
}
