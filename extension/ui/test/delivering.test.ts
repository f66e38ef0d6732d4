import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DeliveryView } from "#protocol/types.gen";
import { Announcer } from "../src/components/announcer";
import { Delivering } from "../src/doing/delivering";
import { folded } from "../src/state/fold";
import { opening, withFirst } from "../src/state/timeline";
import { Store } from "../src/store";
import { deliveryWords } from "../src/words/deliveries";
import { FakeConnection } from "./fakeConnection";
import { aMessage, anAgent, anEvent, happened, posted, shownWith } from "./things";

const aDelivery = (id: number, fields: Partial<DeliveryView> = {}): DeliveryView => ({
  id,
  agent: "reader",
  status: "woken",
  at: 1,
  reason: "mentioned",
  turn: null,
  error: null,
  truncated: false,
  ...fields,
});

let connection: FakeConnection;
let store: Store;
let standing: DeliveryView[];

beforeEach(() => {
  vi.useFakeTimers();
  standing = [aDelivery(5)];
  connection = new FakeConnection({
    deliveries: ({ message_ids }) => ({
      deliveries: standing.filter(({ id }) => message_ids.includes(id)),
      more: false,
    }),
  });
  store = new Store();
  new Delivering(connection, store).start();
  const messages = [aMessage({ id: 4 }), aMessage({ id: 5, author: "ada", author_kind: "person" })];
  store.replace(
    shownWith({
      status: { state: "connected", message: "" },
      agents: [anAgent({ name: "reader" }), anAgent({ name: "writer" })],
      timeline: withFirst(opening(1, "#general", undefined, undefined), messages, false, false),
    }),
  );
});

afterEach(() => {
  vi.useRealTimers();
});

const does = (name: string, seq: number): void => {
  const agent = anAgent({ name, state: "busy" });
  store.replace(folded(store.shown, happened(anEvent({ seq, type: "TurnStarted", agent }))).shown);
};

describe("deliveries", () => {
  test("are asked for once, and only for what people said", async () => {
    await vi.runAllTimersAsync();
    expect(connection.asked.map(({ params }) => params)).toEqual([{ message_ids: [5] }]);
    expect(store.shown.deliveries.get(5)?.[0]?.status).toBe("woken");
    store.say("something else");
    await vi.runAllTimersAsync();
    expect(connection.asked).toHaveLength(1);
  });

  test("are asked for again when their agent does something, not when another does", async () => {
    await vi.runAllTimersAsync();
    does("writer", 20);
    await vi.runAllTimersAsync();
    expect(connection.asked).toHaveLength(1);
    standing = [aDelivery(5, { status: "picked-up" })];
    does("reader", 21);
    await vi.runAllTimersAsync();
    expect(store.shown.deliveries.get(5)?.[0]?.status).toBe("picked-up");
  });

  test("that were answered are over", async () => {
    standing = [aDelivery(5, { status: "answered" })];
    await vi.runAllTimersAsync();
    does("reader", 21);
    await vi.runAllTimersAsync();
    expect(connection.asked).toHaveLength(1);
  });

  test("of a message that comes are asked for with it", async () => {
    await vi.runAllTimersAsync();
    standing = [aDelivery(9)];
    const message = aMessage({ id: 9, author: "ada", author_kind: "person" });
    store.replace(folded(store.shown, happened(posted(message))).shown);
    await vi.runAllTimersAsync();
    expect(connection.asked.at(-1)?.params).toEqual({ message_ids: [9] });
    expect(store.shown.deliveries.get(9)).toHaveLength(1);
  });

  test("that could not be read are read with the next connection", async () => {
    connection.answers.deliveries = () => {
      throw new Error("Not now.");
    };
    await vi.runAllTimersAsync();
    store.say("something else");
    await vi.runAllTimersAsync();
    expect(connection.asked).toHaveLength(1);
    store.update({ status: { state: "lost", message: "Gone." } });
    store.update({ status: { state: "connected", message: "" } });
    await vi.runAllTimersAsync();
    expect(connection.asked).toHaveLength(2);
  });

  test("say in words how far they are, and why not further", () => {
    expect(deliveryWords(aDelivery(1))).toBe("is woken");
    const retrying = aDelivery(1, { status: "retrying", error: "The engine\nended with 1." });
    expect(deliveryWords(retrying)).toBe("failed and tries again: The engine ended with 1.");
  });

  test("that are given up are said aloud, once", () => {
    const announcer = new Announcer();
    announcer.note(shownWith({ deliveries: new Map([[5, [aDelivery(5)]]]) }));
    const given = aDelivery(5, { status: "given-up", error: "Parked." });
    announcer.note(shownWith({ deliveries: new Map([[5, [given]]]) }));
    expect(announcer.urgent).toBe("reader gave up: Parked.");
    announcer.urgent = "";
    announcer.note(shownWith({ deliveries: new Map([[5, [given]]]) }));
    expect(announcer.urgent).toBe("");
  });
});

test("what came to a parked agent waits, and is not said to be woken", () => {
  expect(deliveryWords(aDelivery(5))).toBe("is woken");
  for (const status of ["woken", "retrying"] as const) {
    const words = deliveryWords(aDelivery(5, { status, error: "exit 1" }), true);
    expect(words).toBe("is parked: the message waits until it is resumed");
  }
  expect(deliveryWords(aDelivery(5, { status: "answered" }), true)).toBe("answered");
});
