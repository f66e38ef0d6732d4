import { expect, test } from "vitest";
import type { Outgoing } from "../src/state/outbox";
import { OUTBOX_MAX, asAnswered, asRefused, asSending, settledBy, withOutgoing } from "../src/state/outbox";
import { aMessage, aReply } from "./things";

const line = (key: string, fields: Partial<Outgoing> = {}): Outgoing => ({
  key,
  channel: "#general",
  thread: undefined,
  body: key,
  attachments: [],
  at: 0,
  message: undefined,
  refusal: undefined,
  ...fields,
});

test("an answered line leaves when its message arrives", () => {
  const outbox = asAnswered([line("a"), line("b")], "a", 7);
  expect(settledBy(outbox, aMessage({ id: 7, author: "ada" }), "ada").map(({ key }) => key)).toEqual(["b"]);
});

test("a message that arrives before its answer settles the line with the same words", () => {
  const settled = settledBy([line("a"), line("b")], aMessage({ id: 7, author: "ada", body: "b" }), "ada");
  expect(settled.map(({ key }) => key)).toEqual(["a"]);
});

test("saying the same twice settles one line at a time", () => {
  const outbox = [line("a", { body: "ok" }), line("b", { body: "ok" })];
  const once = settledBy(outbox, aMessage({ id: 7, author: "ada", body: "ok" }), "ada");
  expect(once).toHaveLength(1);
  expect(settledBy(once, aMessage({ id: 8, author: "ada", body: "ok" }), "ada")).toHaveLength(0);
});

test("neither somebody else's words nor another place settle a line", () => {
  const outbox = [line("a")];
  expect(settledBy(outbox, aMessage({ id: 7, author: "reader", body: "a" }), "ada")).toBe(outbox);
  expect(settledBy(outbox, aMessage({ id: 7, author: "ada", body: "a", channel: "#x" }), "ada")).toBe(outbox);
  expect(settledBy(outbox, aReply(7, 3, { author: "ada", body: "a" }), "ada")).toBe(outbox);
});

test("a refused line says why until it is sent again", () => {
  const refused = asRefused([line("a")], "a", "Too long.");
  expect(refused[0]?.refusal).toBe("Too long.");
  expect(asSending(refused, "a")[0]?.refusal).toBeUndefined();
});

test("the outbox has a bound", () => {
  let outbox: readonly Outgoing[] = [];
  for (let at = 0; at < OUTBOX_MAX + 5; at += 1) outbox = withOutgoing(outbox, line(String(at)));
  expect(outbox).toHaveLength(OUTBOX_MAX);
});
