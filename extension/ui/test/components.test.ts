import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AgentsElement } from "../src/components/agents";
import { Announcer } from "../src/components/announcer";
import { ApprovalElement } from "../src/components/approval";
import { ComposerElement } from "../src/components/composer";
import { MessageElement } from "../src/components/message";
import { TopBarElement } from "../src/components/top-bar";
import { opening, withFirst } from "../src/state/timeline";
import { Store } from "../src/store";
import type { Surroundings } from "../src/surroundings";
import { around } from "./around";
import { button, shown } from "./drawing";
import { FakeConnection, settled } from "./fakeConnection";
import { aMessage, aReply, ada, anAgent, anApproval, shownWith } from "./things";

let connection: FakeConnection;
let store: Store;
let surroundings: Surroundings;

beforeEach(() => {
  connection = new FakeConnection({
    approve: () => ({ action: "approved", post_id: 3 }),
    deny: () => ({ action: "denied", post_id: 3 }),
    chat: () => ({ message_id: 9 }),
    wake: () => ({ ok: true }),
  });
  store = new Store();
  store.update({ me: ada });
  surroundings = around(connection, store);
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("an approval", () => {
  const card = async (fields: Partial<ApprovalElement> = {}): Promise<[ApprovalElement, ShadowRoot]> => {
    const element = new ApprovalElement();
    Object.assign(element, { approval: anApproval({ id: 3 }), surroundings, ...fields });
    return [element, await shown(element)];
  };

  test("approving sends the digest that stands there, once", async () => {
    const [element, root] = await card();
    button(root, "Approve").click();
    await element.updateComplete;
    button(root, "Approve").click();
    await settled();
    expect(connection.asked).toHaveLength(1);
    expect(connection.asked[0]?.params).toMatchObject({ post_id: 3, digest: "digest-of-what-was-shown" });
  });

  test("denying needs a reason", async () => {
    const [element, root] = await card();
    button(root, "Deny").click();
    await element.updateComplete;
    const form = root.querySelector("form");
    form?.dispatchEvent(new Event("submit", { cancelable: true }));
    expect(connection.asked).toHaveLength(0);
    const field = root.querySelector("textarea");
    if (field) field.value = "Not today.";
    form?.dispatchEvent(new Event("submit", { cancelable: true }));
    expect(connection.asked[0]?.params).toMatchObject({ reason: "Not today." });
  });

  test("whoever cannot decide reads why, and has no buttons", async () => {
    const [, root] = await card({ whyNot: "Only a person can decide this." });
    expect(root.querySelectorAll(".answers button")).toHaveLength(0);
    expect(root.textContent).toContain("Only a person can decide this.");
  });

  test("a refusal stands on the card", async () => {
    connection.answers.approve = () => {
      throw new Error("It changed.");
    };
    const [element, root] = await card();
    button(root, "Approve").click();
    await settled();
    await element.updateComplete;
    expect(root.querySelector('[role="alert"]')?.textContent).toContain("It changed.");
  });

  test("a decided one says who, how and why", async () => {
    const approval = anApproval({
      id: 3,
      status: "denied",
      decided_by: "ada",
      decided_at: 5,
      reason: "<b>No</b>",
      via: "lsp",
    });
    const [, root] = await card({ approval });
    expect(root.textContent).toContain("Denied");
    expect(root.textContent).toContain("ada");
    expect(root.querySelector(".reason")?.textContent).toBe("<b>No</b>");
    expect(root.querySelectorAll("button.good")).toHaveLength(0);
  });
});

describe("the composer", () => {
  const composer = async (
    fields: Partial<ComposerElement>,
  ): Promise<[ComposerElement, HTMLTextAreaElement]> => {
    const element = new ComposerElement();
    Object.assign(element, { surroundings, channel: "#general", ...fields });
    const root = await shown(element);
    const field = root.querySelector("textarea");
    if (field === null) throw new Error("There is nothing to write in.");
    return [element, field];
  };
  const press = (field: HTMLElement, key: string, fields: KeyboardEventInit = {}): void => {
    field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...fields }));
  };

  test("enter sends what stands there", async () => {
    const [, field] = await composer({ draft: "  hello " });
    press(field, "Enter");
    expect(connection.asked.at(-1)).toMatchObject({ operation: "chat", params: { body: "hello" } });
  });

  test.each([
    ["shift and enter", { shiftKey: true }],
    ["enter that ends a composition", { isComposing: true }],
  ])("%s does not", async (_, fields) => {
    const [, field] = await composer({ draft: "hello" });
    press(field, "Enter", fields);
    expect(connection.count("chat")).toBe(0);
  });

  test("nothing is sent of nothing", async () => {
    const [, field] = await composer({ draft: "   " });
    press(field, "Enter");
    expect(connection.asked).toHaveLength(0);
  });

  test("whoever may not post sees no field", async () => {
    const element = new ComposerElement();
    const me = { ...ada, scopes: ["read" as const] };
    Object.assign(element, { surroundings: { ...surroundings, me }, channel: "#general" });
    expect((await shown(element)).querySelector("textarea")).toBeNull();
  });
});

