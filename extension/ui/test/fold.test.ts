import { describe, expect, test } from "vitest";
import { folded, withSeen } from "../src/state/fold";
import type { Shown } from "../src/state/shown";
import { openApprovals, whyNotDecide } from "../src/state/shown";
import { openingThread, withThread } from "../src/state/thread";
import { opening, withFirst } from "../src/state/timeline";
import {
  aChannel,
  aMessage,
  aReply,
  ada,
  anAgent,
  anApproval,
  anEvent,
  happened,
  posted,
  shownWith,
  supervising,
} from "./things";

const open = (messages: readonly ReturnType<typeof aMessage>[]): Shown["timeline"] =>
  withFirst(opening(1, "#general", undefined, undefined), messages, false, false);

const fold = (shown: Shown, ...events: ReturnType<typeof anEvent>[]): Shown =>
  folded(shown, happened(...events)).shown;

describe("messages", () => {
  test("a posted message is shown and counted", () => {
    const before = shownWith({
      timeline: open([aMessage({ id: 4 })]),
      channels: [aChannel({ name: "#general" })],
    });
    const after = fold(before, posted(aMessage({ id: 5 })));
    expect(after.timeline?.messages.map(({ id }) => id)).toEqual([4, 5]);
    expect(after.channels[0]).toMatchObject({ count: 1, last: 5, unread: 1 });
    expect(after.cursor).toBe(5);
  });

  test("an event that was seen before changes nothing", () => {
    const before = shownWith({ cursor: 5, timeline: open([aMessage({ id: 5 })]) });
    expect(fold(before, posted(aMessage({ id: 5, body: "other" })))).toBe(before);
  });

  test("a message that a page brought already is not shown twice", () => {
    const before = shownWith({ timeline: open([aMessage({ id: 5 })]) });
    expect(fold(before, posted(aMessage({ id: 5 }))).timeline?.messages).toHaveLength(1);
  });

  test("one's own message is never unread", () => {
    const before = shownWith({ channels: [aChannel({ name: "#general" })] });
    expect(fold(before, posted(aMessage({ id: 5, author: "ada" }))).channels[0]?.unread).toBe(0);
  });

  test("what the list of channels counted already is not counted again", () => {
    const channels = [aChannel({ name: "#general", count: 7, last: 9, unread: 2 })];
    const before = shownWith({ channels, cursors: { channels: 9, agents: 0, approvals: 0 } });
    expect(fold(before, posted(aMessage({ id: 5 }))).channels[0]).toMatchObject({ count: 7, unread: 2 });
  });

  test("a reply is counted on its head, unless the page that brought the head knew it", () => {
    const head = aMessage({ id: 2 });
    const before = shownWith({ timeline: open([head]) });
    expect(fold(before, posted(aReply(5, 2))).timeline?.messages[0]?.replies).toBe(1);
    const known = shownWith({ timeline: open([{ ...head, replies: 1 }, aReply(5, 2)]) });
    expect(fold(known, posted(aReply(5, 2))).timeline?.messages[0]?.replies).toBe(1);
  });

  test("a reply joins its open thread, also while that is loading", () => {
    const before = shownWith({ thread: openingThread(2, undefined) });
    const after = fold(before, posted(aReply(5, 2)), posted(aReply(6, 3)));
    expect(after.thread?.replies.map(({ id }) => id)).toEqual([5]);
    const found = {
      post: aMessage({ id: 2 }),
      replies: [aReply(4, 2), aReply(5, 2)],
      approval: null,
      more: false,
      body_next: null,
    };
    expect(after.thread && withThread(after.thread, found).replies.map(({ id }) => id)).toEqual([4, 5]);
  });

  test("a removed text disappears from the chat and from the question it asked", () => {
    const before = shownWith({
      timeline: open([aMessage({ id: 2 })]),
      approvals: new Map([[2, anApproval({ id: 2, status: "denied" })]]),
    });
    const gone = aMessage({ id: 2, body: null });
    const after = fold(before, anEvent({ seq: 9, type: "ContentRedacted", message: gone }));
    expect(after.timeline?.messages[0]?.body).toBeNull();
    expect(after.approvals.get(2)?.body).toBeNull();
  });

  test("what was seen is unread no more", () => {
    const before = shownWith({ channels: [aChannel({ name: "#general", last: 9, unread: 3, offset: 4 })] });
    expect(withSeen(before, "#general", 9).channels[0]).toMatchObject({ offset: 9, unread: 0 });
    expect(withSeen(before, "#general", 3).channels[0]).toMatchObject({ offset: 4, unread: 3 });
  });
});

