// Messages that change after they were said: pinned, closed, resolved, said anew; and finding them again.
import type { Locator, Page } from "@playwright/test";
import { expect, numberIn, test, untilTheyWait } from "./room";

async function choose(article: Locator, words: string): Promise<void> {
  await article.hover();
  await article.getByRole("button", { name: "More actions" }).click();
  await article.getByRole("menuitem", { name: words }).click();
}

/** A mention is drawn without its sign: the article is found by the words behind it. */
async function say(chat: Page, words: string): Promise<Locator> {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill(words);
  await field.press("Enter");
  return chat
    .getByRole("feed")
    .getByRole("article", { name: "ada, person" })
    .filter({ hasText: words.replace(/^@\S+ /, "") });
}

test("a pinned message stands at the top of its channel and leads back to it", async ({ room, chat }) => {
  await untilTheyWait(chat);
  const guest = await room.visit("guest", ["#general"]);
  const said = await say(chat, "The release is on Friday");
  await choose(said, "Pin to the channel");
  await expect(said.getByText("Pinned")).toBeVisible();
  for (let n = 0; n < 40; n += 1) await guest("chat", { channel: "#general", body: `line ${n}` });
  await expect(chat.getByRole("feed").getByText("line 39")).toBeVisible();
  await expect(said).not.toBeInViewport();
  await chat.getByRole("button", { name: /1 pinned/ }).click();
  const pins = chat.getByRole("list", { name: "Pinned messages" });
  await pins
    .getByRole("button", { name: /The release is on Friday/ })
    .first()
    .click();
  await expect(said).toBeInViewport();
  await pins.getByRole("button", { name: "Unpin The release is on Friday" }).click();
  await expect(chat.getByRole("button", { name: /pinned/ })).toHaveCount(0);
  await expect(said.getByText("Pinned")).toHaveCount(0);
});

test("an edited message says so, and what it said before", async ({ chat }) => {
  await untilTheyWait(chat);
  const said = await say(chat, "We use the frist parser");
  await choose(said, "Edit…");
  const field = chat.getByRole("textbox", { name: "New words for this message" });
  await expect(field).toHaveValue("We use the frist parser");
  await field.fill("We use the first parser");
  await field.press("Enter");
  const edited = chat.getByRole("article", { name: "ada, person" }).filter({ hasText: "first parser" });
  await edited.getByRole("button", { name: /edited/ }).click();
  await expect(edited.getByRole("list", { name: "What it said before" })).toContainText("frist");
});

test("a post is closed with its resolution, by keys alone; a line is resolved and not", async ({
  room,
  chat,
}) => {
  await untilTheyWait(chat);
  const guest = await room.visit("guest", ["#general"]);
  const post = { channel: "#general", title: "Which parser?", description: "We have two.", type: "question" };
  await guest("start_post", post);
  const article = chat.getByRole("article", { name: /Which parser/ });
  await article.focus();
  await chat.keyboard.press("Shift+F10");
  await expect(chat.getByRole("menuitem", { name: "Reply in thread" })).toBeFocused();
  await expect(chat.getByRole("menuitem", { name: "Edit…" })).toHaveCount(0);
  for (let n = 0; n < 3; n += 1) await chat.keyboard.press("ArrowDown");
  await expect(chat.getByRole("menuitem", { name: "Close with a resolution…" })).toBeFocused();
  await chat.keyboard.press("Enter");
  await chat.keyboard.type("The second one.");
  await chat.keyboard.press("Enter");
  await expect(article.getByRole("note", { name: "Closed" })).toContainText("The second one.");
  await expect(article).toBeFocused();
  await choose(article, "Mark as resolved");
  await expect(article.getByText("Resolved")).toBeVisible();
  await choose(article, "Not resolved after all");
  await expect(article.getByText("Resolved")).toHaveCount(0);
});

test("a search finds with operators, pages, jumps there, and says what is wrong with a query", async ({
  room,
  chat,
}) => {
  await untilTheyWait(chat);
  const guest = await room.visit("guest", ["#general", "#debug"]);
  const first = numberIn(
    await guest("chat", { channel: "#debug", body: "the oldest **walrus** of all" }),
    "message_id",
  );
  for (let n = 0; n < 24; n += 1) await guest("chat", { channel: "#general", body: `walrus number ${n}` });
  await chat.keyboard.press("Escape");
  await chat.getByRole("article").last().focus();
  await chat.keyboard.press("/");
  const field = chat.getByRole("searchbox", { name: "Search messages" });
  await expect(field).toBeFocused();
  await field.fill("walrus from:guest");
  await field.press("Enter");
  const found = chat.getByRole("list", { name: "Found messages" });
  await expect(found.getByRole("listitem")).toHaveCount(20);
  await expect(found.getByRole("listitem").first()).toContainText("walrus number 23");
  await expect(found.locator("mark").first()).toHaveText("walrus");
  await chat.getByRole("button", { name: "Older results" }).click();
  await expect(found.getByRole("listitem")).toHaveCount(25);
  await found.locator(`[data-message="${first}"]`).click();
  await expect(chat.getByRole("heading", { name: "#debug" })).toBeVisible();
  await expect(chat.getByRole("article").filter({ hasText: "the oldest walrus" })).toBeInViewport();
  await field.fill("on:yesterday");
  await field.press("Enter");
  await expect(chat.getByRole("complementary").getByRole("alert")).toContainText("needs a day like");
  await field.press("Escape");
  await expect(field).toHaveCount(0);
  await chat.keyboard.press("Control+k");
  await expect(field).toBeFocused();
});

