// A message that changes after it was said: every place that shows it shows it as it is now.
import { describe, expect, test } from "vitest";
import type { MessageView } from "#protocol/types.gen";
import { folded } from "../src/state/fold";
import { searching, withFound } from "../src/state/found";
import { readingPins, withPin, withPins } from "../src/state/pins";
import type { Shown } from "../src/state/shown";
import { doableWith } from "../src/state/shown";
import { openingThread, withThread } from "../src/state/thread";
import { opening, withFirst } from "../src/state/timeline";
import { aMessage, aProposal, aReply, ada, anEvent, happened, shownWith } from "./things";

const TYPES = [
  "PostPinned",
  "PostUnpinned",
  "PostClosed",
  "MessageResolved",
  "MessageUnresolved",
  "MessageEdited",
  "ProposalOpened",
  "VoteCast",
  "ProposalSettled",
  "ContentRedacted",
];

const changing = (shown: Shown, type: string, message: MessageView): Shown =>
  folded(shown, happened(anEvent({ seq: 900, type, message }))).shown;

const everywhere = (message: MessageView): Shown =>
  shownWith({
    timeline: withFirst(opening(1, "#general", undefined, undefined), [message], false, false),
    thread: withThread(openingThread(message.id, undefined), {
      post: message,
      replies: [],
      approval: null,
      more: false,
      body_next: null,
    }),
    heads: new Map([[message.id, message]]),
    pins: { channel: "#general", messages: [message], arrived: undefined },
    found: withFound(searching("parser"), { messages: [message], more: false, incomplete: false }),
    proposals: new Map([[message.id, message]]),
  });

const places = (shown: Shown): readonly (MessageView | undefined)[] => [
  shown.timeline?.messages[0],
  shown.thread?.post,
  shown.heads.get(2),
  shown.pins?.messages[0],
  shown.found?.messages[0],
  shown.proposals?.get(2),
];

describe("a message that changed", () => {
  test.each(TYPES)("%s replaces it everywhere and is appended nowhere", (type) => {
    const before = everywhere({ ...aProposal(2), pinned: true });
    const now = { ...aProposal(2), pinned: true, body: "other words", edited_at: 7 };
    const after = changing(before, type, now);
    for (const place of places(after)) expect(place).toMatchObject({ body: "other words", edited_at: 7 });
    expect(after.timeline?.messages).toHaveLength(1);
    expect(after.thread?.replies).toHaveLength(0);
    expect(after.found?.messages).toHaveLength(1);
  });

  test.each(TYPES)("%s of a message that is not shown shows nothing", (type) => {
    const before = everywhere(aMessage({ id: 2, pinned: true }));
    const after = changing(before, type, aMessage({ id: 3 }));
    expect(places(after)).toEqual(places(before));
    expect(after.timeline?.messages).toHaveLength(1);
  });

  test("its replies are counted by their own events only", () => {
    const before = everywhere(aMessage({ id: 2, replies: 1 }));
    const after = changing(before, "PostPinned", aMessage({ id: 2, replies: 2, pinned: true }));
    expect(after.timeline?.messages[0]).toMatchObject({ replies: 1, pinned: true });
  });

  test("a reply changes in its thread", () => {
    const found = { post: aMessage({ id: 2 }), replies: [aReply(4, 2), aReply(5, 2)] };
    const thread = withThread(openingThread(2, undefined), {
      ...found,
      approval: null,
      more: false,
      body_next: null,
    });
    const after = changing(shownWith({ thread }), "MessageResolved", aReply(4, 2, { resolved: true }));
    expect(after.thread?.replies.map(({ resolved }) => resolved)).toEqual([true, false]);
  });

  test("pins of the channel come and go, those of others do not", () => {
    const before = shownWith({
      pins: { channel: "#general", messages: [aMessage({ id: 7, pinned: true })], arrived: undefined },
    });
    const pinned = changing(before, "PostPinned", aMessage({ id: 2, pinned: true }));
    expect(pinned.pins?.messages.map(({ id }) => id)).toEqual([2, 7]);
    expect(changing(before, "PostUnpinned", aMessage({ id: 7 })).pins?.messages).toEqual([]);
    const other = aMessage({ id: 3, channel: "#debug", pinned: true });
    expect(changing(before, "PostPinned", other).pins).toBe(before.pins);
  });

  test("a pin that overtakes the list of pins is in it, one that was taken away is not", () => {
    const seven = aMessage({ id: 7, pinned: true });
    const asked = readingPins(undefined, "#general");
    const events = [aMessage({ id: 2, pinned: true }), aMessage({ id: 7 })];
    const pins = withPins(events.reduce(withPin, asked), [seven]);
    expect(pins.messages.map(({ id }) => id)).toEqual([2]);
    expect(pins.arrived).toBeUndefined();
    // Without the events that were faster the list is taken as it is.
    expect(withPins(readingPins(undefined, "#general"), [seven]).messages).toEqual([seven]);
  });

  test("an accepted proposal takes the place of the one that it replaces", () => {
    const before = everywhere(aProposal(2, { outcome: "accepted" }));
    const after = changing(before, "ProposalSettled", aProposal(8, { outcome: "accepted", replaces: 2 }));
    expect(after.timeline?.messages[0]?.proposal?.replaced_by).toBe(8);
    expect(after.proposals?.get(2)?.proposal?.replaced_by).toBe(8);
    expect(after.proposals?.has(8)).toBe(true);
    const rejected = changing(before, "ProposalSettled", aProposal(8, { outcome: "rejected", replaces: 2 }));
    expect(rejected.proposals?.get(2)?.proposal?.replaced_by).toBeNull();
  });
});

describe("what may be done with a message", () => {
  const post = aMessage({ id: 1, kind: "post", author: "reader" });
  const own = aMessage({ id: 2, author: "ada" });

  test.each([
    ["a person", ada, post, ["pin", "resolve", "close"]],
    ["a person with a line of another", ada, aMessage({ id: 1 }), ["pin", "resolve"]],
    ["a person with a closed post", ada, { ...post, closed: true }, ["pin", "resolve"]],
    ["a person with their own words", ada, own, ["pin", "resolve", "edit"]],
    [
      "its author when others vote on it",
      ada,
      { ...aProposal(3), author: "ada" },
      ["pin", "resolve", "close"],
    ],
    ["its author when it asks for approval", ada, { ...own, tier: 2 as const }, ["pin", "resolve"]],
    ["its author when the words are gone", ada, { ...own, body: null }, ["pin", "resolve"]],
    ["an agent with another's", { ...ada, kind: "agent" as const }, post, []],
    ["an agent with its own", { ...ada, kind: "agent" as const }, own, ["pin", "resolve", "edit"]],
    ["who may only read", { ...ada, scopes: ["read" as const] }, own, []],
  ])("%s: %#", (_, me, message, doable) => {
    expect([...doableWith(me, message)]).toEqual(doable);
  });
});
