import { expect, test } from "vitest";
import type { FromPage } from "#protocol/bridge";
import type { Events } from "#protocol/types.gen";
import type { HostWish } from "../src/connection/webview";
import { WebviewConnection } from "../src/connection/webview";
import { supervising } from "./things";

function connected(): { connection: WebviewConnection; said: FromPage[] } {
  const said: FromPage[] = [];
  const host = {
    postMessage: (message: FromPage) => void said.push(message),
    getState: () => undefined,
    setState: () => undefined,
  };
  return { connection: new WebviewConnection(host, () => "key"), said };
}

test("a call goes to the host, and its answer comes back", async () => {
  const { connection, said } = connected();
  const answer = connection.call("chat", { channel: "#general", body: "hi" });
  const params = { channel: "#general", body: "hi", client_key: "key" };
  expect(said).toEqual([{ kind: "request", id: 1, method: "chat", params }]);
  connection.receive({ kind: "response", id: 1, result: { message_id: 4 } });
  await expect(answer).resolves.toEqual({ message_id: 4 });
});

test("a refusal comes back with its code", async () => {
  const { connection } = connected();
  const answer = connection.call("approve", { post_id: 1 });
  connection.receive({ kind: "response", id: 1, error: { code: "ALREADY_DECIDED", message: "It was." } });
  await expect(answer).rejects.toMatchObject({ code: "ALREADY_DECIDED" });
});

test("what does not look like the host's words is dropped", async () => {
  const { connection } = connected();
  const answer = connection.call("whoami", {});
  connection.receive({ kind: "response", id: 1 });
  connection.receive("response");
  connection.receive({ kind: "response", id: 1, result: "me" });
  await expect(answer).resolves.toBe("me");
});

test("after the sidecar was lost it follows again, behind the last event", () => {
  const { connection, said } = connected();
  const seen: Events[] = [];
  connection.receive({ kind: "status", state: "connected", message: "" });
  connection.follow(4, (events) => seen.push(events));
  connection.receive({ kind: "events", ...supervising(9) });
  connection.receive({ kind: "status", state: "lost", message: "It ended." });
  connection.receive({ kind: "status", state: "connected", message: "" });
  const followed = said.filter((message) => message.kind === "request" && message.method === "follow");
  expect(followed.map((message) => message.kind === "request" && message.params)).toEqual([
    { after: 4 },
    { after: 9 },
  ]);
  expect(seen).toEqual([supervising(9)]);
});

test("the host's wishes are passed on", () => {
  const { connection } = connected();
  const wishes: HostWish[] = [];
  connection.onWish = (wish) => wishes.push(wish);
  connection.receive({ kind: "navigate", channel: "#general", message: 7 });
  connection.receive({ kind: "panel", panel: "approvals" });
  expect(wishes.map(({ kind }) => kind)).toEqual(["navigate", "panel"]);
});
