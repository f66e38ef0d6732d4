// For whoever sees little, sees nothing, or has no mouse: every screen by axe-core's rules, and where the keyboard goes.
import type { Page } from "@playwright/test";
import { wrongWith } from "./axe";
import type { Room } from "./room";
import { expect, numberIn, test, untilTheyWait } from "./room";

/** A conversation with one of everything that a screen shows. */
async function fill(room: Room): Promise<void> {
  const guest = await room.visit("guest", ["#general", "#debug"]);
  const post = { channel: "#general", title: "Which parser?", description: "We have two.", type: "question" };
  const post_id = numberIn(await guest("start_post", post), "post_id");
  await guest("reply", { post_id, body: "The **second** one" });
  await guest("pin_post", { post_id });
  const table = "| a | b |\n|---|---|\n| 1 | 2 |";
  await guest("chat", {
    channel: "#general",
    body: `\`\`\`python\nx = 1\n\`\`\`\n\n- [x] done\n- [ ] not\n\n${table}`,
  });
  const proposal = { channel: "#general", title: "Keep it", description: "As it is.", quorum: 2 };
  await guest("propose", proposal);
  const settled = numberIn(await guest("propose", { ...proposal, quorum: 1 }), "post_id");
  await guest("vote", { post_id: settled, choice: "for", reason: "Yes." });
  await guest("chat", { channel: "#debug", body: "unread" });
}

/** By every rule in light; in dark the shades are all that differs. */
async function expectNothingWrong(page: Page, screen: string): Promise<void> {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  expect(await wrongWith(page), `${screen}, light`).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await wrongWith(page, ["color-contrast"]), `${screen}, dark`).toEqual([]);
}

test("axe finds nothing wrong with the chat, its menus and its thread", async ({ room, chat }) => {
  await fill(room);
  await untilTheyWait(chat);
  await expectNothingWrong(chat, "chat");
  await chat
    .getByRole("feed")
    .getByRole("button", { name: /1 reply/ })
    .first()
    .click();
  await expectNothingWrong(chat, "thread");
  await chat.keyboard.press("Escape");
  await chat.getByRole("button", { name: /1 pinned/ }).click();
  await chat.getByRole("complementary").getByRole("button", { name: "Deny…" }).click();
  await chat.getByRole("article", { name: /Which parser/ }).focus();
  await chat.keyboard.press("Shift+F10");
  await expectNothingWrong(chat, "menu, pins and denial");
  await chat.keyboard.press("Escape");
  await chat.getByRole("navigation").getByRole("button", { name: "#alerts" }).click();
  await chat.getByRole("textbox", { name: "Message #alerts" }).fill("@revi");
  await expect(chat.getByRole("option", { name: "reviewer" })).toBeVisible();
  await expectNothingWrong(chat, "empty channel with completion");
});

test("axe finds nothing wrong with what stands beside the chat, and its forms", async ({ room, chat }) => {
  await fill(room);
  await untilTheyWait(chat);
  const nav = chat.getByRole("navigation");
  await chat.keyboard.press("Control+k");
  await chat.keyboard.type("parser");
  await chat.keyboard.press("Enter");
  await expect(chat.getByRole("list", { name: "Found messages" })).toBeVisible();
  await expectNothingWrong(chat, "search");
  for (const [panel, form] of [
    ["Decisions", "Propose something…"],
    ["Members", "Invite…"],
    ["Rooms", "Open a room…"],
  ] as const) {
    await nav.getByRole("button", { name: panel }).click();
    await expectNothingWrong(chat, panel);
    await chat.getByRole("button", { name: form }).click();
    await expectNothingWrong(chat, form);
    await chat.keyboard.press("Escape");
  }
});

test("axe finds nothing wrong with a guest's phone, and with no link", async ({ room, chat, browser }) => {
  await fill(room);
  const answer = await chat.request.post(`${room.url}/api/invite`, {
    data: { name: "bob", role: "observer" },
  });
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const phone = await context.newPage();
  await phone.goto(String(Reflect.get(Object(await answer.json()), "url")));
  await expect(phone.getByText("You are here as an observer: you read along.")).toBeVisible();
  await expectNothingWrong(phone, "observer on a phone");
  for (const panel of ["Approvals", "Agents"]) {
    await phone.getByRole("button", { name: panel }).click();
    await expectNothingWrong(phone, `${panel} on a phone`);
  }
  await context.clearCookies();
  await phone.goto(room.url);
  await expectNothingWrong(phone, "without a link");
  await context.close();
});

