// Surroundings of components in tests: everything they do goes to a fake connection.
import { Attaching } from "../src/doing/attaching";
import { Changing } from "../src/doing/changing";
import { Directing } from "../src/doing/directing";
import { Fetching } from "../src/doing/fetching";
import { Hosting } from "../src/doing/hosting";
import { Inviting } from "../src/doing/inviting";
import { Reading } from "../src/doing/reading";
import { Saying } from "../src/doing/saying";
import { Searching } from "../src/doing/searching";
import { Voting } from "../src/doing/voting";
import type { Store } from "../src/store";
import type { Place, Surroundings } from "../src/surroundings";
import type { FakeConnection } from "./fakeConnection";
import { ada } from "./things";

const NOWHERE: Place = {
  isEditor: true,
  hasFile: () => Promise.resolve(true),
  openFile: () => undefined,
  openLink: () => true,
  save: () => Promise.resolve(),
  asksNatively: undefined,
  onDraft: () => undefined,
  hurry: () => undefined,
};

export function around(connection: FakeConnection, store: Store, place: Partial<Place> = {}): Surroundings {
  let keys = 0;
  const newKey = (): string => {
    keys += 1;
    return `key-${keys}`;
  };
  const drawer = { read: () => undefined, write: () => undefined };
  return {
    me: ada,
    kinds: new Map([
      ["ada", "person"],
      ["reader", "agent"],
    ]),
    channels: ["#general"],
    parked: new Set<string>(),
    actions: {
      reading: new Reading(connection, store),
      saying: new Saying(connection, store, drawer, newKey),
      attaching: new Attaching(connection, store, newKey, () => undefined),
      fetching: new Fetching(connection),
      changing: new Changing(connection, store),
      directing: new Directing(connection, store),
      searching: new Searching(connection, store),
      voting: new Voting(connection, store),
      inviting: new Inviting(connection, store),
      hosting: new Hosting(connection, store),
      place: { ...NOWHERE, ...place },
      say: (text) => {
        store.say(text);
      },
    },
  };
}