describe("a message", () => {
  const drawn = async (fields: Partial<MessageElement>): Promise<ShadowRoot> => {
    const element = new MessageElement();
    Object.assign(element, { surroundings, ...fields });
    return shown(element);
  };

  test("a removed text says so", async () => {
    const root = await drawn({ message: aMessage({ id: 1, body: null, title: null }) });
    expect(root.textContent).toContain("The text was removed.");
  });

  test("a long text is folded until asked for", async () => {
    const root = await drawn({ message: aMessage({ id: 1, body: "line\n".repeat(80) }) });
    expect(root.querySelector(".prose.folded")).not.toBeNull();
    button(root, "Show all").click();
    await Promise.resolve();
    expect(root.querySelector(".prose.folded")).toBeNull();
  });

  test("its thread tells how many replies there are and shows the last two", async () => {
    const replies = [
      aReply(2, 1, { body: "first" }),
      aReply(3, 1, { body: "second" }),
      aReply(4, 1, { body: "third" }),
    ];
    const root = await drawn({ message: aMessage({ id: 1, replies: 5 }), replies });
    const fold = root.querySelector(".thread")?.textContent ?? "";
    expect(fold).toContain("5 replies");
    expect(fold).toContain("third");
    expect(fold).not.toContain("first");
  });
});

describe("the bar at the top", () => {
  const drawn = async (fields: Partial<TopBarElement>): Promise<ShadowRoot> => {
    const element = new TopBarElement();
    Object.assign(element, { layout: "narrow", ...fields });
    return shown(element);
  };

  test("in a narrow page names the channel and leads to the rest", async () => {
    const root = await drawn({ channel: "#general" });
    const labels = [...root.querySelectorAll("button")].map((one) => one.getAttribute("aria-label"));
    expect(root.querySelector(".here")?.textContent).toContain("general");
    expect(labels).toEqual(["#general, show channels", "Search", "Approvals", "Agents"]);
  });

  test.each(["narrow", "middle"] as const)(
    "in a %s page leads nowhere until a room is known",
    async (layout) => {
      const root = await drawn({ layout, channel: "" });
      expect(root.querySelector("header")?.textContent.trim()).toBe("ChatBox");
      expect(root.querySelectorAll("button")).toHaveLength(0);
    },
  );
});

describe("agents", () => {
  const drawn = async (fields: Partial<AgentsElement>): Promise<ShadowRoot> => {
    const element = new AgentsElement();
    Object.assign(element, { surroundings, supervisors: [{ id: "s", agents: ["reader"] }], ...fields });
    return shown(element);
  };

  test("without a supervisor it says that nobody is woken", async () => {
    const root = await drawn({ agents: [anAgent({ name: "reader" })], supervisors: [] });
    expect(root.textContent).toContain("No supervisor is running: agents are not woken.");
  });

  test.each([
    ["asleep", ["Wake", "Pause"]],
    ["waking", ["Pause"]],
    ["busy", ["Pause"]],
    ["backoff", ["Pause"]],
    ["parked", ["Resume"]],
  ] as const)("one that is %s can be told to: %s", async (state, words) => {
    const root = await drawn({ agents: [anAgent({ name: "reader", state })] });
    expect([...root.querySelectorAll("button")].map((one) => one.textContent.trim())).toEqual(words);
  });

  test("only who may manage can tell them anything", async () => {
    const me = { ...ada, scopes: ["read" as const] };
    const root = await drawn({
      agents: [anAgent({ name: "reader" })],
      surroundings: { ...surroundings, me },
    });
    expect(root.querySelectorAll("button")).toHaveLength(0);
  });

  test("waking asks for it by name", async () => {
    const root = await drawn({ agents: [anAgent({ name: "reader" })] });
    button(root, "Wake").click();
    expect(connection.asked[0]).toMatchObject({ operation: "wake", params: { agent: "reader" } });
  });
});

describe("what a screen reader hears", () => {
  const timelineOf = (...messages: ReturnType<typeof aMessage>[]): ReturnType<typeof withFirst> =>
    withFirst(opening(1, "#general", undefined, undefined), messages, false, false);

  test("what there was before is not news, what comes is", () => {
    const announcer = new Announcer();
    announcer.note(shownWith({ cursor: 5, timeline: timelineOf(aMessage({ id: 5 })) }));
    expect(announcer.polite).toBe("");
    const later = timelineOf(aMessage({ id: 5 }), aMessage({ id: 6, body: "hello" }));
    announcer.note(shownWith({ cursor: 6, timeline: later }));
    expect(announcer.polite).toContain("reader:");
    expect(announcer.polite).toContain("hello");
  });

  test("a new question is said at once, one's own words never", () => {
    const announcer = new Announcer();
    announcer.note(shownWith({ cursor: 5 }));
    announcer.note(shownWith({ cursor: 6, approvals: new Map([[6, anApproval({ id: 6 })]]) }));
    expect(announcer.urgent).toBe("reader asks for approval: May we?");
    announcer.note(shownWith({ cursor: 7, timeline: timelineOf(aMessage({ id: 7, author: "ada" })) }));
    expect(announcer.polite).toBe("");
  });
});