test("under a message stands what became of it with every agent that it woke", async ({ chat }) => {
  await untilTheyWait(chat);
  const said = await say(chat, "@reviewer what do you think");
  const deliveries = said.getByRole("list", { name: "Delivery" });
  await expect(deliveries).toContainText(/reviewer\s*answered/);
  await chat.reload();
  await expect(deliveries).toContainText(/reviewer\s*answered/);
  const quiet = await say(chat, "just a note");
  await expect(quiet).toBeVisible();
  await expect(quiet.getByRole("list", { name: "Delivery" })).toHaveCount(0);
});

test("a proposal is made, voted on with reasons, settled and listed", async ({ room, chat }) => {
  await untilTheyWait(chat);
  const guest = await room.visit("guest", ["#general"]);
  await chat.getByRole("button", { name: "Decisions" }).click();
  const panel = chat.getByRole("complementary", { name: "Decisions" });
  await expect(panel.getByText("Nothing is being voted on.")).toBeVisible();
  await panel.getByRole("button", { name: "Propose something…" }).click();
  await panel.getByRole("textbox", { name: "What do you propose?" }).fill("Keep the second parser");
  await panel.getByRole("textbox", { name: "Why, and what follows from it" }).fill("It is **faster**.");
  await panel.getByRole("button", { name: "Propose", exact: true }).click();
  const listed = panel
    .getByRole("list", { name: "Open proposals" })
    .getByRole("group", { name: /Keep the second/ });
  await expect(listed.getByText("faster")).toBeVisible();
  const post = chat.getByRole("feed").getByRole("article", { name: /Keep the second parser/ });
  const card = post.getByRole("group", { name: /Keep the second parser/ });
  await card.getByRole("button", { name: "For…" }).click();
  await card.getByRole("textbox", { name: /Why are you for it/ }).fill("I measured it.");
  await card.getByRole("button", { name: "Vote for" }).click();
  await expect(card).toContainText("1 of 2 votes");
  await expect(card.getByRole("button", { name: "For…" })).toBeDisabled();
  const post_id = Number(await post.getAttribute("data-message"));
  await guest("vote", { post_id, choice: "for", reason: "So did I." });
  await expect(card.getByText("Accepted")).toBeVisible();
  await expect(card.getByRole("listitem").filter({ hasText: "For" })).toContainText(/2\s*ada\s*guest/);
  const standing = panel.getByRole("list", { name: "Standing decisions" });
  await expect(standing.getByRole("group", { name: /Keep the second parser/ })).toBeVisible();
  const successor = {
    channel: "#general",
    title: "Keep both",
    description: "Both.",
    quorum: 1,
    replaces: post_id,
  };
  const next = numberIn(await guest("propose", successor), "post_id");
  await guest("vote", { post_id: next, choice: "for", reason: "Yes." });
  await card.getByRole("button", { name: `Replaced by ${next}` }).click();
  await expect(chat.getByRole("feed").getByRole("article", { name: /Keep both/ })).toBeInViewport();
  await panel.getByText("Rejected or replaced (1)").click();
  await expect(panel.getByText("Accepted, and replaced since")).toBeVisible();
});

test("everybody with a name is listed, agents with who runs them", async ({ room, chat }) => {
  await room.visit("guest", ["#general"]);
  await untilTheyWait(chat);
  await chat.getByRole("navigation").getByRole("button", { name: "Members" }).click();
  const members = chat.getByRole("list", { name: "Members" });
  await expect(members.getByRole("listitem").filter({ hasText: "ada" })).toContainText(/you\s*owner/);
  await expect(members.getByRole("listitem").filter({ hasText: "guest" })).toContainText("runs by itself");
  await expect(members.getByRole("listitem").filter({ hasText: "reviewer" })).toContainText("supervised");
});

test.describe("with fingers, on a phone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 720 } });

  test("a message is pinned, found, and everything fits", async ({ chat }) => {
    await untilTheyWait(chat);
    const said = await say(chat, "remember the walrus");
    await said.tap();
    await said.getByRole("button", { name: "More actions" }).tap();
    await said.getByRole("menuitem", { name: "Pin to the channel" }).tap();
    await expect(chat.getByRole("button", { name: /1 pinned/ })).toBeVisible();
    await chat.getByRole("button", { name: "Search", exact: true }).tap();
    const field = chat.getByRole("searchbox", { name: "Search messages" });
    await field.fill("is:pinned");
    await field.press("Enter");
    await chat.getByRole("list", { name: "Found messages" }).getByRole("button").tap();
    await expect(said).toBeInViewport();
    for (const panel of ["Decisions", "Agents"]) {
      if (panel === "Decisions") await chat.getByRole("button", { name: /show channels/ }).tap();
      await chat.getByRole("button", { name: panel }).tap();
      await expect(chat.getByRole("complementary", { name: panel })).toBeVisible();
      const isTooWide = await chat.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(isTooWide).toBe(false);
      await chat.getByRole("button", { name: "Back to #general" }).tap();
    }
  });
});