test("what had the keyboard and goes away hands it on", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#general"]);
  await untilTheyWait(chat);
  for (const title of ["First?", "Second?"]) {
    await guest("start_post", {
      channel: "#general",
      title,
      description: "May I?",
      type: "question",
      tier: 2,
    });
  }
  const keyboard = chat.keyboard;
  const aside = chat.getByRole("complementary");
  // From question to question, without deciding one by accident.
  const cards = aside.getByRole("group", { name: /^Approval/ });
  await expect(cards).toHaveCount(3);
  await cards.nth(1).getByRole("button", { name: "Approve" }).focus();
  await keyboard.press("Enter");
  await expect(aside.getByRole("group", { name: /Second\?/ })).toBeFocused();
  await keyboard.press("Enter");
  await expect(cards).toHaveCount(2);
  // Told to an agent, and told otherwise.
  await aside.getByRole("button", { name: "Pause reviewer" }).focus();
  await keyboard.press("Enter");
  await expect(aside.getByRole("button", { name: "Resume reviewer" })).toBeFocused();
  // A form that is left, and a question that is taken back.
  const nav = chat.getByRole("navigation");
  await nav.getByRole("button", { name: "Open a new channel" }).focus();
  await keyboard.press("Enter");
  await expect(nav.getByRole("textbox")).toBeFocused();
  await keyboard.press("Escape");
  await expect(nav.getByRole("button", { name: "Open a new channel" })).toBeFocused();
  await nav.getByRole("button", { name: "Members" }).press("Enter");
  await chat.getByRole("button", { name: "Dismiss guest…" }).press("Enter");
  await expect(chat.getByRole("button", { name: "Keep" })).toBeFocused();
  await keyboard.press("Escape");
  await expect(chat.getByRole("button", { name: "Dismiss guest…" })).toBeFocused();
  await chat.getByRole("button", { name: "Invite…" }).press("Enter");
  await keyboard.press("Escape");
  await expect(chat.getByRole("button", { name: "Invite…" })).toBeFocused();
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("a slip");
  await field.press("Enter");
  const said = chat.getByRole("article", { name: "ada, person" });
  await said.press("Shift+F10");
  await keyboard.press("End");
  await keyboard.press("Enter");
  await expect(said.getByRole("button", { name: "Keep" })).toBeFocused();
  await keyboard.press("Escape");
  await expect(said).toBeFocused();
});

test("arrows go through channels and replies, and Tab stops once in each list", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#general"]);
  for (const channel of ["#phase-10", "#phase-2"]) await guest("create_channel", { channel });
  const post = { channel: "#general", title: "Which parser?", description: "We have two.", type: "question" };
  const post_id = numberIn(await guest("start_post", post), "post_id");
  for (const body of ["uno", "due"]) await guest("reply", { post_id, body });
  await untilTheyWait(chat);
  const nav = chat.getByRole("navigation");
  await nav.getByRole("button", { name: "#general" }).focus();
  await chat.keyboard.press("End");
  await expect(nav.getByRole("button", { name: "#phase-10" })).toBeFocused();
  await chat.keyboard.press("ArrowUp");
  await expect(nav.getByRole("button", { name: "#phase-2" })).toBeFocused();
  await chat.keyboard.press("Tab");
  await expect(nav.getByRole("button", { name: "Decisions" })).toBeFocused();
  await chat.getByRole("article", { name: /Which parser/ }).press("Enter");
  const thread = chat.getByRole("complementary", { name: "Thread" });
  await thread.getByRole("article").filter({ hasText: "due" }).focus();
  await chat.keyboard.press("ArrowUp");
  await expect(thread.getByRole("article").filter({ hasText: "uno" })).toBeFocused();
  await chat.keyboard.press("Home");
  await expect(thread.getByRole("article", { name: /Which parser/ })).toBeFocused();
});

test("the same words twice are read out twice", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#general"]);
  await untilTheyWait(chat);
  const spoken = chat.locator("[aria-live=polite]");
  await spoken.evaluate((region) => {
    const heard: string[] = [];
    Reflect.set(globalThis, "heard", heard);
    const note = (): number => heard.push(region.textContent.trim());
    new MutationObserver(note).observe(region, { characterData: true, childList: true, subtree: true });
  });
  const heard = (): Promise<unknown> => chat.evaluate((): unknown => Reflect.get(globalThis, "heard"));
  for (let time = 1; time <= 2; time += 1) {
    await guest("chat", { channel: "#general", body: "still red" });
    await expect.poll(heard).toHaveLength(time);
  }
  expect(await heard()).toEqual(["guest:  still red", "guest:  still red"]);
});
