import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallRefused } from "#protocol/connection";
import type { HistoryParams, MessageView } from "#protocol/types.gen";
import { Directing } from "../src/doing/directing";
import { Following } from "../src/doing/following";
import { Reading } from "../src/doing/reading";
import { Saying } from "../src/doing/saying";
import type { Drawer, Kept } from "../src/memory";
import { Store } from "../src/store";
import { FakeConnection, settled } from "./fakeConnection";
import {
  aChannel,
  aMessage,
  aReply,
  aRoom,
  ada,
  anAgent,
  anApproval,
  anEvent,
  happened,
  posted,
  supervising,
} from "./things";

const GENERAL = { channel: "#general", thread: undefined };

/** A channel of `count` messages whose ids are ten apart, so that positions and ids differ. */
function historyOf(
  count: number,
): (params: HistoryParams) => { messages: MessageView[]; more: boolean; cursor: number } {
  const all = Array.from({ length: count }, (_, at) => aMessage({ id: (at + 1) * 10, position: at + 1 }));
  return ({ before, after, limit = 50 }) => {
    if (after !== undefined && after !== null) {
      const found = all.filter(({ id }) => id > after);
      return { messages: found.slice(0, limit), more: found.length > limit, cursor: count * 10 };
    }
    const found = all.filter(({ id }) => id < (before ?? Infinity));
    return { messages: found.slice(-limit), more: found.length > limit, cursor: count * 10 };
  };
}

