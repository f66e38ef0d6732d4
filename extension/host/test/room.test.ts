import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Room, changed, type RoomState } from "../src/room/room";
import { EventStream } from "../src/room/stream";
import { fakeSidecar, settled, type Fake } from "./fakeSidecar";
import { agent, approval, event } from "./shown";

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
    .answer({ approvals: [approval()], cursor: 10 });
  current()
    .last("agents")
    .answer({ agents: [agent()], supervisors: [{ id: "s", agents: ["builder"] }], cursor: 11 });
  await settled();
  current().last("follow").answer({ cursor: 10 });
  await settled();
}

it("reads the room once and follows from there", async () => {
  const { room, current } = await opened();
  expect(room.state).toMatchObject({ isKnown: true, isSupervised: true });
  expect(current().last("follow").params).toEqual({ after: 10 });
});

it("takes an approval from the list when it is decided, and adds new ones", async () => {
  const { room, current } = await opened();
  current().hear("chatbox/events", {
    events: [
      event(12, { approval: approval({ id: 12, title: "Publish" }) }),
      event(13, { approval: approval({ id: 7, status: "approved" }) }),
    ],
    cursor: 13,
  });
  expect(room.state.approvals.map(({ id }) => id)).toEqual([12]);
});

it("drops events that it has seen", async () => {
  const { room, current } = await opened();
  const decided = { events: [event(12, { approval: approval({ status: "denied" }) })], cursor: 12 };
  current().hear("chatbox/events", decided);
  current().hear("chatbox/events", { events: [event(11, { approval: approval() })], cursor: 11 });
  expect(room.state.approvals).toEqual([]);
});

it("reads anew and follows on after a restart", async () => {
  const fake = await opened();
  fake.current().hear("chatbox/events", { events: [event(20)], cursor: 20 });
  await fake.current().die("killed by SIGKILL");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fake.current().last("follow").params).toEqual({ after: 20 });
  expect(fake.current().times("approvals")).toBe(1);
});

it("notices within seconds that somebody supervises", async () => {
  const fake = fakeSidecar();
  const room = new Room(fake.sidecar, new EventStream(fake.sidecar));
  await fake.sidecar.start();
  fake.current().last("approvals").answer({ approvals: [], cursor: 1 });
  fake
    .current()
    .last("agents")
    .answer({ agents: [agent()], supervisors: [], cursor: 1 });
  await settled();
  expect(room.state.isSupervised).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  fake
    .current()
    .last("agents")
    .answer({ agents: [agent()], supervisors: [{ id: "s", agents: [] }], cursor: 1 });
  await settled();
  expect(room.state.isSupervised).toBe(true);
});

it("forgets an agent that is no longer declared", () => {
  const state: RoomState = { isKnown: true, approvals: [], agents: [agent()], isSupervised: true };
  expect(changed(state, event(5, { type: "AgentRetired", agent: agent() })).agents).toEqual([]);
  expect(changed(state, event(5, { type: "AgentWoken", agent: agent({ state: "waking" }) })).agents).toEqual([
    agent({ state: "waking" }),
  ]);
});
