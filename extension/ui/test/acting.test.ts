// What can be done with a message on the page: its menu, its forms, its marks, its vote.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CallRefused } from "#protocol/connection";
import { DecisionsElement } from "../src/components/decisions";
import { MarksElement } from "../src/components/marks";
import { MessageActionsElement } from "../src/components/message-actions";
import { PinsElement } from "../src/components/pins";
import { ProposalElement } from "../src/components/proposal";
import { WritingElement } from "../src/components/writing";
import { Store } from "../src/store";
import type { Surroundings } from "../src/surroundings";
import { around } from "./around";
import { button, shown } from "./drawing";
import { FakeConnection, settled } from "./fakeConnection";
import { aMessage, aProposal, aVoting, ada, shownWith } from "./things";

let connection: FakeConnection;
let store: Store;
let surroundings: Surroundings;

beforeEach(() => {
  connection = new FakeConnection({
    pin_post: () => ({ pinned: true }),
    unpin_post: () => ({ pinned: false }),
    edit_message: () => ({ ok: true }),
    decisions: ({ status }) => ({ proposals: status === "open" ? [aProposal(4)] : [], more: false }),
    vote: () => ({ post_id: 4, proposal: aVoting() }),
    wordings: () => ({
      more: false,
      wordings: [
        { id: 2, at: 1, title: null, body: "first", truncated: false },
        { id: 5, at: 2, title: null, body: "last", truncated: false },
      ],
    }),
  });
  store = new Store();
  store.replace(shownWith({}));
  surroundings = around(connection, store);
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("the menu of a message", () => {
  const open = async (fields: Partial<MessageActionsElement>): Promise<ShadowRoot> => {
    const element = new MessageActionsElement();
    Object.assign(element, { surroundings, ...fields });
    const root = await shown(element);
    element.open();
    await element.updateComplete;
    return root;
  };
  const items = (root: ShadowRoot): readonly string[] =>
    [...root.querySelectorAll("[role=menuitem]")].map((item) => item.textContent.trim());

  test("offers a person all that they may do", async () => {
    const root = await open({ message: aMessage({ id: 2, author: "ada" }) });
    expect(items(root)).toEqual([
      "Reply in thread",
      "Pin to the channel",
      "Mark as resolved",
      "Edit…",
      "Copy #general/2",
      "Remove this text…",
    ]);
  });

  test("offers who may only read nothing but the reference", async () => {
    const me = { ...ada, scopes: ["read" as const] };
    const root = await open({ message: aMessage({ id: 2 }), surroundings: { ...surroundings, me } });
    expect(items(root)).toEqual(["Copy #general/2"]);
  });

  test("offers to undo what was done", async () => {
    const root = await open({ message: aMessage({ id: 2, pinned: true, resolved: true }) });
    expect(items(root)).toEqual(expect.arrayContaining(["Unpin", "Not resolved after all"]));
    button(root, "Unpin").click();
    expect(connection.asked[0]).toMatchObject({ operation: "unpin_post", params: { post_id: 2 } });
  });

  test("arrows move in it, escape closes it", async () => {
    const root = await open({ message: aMessage({ id: 2 }) });
    const press = (key: string): void => {
      const from = root.activeElement ?? root.querySelector(".menu");
      from?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    };
    expect(root.activeElement?.textContent.trim()).toBe("Reply in thread");
    press("ArrowUp");
    expect(root.activeElement?.textContent.trim()).toBe("Remove this text…");
    press("Escape");
    await settled();
    expect(items(root)).toEqual([]);
  });

  test("a question that waits keeps its words", async () => {
    const root = await open({ message: aMessage({ id: 2, tier: 2 }), isAsking: true });
    expect(items(root)).not.toContain("Remove this text…");
  });
});

describe("a form for a few words", () => {
  test("sends them once, and stays with the reason when it is refused", async () => {
    const sent: string[] = [];
    let left = 0;
    const element = new WritingElement();
    element.act = (text) => {
      sent.push(text);
      return Promise.resolve(sent.length === 1 ? "Closed already." : undefined);
    };
    element.addEventListener("cb-written", () => (left += 1));
    const root = await shown(element);
    const submit = (): boolean | undefined =>
      root.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
    submit();
    expect(sent).toEqual([]);
    const field = root.querySelector("textarea");
    if (field) field.value = " It ended well. ";
    submit();
    submit();
    await settled();
    await element.updateComplete;
    expect(sent).toEqual(["It ended well."]);
    expect(root.querySelector("[role=alert]")?.textContent).toBe("Closed already.");
    submit();
    await settled();
    expect(left).toBe(1);
  });

  test("new words that are the old ones are not sent", async () => {
    const message = aMessage({ id: 2, author: "ada", body: "same" });
    await surroundings.actions.changing.edit(message, "same", "");
    expect(connection.asked).toEqual([]);
    await surroundings.actions.changing.edit(message, "other", "");
    expect(connection.asked[0]?.params).toEqual({ message_id: 2, body: "other" });
  });
});

describe("the marks of a message", () => {
  const drawn = async (fields: Parameters<typeof aMessage>[0]): Promise<[MarksElement, ShadowRoot]> => {
    const element = new MarksElement();
    Object.assign(element, { surroundings, message: aMessage(fields) });
    return [element, await shown(element)];
  };

  test("nothing became of most messages", async () => {
    const [, root] = await drawn({ id: 1 });
    expect(root.textContent.trim()).toBe("");
  });

  test("a closed post says how it ended, as plain text", async () => {
    const [, root] = await drawn({ id: 1, closed: true, resolution: "<b>Done</b>" });
    expect(root.querySelector(".closing")?.textContent).toContain("<b>Done</b>");
    expect(root.querySelector(".closing b")).toBeNull();
  });

  test("an edited one shows its former words when asked, and none once they were removed", async () => {
    const [element, root] = await drawn({ id: 1, edited_at: 2 });
    button(root, "edited").click();
    await element.updateComplete;
    await settled();
    await element.updateComplete;
    expect(root.querySelector("ol")?.textContent).toContain("first");
    expect(root.querySelector("ol")?.textContent).not.toContain("last");
    element.message = aMessage({ id: 1, edited_at: 2, body: null });
    await element.updateComplete;
    expect(root.querySelector("ol")).toBeNull();
  });
});

test("pins are one line that opens to all of them, newest first", async () => {
  const element = new PinsElement();
  const messages = [aMessage({ id: 1, pinned: true }), aMessage({ id: 2, pinned: true })];
  Object.assign(element, { surroundings, pins: { channel: "#general", messages } });
  const root = await shown(element);
  expect(root.textContent).toContain("2 pinned");
  expect(root.textContent).not.toContain("message 1");
  root.querySelector("button")?.click();
  await element.updateComplete;
  expect([...root.querySelectorAll(".pin")].map((pin) => pin.getAttribute("data-message"))).toEqual([
    "2",
    "1",
  ]);
  element.pins = { channel: "#general", messages: [], arrived: undefined };
  await element.updateComplete;
  expect(element.hidden).toBe(true);
});

describe("a proposal", () => {
  const card = async (message = aProposal(4)): Promise<[ProposalElement, ShadowRoot]> => {
    const element = new ProposalElement();
    Object.assign(element, { surroundings, message });
    return [element, await shown(element)];
  };

  test("a vote needs its reason", async () => {
    const [element, root] = await card();
    button(root, "Against").click();
    await element.updateComplete;
    const form = root.querySelector("cb-writing");
    await form?.updateComplete;
    expect(form?.label).toBe("Why are you against it? Everybody reads this.");
    await form?.act("Too slow.", "");
    expect(connection.asked[0]?.params).toEqual({ post_id: 4, choice: "against", reason: "Too slow." });
  });

  test("says who voted how, and does not offer the same vote twice", async () => {
    const votes = [{ participant: "ada", choice: "for" as const, reply: 5 }];
    const [, root] = await card(aProposal(4, { votes }));
    expect(root.querySelector(".votes .for")?.textContent).toMatch(/For\s+1\s+ada/);
    expect(button(root, "For…").disabled).toBe(true);
    expect(button(root, "Against…").disabled).toBe(false);
    expect(root.textContent).toContain("1 more vote settles it");
  });

  test("a settled one is voted on no more, and leads to what took its place", async () => {
    const [, root] = await card(aProposal(4, { outcome: "accepted", settled_at: 9, replaced_by: 8 }));
    expect(root.textContent).toContain("Accepted, and replaced since");
    expect(root.querySelector(".answers")).toBeNull();
    connection.answers.get_post = () => {
      throw new CallRefused("NOT_FOUND", "There is no message 8.");
    };
    button(root, "Replaced by 8").click();
    await settled();
    expect(store.shown.notice).toMatchObject({ text: "There is no message 8.", isError: true });
  });

  test("what waits for an approval instead is no vote", async () => {
    const element = new DecisionsElement();
    const proposals = new Map([[4, { ...aProposal(4), tier: 2 as const }]]);
    Object.assign(element, { surroundings, proposals });
    const root = await shown(element);
    expect(root.querySelectorAll("cb-proposal")).toHaveLength(0);
  });

  test("the list of decisions is asked for when it opens", async () => {
    const element = new DecisionsElement();
    Object.assign(element, { surroundings });
    const root = await shown(element);
    await settled();
    expect([...(store.shown.proposals?.keys() ?? [])]).toEqual([4]);
    element.proposals = store.shown.proposals;
    await element.updateComplete;
    expect(root.querySelectorAll("cb-proposal")).toHaveLength(1);
  });
});