function aConnection(): FakeConnection {
  return new FakeConnection({
    whoami: () => ada,
    rooms: () => ({ channels: [aRoom({ name: "#general" })], cursor: 6 }),
    agents: () => ({
      agents: [anAgent({ name: "reader" })],
      supervisors: [{ id: "s", agents: ["reader"] }],
      cursor: 5,
    }),
    approvals: () => ({ approvals: [anApproval({ id: 3 })], more: false, cursor: 4 }),
    participants: () => ({
      participants: [
        { id: "ada", name: "ada", kind: "person", role: "owner", channels: null, expires: null },
      ],
    }),
    history: historyOf(300),
    chat: () => ({ message_id: 77 }),
    ack: () => ({ last_read_id: 0 }),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("following", () => {
  const start = (connection: FakeConnection): { store: Store; journals: string[] } => {
    const store = new Store();
    const journals: string[] = [];
    new Following(connection, store, (journal) => journals.push(journal)).start();
    return { store, journals };
  };

  test("begins with a snapshot and follows from its oldest part", async () => {
    const connection = aConnection();
    connection.answers.whoami = () => ({ ...ada, head: 6 });
    const { store, journals } = start(connection);
    connection.connect();
    await settled();
    expect(store.shown).toMatchObject({
      cursor: 4,
      channels: [{ name: "#general" }],
      agents: [{ name: "reader" }],
    });
    expect(connection.followedAfter).toBe(4);
    expect(journals).toEqual(["j1"]);
  });

  test("a reconnect to the same journal keeps what is shown", async () => {
    const connection = aConnection();
    const { store, journals } = start(connection);
    connection.answers.whoami = () => ({ ...ada, head: 6 });
    connection.connect();
    await settled();
    connection.happen(happened(posted(aMessage({ id: 5 }))));
    connection.lose();
    expect(store.shown.status.state).toBe("reconnecting");
    connection.connect();
    await settled();
    expect(journals).toEqual(["j1"]);
    expect(store.shown.cursor).toBe(5);
  });

  test("another journal in the same place starts afresh", async () => {
    const connection = aConnection();
    const { store, journals } = start(connection);
    connection.connect();
    await settled();
    connection.answers.whoami = () => ({ ...ada, journal: "j2" });
    connection.lose();
    connection.connect();
    await settled();
    expect(journals).toEqual(["j1", "j2"]);
    expect(store.shown.me?.journal).toBe("j2");
  });

  test("a list that an event makes stale is fetched once, however many events", async () => {
    const connection = aConnection();
    start(connection);
    connection.connect();
    await settled();
    const before = connection.count("participants");
    const joined = [50, 51].map((seq) => anEvent({ seq, type: "ParticipantJoined" }));
    connection.happen(happened(...joined));
    vi.advanceTimersByTime(1_000);
    await settled();
    expect(connection.count("participants")).toBe(before + 1);
  });

  test("supervisors that come and go are shown at once, without asking", async () => {
    const connection = aConnection();
    const { store } = start(connection);
    connection.connect();
    await settled();
    connection.happen(supervising(4));
    expect(store.shown).toMatchObject({ supervisors: [], agents: [{ supervised: false }], cursor: 4 });
    connection.happen(supervising(4, { id: "night", agents: ["reader"] }));
    expect(store.shown).toMatchObject({ supervisors: [{ id: "night" }], agents: [{ supervised: true }] });
    vi.advanceTimersByTime(60_000);
    await settled();
    expect(connection.count("agents")).toBe(1);
  });

  test("an answer about agents brings back no supervisor that has gone meanwhile", async () => {
    const connection = aConnection();
    const { store } = start(connection);
    connection.answers.whoami = () => ({ ...ada, head: 6 });
    connection.connect();
    await settled();
    connection.lose();
    connection.connect();
    connection.happen(supervising(4));
    vi.advanceTimersByTime(1_000);
    await settled();
    vi.advanceTimersByTime(1_000);
    await settled();
    expect(connection.count("agents")).toBe(2);
    expect(store.shown).toMatchObject({ supervisors: [], agents: [{ supervised: false }] });
  });
});

describe("reading", () => {
  const open = async (connection = aConnection()): Promise<{ reading: Reading; store: Store }> => {
    const store = new Store();
    const general = aChannel({ name: "#general", count: 300, last: 3000, offset: 3000 });
    store.update({ me: ada, channels: [general, aChannel({ name: "#other" })] });
    const reading = new Reading(connection, store);
    reading.open("#general");
    await settled();
    return { reading, store };
  };

  test("a channel opens at its end", async () => {
    const { store } = await open();
    expect(store.shown.timeline?.messages.at(-1)?.id).toBe(3000);
    expect(store.shown.timeline).toMatchObject({ hasOlder: true, hasNewer: false, unreadAfter: undefined });
  });

  test("with much unread it opens where that begins", async () => {
    const { reading, store } = await open();
    store.update({
      channels: [aChannel({ name: "#general", count: 300, last: 3000, offset: 1000, unread: 200 })],
    });
    reading.open("#general");
    await settled();
    const { timeline } = store.shown;
    expect(timeline).toMatchObject({ unreadAfter: 1000, hasOlder: true, hasNewer: true });
    expect(timeline?.messages.map(({ id }) => id)).toContain(1010);
  });

  test("a page for a channel that was left is thrown away", async () => {
    const { reading, store } = await open();
    reading.open("#general");
    reading.open("#other");
    await settled();
    expect(store.shown.timeline?.channel).toBe("#other");
  });

  test("pages join without a gap", async () => {
    const { reading, store } = await open();
    reading.older();
    await settled();
    const ids = store.shown.timeline?.messages.map(({ position }) => position) ?? [];
    expect(ids).toEqual(ids.map((_, at) => (ids[0] ?? 0) + at));
    expect(ids).toHaveLength(100);
  });

  test("a message is found by its position", async () => {
    const { reading, store } = await open();
    await reading.jumpToPosition("#general", 42);
    await settled();
    expect(store.shown.timeline?.target).toBe(420);
    expect(store.shown.timeline?.messages.some(({ position }) => position === 42)).toBe(true);
    await reading.jumpToPosition("#general", 4200);
    expect(store.shown.notice?.isError).toBe(true);
  });

  test("a reply is shown in its channel and in its thread, wherever it was met", async () => {
    const connection = aConnection();
    connection.answers.get_post = ({ post_id }) => ({
      post: post_id === 100 ? aMessage({ id: 100 }) : aReply(120, 100),
      replies: post_id === 100 ? [aReply(110, 100), aReply(120, 100)] : [],
      approval: null,
      more: false,
      body_next: null,
    });
    const { reading, store } = await open(connection);
    await reading.jumpToId(120);
    await settled();
    expect(store.shown.timeline?.target).toBe(120);
    expect(store.shown.thread).toMatchObject({ id: 100, target: 120, isLoading: false });
    reading.reachedReply();
    expect(store.shown.thread?.target).toBeUndefined();
    // What is open already stays in sight while it is looked up again.
    reading.show(aReply(110, 100));
    expect(store.shown.thread).toMatchObject({ target: 110, isLoading: true });
    expect(store.shown.thread?.replies).toHaveLength(2);
  });

  test("what was seen is acknowledged once, for all that came together", async () => {
    const connection = aConnection();
    const { reading, store } = await open(connection);
    store.update({ channels: [aChannel({ name: "#general", last: 3000, offset: 0, unread: 9 })] });
    reading.seen("#general", 10);
    reading.seen("#general", 30);
    reading.seen("#general", 20);
    vi.advanceTimersByTime(1_000);
    const acks = connection.asked.filter(({ operation }) => operation === "ack");
    expect(acks.map(({ params }) => params["up_to_id"])).toEqual([30]);
  });

  test("a channel that is not followed is not acknowledged", async () => {
    const connection = aConnection();
    const { reading, store } = await open(connection);
    store.update({ channels: [aChannel({ name: "#general", offset: null })] });
    reading.seen("#general", 10);
    vi.advanceTimersByTime(1_000);
    expect(connection.count("ack")).toBe(0);
  });

  test("a failed page says why and can be asked for again", async () => {
    const connection = aConnection();
    connection.answers.history = () => {
      throw new CallRefused("UNAVAILABLE", "Not now.");
    };
    const { reading, store } = await open(connection);
    expect(store.shown.timeline?.error).toBe("Not now.");
    connection.answers.history = historyOf(3);
    reading.retry();
    await settled();
    expect(store.shown.timeline?.messages).toHaveLength(3);
  });
});

describe("saying", () => {
  const drawerWith = (kept: unknown): Drawer & { written: Kept[] } => {
    const written: Kept[] = [];
    return { written, read: () => kept, write: (one) => written.push(one) };
  };

  const sayingWith = (connection: FakeConnection, drawer: Drawer): { saying: Saying; store: Store } => {
    const store = new Store();
    store.update({ me: ada });
    let keys = 0;
    return { store, saying: new Saying(connection, store, drawer, () => `k${(keys += 1)}`) };
  };

  test("what is said stands in the outbox, and on paper, before anybody answers", () => {
    const drawer = drawerWith(undefined);
    const { saying, store } = sayingWith(aConnection(), drawer);
    saying.draft(GENERAL, "hello");
    saying.say(GENERAL, "hello");
    expect(store.shown.outbox).toMatchObject([{ key: "k1", body: "hello" }]);
    expect(store.shown.drafts).toEqual({});
    expect(drawer.written.at(-1)).toMatchObject({ journal: "j1", outbox: [{ key: "k1" }] });
  });

  test("an answer whose message was there first clears the outbox", async () => {
    const { saying, store } = sayingWith(aConnection(), drawerWith(undefined));
    saying.say(GENERAL, "hello");
    store.update({ cursor: 80 });
    await settled();
    expect(store.shown.outbox).toEqual([]);
  });

  test("a refused line stays, and is sent again under the same key", async () => {
    const connection = aConnection();
    connection.answers.chat = () => {
      throw new CallRefused("PAYLOAD_TOO_LARGE", "Too long.");
    };
    const { saying, store } = sayingWith(connection, drawerWith(undefined));
    saying.say(GENERAL, "hello");
    await settled();
    expect(store.shown.outbox[0]?.refusal).toBe("Too long.");
    saying.again("k1");
    const keys = connection.asked.map(({ params }) => params["client_key"]);
    expect(keys).toEqual(["k1", "k1"]);
  });

  test("after a reload what was not answered is sent again, and drafts are back", () => {
    const one = { key: "old", channel: "#general", body: "hello", at: 1 };
    const kept = {
      journal: "j1",
      channel: "#x",
      drafts: { "#x": "half" },
      outbox: [one, "damaged", { key: 4 }],
    };
    const connection = aConnection();
    const { saying, store } = sayingWith(connection, drawerWith(kept));
    expect(saying.remember("j1")).toBe("#x");
    expect(store.shown.drafts).toEqual({ "#x": "half" });
    expect(connection.asked.map(({ params }) => params["client_key"])).toEqual(["old"]);
  });

  test("what was kept for another journal is not said here", () => {
    const kept = {
      journal: "j0",
      drafts: { "#x": "half" },
      outbox: [{ key: "a", channel: "#x", body: "b", at: 0 }],
    };
    const connection = aConnection();
    const { saying, store } = sayingWith(connection, drawerWith(kept));
    expect(saying.remember("j1")).toBeUndefined();
    expect(store.shown.drafts).toEqual({});
    expect(connection.asked).toEqual([]);
  });
});

describe("deciding", () => {
  test("a decision names the digest of what was shown", async () => {
    const connection = aConnection();
    connection.answers.approve = () => ({ action: "approved", post_id: 3 });
    const directing = new Directing(connection, new Store());
    await expect(directing.approve(anApproval({ id: 3 }), "")).resolves.toBeUndefined();
    expect(connection.asked[0]?.params).toMatchObject({ post_id: 3, digest: "digest-of-what-was-shown" });
  });

  test("words that changed meanwhile are fetched and shown again", async () => {
    const connection = aConnection();
    connection.answers.deny = () => {
      throw new CallRefused("DIGEST_MISMATCH", "Look again.");
    };
    const changed = anApproval({ id: 3, digest: "other" });
    connection.answers.get_post = () => ({
      post: aMessage({ id: 3 }),
      replies: [],
      approval: changed,
      more: false,
      body_next: null,
    });
    const store = new Store();
    const directing = new Directing(connection, store);
    await expect(directing.deny(anApproval({ id: 3 }), "no")).resolves.toBe("Look again.");
    expect(store.shown.approvals.get(3)).toEqual(changed);
  });
});
