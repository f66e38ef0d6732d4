import { expect, test } from "vitest";
import { PENDING_MAX, PendingCalls } from "../src/calls";
import { CallRefused, keyed, refusalOf } from "../src/connection";

const nothing = (): void => undefined;

test("a call gets its own answer, whichever comes first", async () => {
  const calls = new PendingCalls();
  const first = calls.add("whoami", {}, nothing);
  const second = calls.add("rooms", {}, nothing);
  calls.settle(2, { result: "rooms" });
  calls.settle(1, { result: "me" });
  await expect(second).resolves.toBe("rooms");
  await expect(first).resolves.toBe("me");
  expect(calls.size).toBe(0);
});

test("a refusal rejects with its code and its advice", async () => {
  const calls = new PendingCalls();
  const call = calls.add("approve", {}, nothing);
  calls.settle(1, { error: { code: "HUMAN_REQUIRED", message: "Ask a person." } });
  await expect(call).rejects.toEqual(new CallRefused("HUMAN_REQUIRED", "Ask a person."));
});

test("a second answer to the same call is dropped", async () => {
  const calls = new PendingCalls();
  const call = calls.add("whoami", {}, nothing);
  calls.settle(1, { result: 1 });
  calls.settle(1, { error: { code: "NOT_FOUND", message: "" } });
  await expect(call).resolves.toBe(1);
});

test("what nobody answers does not pile up without end", async () => {
  const calls = new PendingCalls();
  for (let made = 0; made < PENDING_MAX; made += 1) void calls.add("whoami", {}, nothing);
  await expect(calls.add("whoami", {}, nothing)).rejects.toThrow("Too much waits");
});

test("a write gets a key unless it has one, a read gets none", () => {
  const newKey = (): string => "fresh";
  expect(keyed("chat", { channel: "#a", body: "b" }, newKey)["client_key"]).toBe("fresh");
  expect(keyed("chat", { channel: "#a", body: "b", client_key: "mine" }, newKey)["client_key"]).toBe("mine");
  expect(keyed("history", { channel: "#a" }, newKey)).not.toHaveProperty("client_key");
});

test("an error without our code still becomes a refusal", () => {
  expect(refusalOf({ code: -32603, message: "This failed." })).toEqual({
    code: "UNAVAILABLE",
    message: "This failed.",
  });
  expect(refusalOf("broken").code).toBe("UNAVAILABLE");
});
