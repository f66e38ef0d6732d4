import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Room, changed, type RoomState } from "../src/room/room";
import { EventStream } from "../src/room/stream";
import { fakeSidecar, settled, type Fake } from "./fakeSidecar";
import { agent, approval, event, happened, supervising } from "./shown";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function opened(): Promise<Fake & { room: Room }> {
  const fake = fakeSidecar();
  const room = new Room(fake.sidecar, new EventStream(fake.sidecar));
  await fake.sidecar.start();
  await answerReads(fake);
  return { ...fake, room };
}

async function answerReads({ current }: Fake): Promise<void> {
  current()
    .last("approvals")
    .answer({ approvals: [approval()], more: false, cursor: 10 });
  current()
    .last("agents")
    .answer({ agents: [agent()], supervisors: [{ id: "s", agents: ["builder"] }], cursor: 11 });
  await settled();
  current().last("follow").answer({ cursor: 10 });
  await settled();
}

it("reads the room once and follows from there", async () => {
  const { room, current } = await opened();
  expect(room.state).toMatchObject({ isKnown: true, supervisors: [{ id: "s" }] });
  expect(current().last("follow").params).toEqual({ after: 10 });
});

it("takes an approval from the list when it is decided, and adds new ones", async () => {
  const { room, current } = await opened();
  current().hear(
    "chatbox/events",
    happened(
      event(12, { approval: approval({ id: 12, title: "Publish" }) }),
      event(13, { approval: approval({ id: 7, status: "approved" }) }),
    ),
  );
  expect(room.state.approvals.map(({ id }) => id)).toEqual([12]);
});

it("drops events that it has seen", async () => {
  const { room, current } = await opened();
  const decided = happened(event(12, { approval: approval({ status: "denied" }) }));
  current().hear("chatbox/events", decided);
  current().hear("chatbox/events", happened(event(11, { approval: approval() })));
  expect(room.state.approvals).toEqual([]);
});

it("reads anew and follows on after a restart", async () => {
  const fake = await opened();
  fake.current().hear("chatbox/events", happened(event(20)));
  await fake.current().die("killed by SIGKILL");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fake.current().last("follow").params).toEqual({ after: 20 });
  expect(fake.current().times("approvals")).toBe(1);
});

it("hears at once that supervisors come and go, and whom they run", async () => {
  const { room, current } = await opened();
  current().hear("chatbox/events", supervising(10));
  expect(room.state).toMatchObject({ supervisors: [], agents: [{ supervised: false }] });
  current().hear("chatbox/events", supervising(10, { id: "other", agents: ["writer"] }));
  expect(room.state).toMatchObject({ supervisors: [{ id: "other" }], agents: [{ supervised: false }] });
  current().hear("chatbox/events", supervising(10, { id: "other", agents: ["builder", "writer"] }));
  expect(room.state).toMatchObject({ supervisors: [{ id: "other" }], agents: [{ supervised: true }] });
  expect(current().times("agents")).toBe(1);
});

it("believes the stream when an answer about who supervises comes later", async () => {
  const fake = await opened();
  const { room, current } = fake;
  current().hear("chatbox/status", { state: "reconnecting", message: "" });
  current().hear("chatbox/status", { state: "client" });
  current().hear("chatbox/events", supervising(10));
  await answerReads(fake);
  expect(room.state).toMatchObject({ supervisors: [], agents: [{ supervised: false }] });
});

it("takes from an old event no supervisor that has gone meanwhile", async () => {
  const { room, current } = await opened();
  current().hear("chatbox/events", supervising(10));
  const woken = agent({ state: "waking", supervised: true });
  current().hear("chatbox/events", happened(event(11, { type: "AgentWoken", agent: woken })));
  expect(room.state.agents).toEqual([{ ...woken, supervised: false }]);
});

it("asks for nothing while nothing happens", async () => {
  const { current } = await opened();
  const asked = current().asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(current().asked).toHaveLength(asked);
});

it("forgets an agent that is no longer declared", () => {
  const supervisors = [{ id: "s", agents: ["builder"] }];
  const state: RoomState = { isKnown: true, approvals: [], agents: [agent()], supervisors };
  const retired = happened(event(5, { type: "AgentRetired", agent: agent() }));
  expect(changed(state, retired).agents).toEqual([]);
  const woken = happened(event(5, { type: "AgentWoken", agent: agent({ state: "waking" }) }));
  expect(changed(state, woken).agents).toEqual([agent({ state: "waking" })]);
});