describe("approvals", () => {
  test("the one that waits longest stands first, a decided one no more", () => {
    const event = (id: number, status: "open" | "approved"): ReturnType<typeof anEvent> =>
      anEvent({ seq: id + 10, type: "ApprovalRequested", approval: anApproval({ id, status }) });
    const shown = fold(shownWith({}), event(7, "open"), event(8, "open"), event(9, "approved"));
    expect(openApprovals(shown).map(({ id }) => id)).toEqual([7, 8]);
  });

  test("nobody decides their own, and tier 2 only a person", () => {
    const shown = shownWith({});
    expect(whyNotDecide(shown, anApproval({ id: 1 }))).toBeUndefined();
    expect(whyNotDecide(shown, anApproval({ id: 1, asked_by: "ada" }))).toMatch(/somebody else/);
    const member = shownWith({ me: { ...ada, role: "member", scopes: ["read", "post"] } });
    expect(whyNotDecide(member, anApproval({ id: 1 }))).toMatch(/Your role decides no approvals/);
    expect(whyNotDecide(member, anApproval({ id: 1, tier: 1 }))).toBeUndefined();
    const agent = shownWith({ me: { ...ada, kind: "agent", scopes: ["read", "post"] } });
    expect(whyNotDecide(agent, anApproval({ id: 1 }))).toMatch(/Only a person/);
    const observer = shownWith({ me: { ...ada, role: "observer", scopes: ["read"] } });
    expect(whyNotDecide(observer, anApproval({ id: 1, tier: 1 }))).toMatch(/You read along/);
  });
});

describe("agents, channels and people", () => {
  test("an agent's newer state replaces the older one", () => {
    const supervisors = [{ id: "s", agents: ["reader"] }];
    const before = shownWith({ agents: [anAgent({ name: "reader" })], supervisors });
    const agent = anAgent({ name: "reader", state: "busy" });
    expect(fold(before, anEvent({ seq: 3, type: "TurnStarted", agent })).agents).toEqual([agent]);
  });

  test("an event older than the list of agents does not turn it back", () => {
    const before = shownWith({
      agents: [anAgent({ name: "reader", state: "busy" })],
      cursors: { channels: 0, agents: 5, approvals: 0 },
    });
    const stale = anEvent({
      seq: 4,
      type: "AgentWoken",
      agent: anAgent({ name: "reader", state: "waking" }),
    });
    expect(fold(before, stale).agents[0]?.state).toBe("busy");
  });

  test("an agent is supervised as the newest list has it, whatever older events tell", () => {
    const before = shownWith({ agents: [anAgent({ name: "reader" })], supervisors: [] });
    const gone = folded(before, supervising(0, { id: "s", agents: ["writer"] })).shown;
    expect(gone).toMatchObject({ supervisors: [{ id: "s" }], agents: [{ supervised: false }] });
    const agents = [anAgent({ name: "reader" }), anAgent({ name: "writer", supervised: false })];
    const told = agents.map((agent, at) => anEvent({ seq: at + 1, type: "AgentWoken", agent }));
    expect(fold(gone, ...told).agents).toMatchObject([
      { name: "reader", supervised: false },
      { name: "writer", supervised: true },
    ]);
  });

  test("a new channel takes its place by name", () => {
    const before = shownWith({ channels: [aChannel({ name: "#alpha" }), aChannel({ name: "#gamma" })] });
    const event = anEvent({ seq: 3, type: "ChannelCreated", channel: aChannel({ name: "#beta" }) });
    expect(fold(before, event).channels.map(({ name }) => name)).toEqual(["#alpha", "#beta", "#gamma"]);
  });

  test("lists that an event only hints at are named as stale", () => {
    const events = [
      anEvent({ seq: 1, type: "ParticipantJoined" }),
      anEvent({ seq: 2, type: "AgentDeclared" }),
    ];
    const { stale } = folded(shownWith({}), happened(...events));
    expect([...stale].sort()).toEqual(["agents", "participants"]);
    const others = folded(shownWith({}), happened(anEvent({ seq: 1, type: "Acknowledged" })));
    expect(others.stale.size).toBe(0);
    const own = anEvent({ seq: 1, type: "Acknowledged", by: "ada" });
    expect([...folded(shownWith({}), happened(own)).stale]).toEqual(["channels"]);
  });
});
