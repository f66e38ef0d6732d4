// Password rooms beside the workspace. They are in nobody's journal: what is open is asked for, never told.
import type { Connection } from "#protocol/connection";
import type { OpenRoomParams } from "#protocol/types.gen";
import type { Store } from "../store";
import { refusalOf } from "./changing";

export class Hosting {
  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
  ) {}

  /** Resolves with why it was refused, if it was. */
  load(): Promise<string | undefined> {
    return refusalOf(this.#load());
  }

  open(params: OpenRoomParams): Promise<string | undefined> {
    return refusalOf(this.#open(params));
  }

  close(room: string): Promise<string | undefined> {
    return refusalOf(this.#close(room));
  }

  /** The invitation was copied, or nobody wants it any more. */
  forget(): void {
    this.store.update({ openedRoom: undefined });
  }

  async #load(): Promise<void> {
    const { rooms } = await this.connection.call("list_rooms", {});
    this.store.update({ rooms });
  }

  async #open(params: OpenRoomParams): Promise<void> {
    this.store.update({ openedRoom: await this.connection.call("open_room", params) });
    await this.#load();
  }

  async #close(room: string): Promise<void> {
    await this.connection.call("close_room", { room });
    if (this.store.shown.openedRoom?.id === room) this.forget();
    await this.#load();
  }
}
