// Being led to a message: from a search, a link, a pin, with the mouse and by keyboard alone.
import { expect, numberIn, test, untilTheyWait } from "./room";

test("a search hit in a thread opens the thread at the reply, by keyboard, and says so", async ({
  room,
  chat,
}) => {
  await untilTheyWait(chat);
  const guest = await room.visit("guest", ["#general"]);
  const post = { channel: "#general", title: "Which parser?", description: "We have two.", type: "question" };
  const post_id = numberIn(await guest("start_post", post), "post_id");
  const replies: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    const body = n === 3 ? "the **walrus** said so" : `reply ${n}\n\n${"words ".repeat(60)}`;
    replies.push(numberIn(await guest("reply", { post_id, body }), "reply_id"));
  }
  for (let n = 0; n < 60; n += 1) await guest("chat", { channel: "#general", body: `line ${n}` });
  await chat.keyboard.press("Control+k");
  await chat.keyboard.type("walrus");
  await chat.keyboard.press("Enter");
  await expect(chat.getByRole("list", { name: "Found messages" }).getByRole("listitem")).toHaveCount(1);
  await chat.keyboard.press("ArrowDown");
  await chat.keyboard.press("Enter");
  const thread = chat.getByRole("complementary", { name: "Thread" });
  const hit = thread.getByRole("article").filter({ hasText: "the walrus said so" });
  await expect(hit).toBeFocused();
  await expect(hit).toBeInViewport();
  await expect(thread.getByRole("article").filter({ hasText: "reply 29" })).not.toBeInViewport();
  await expect(
    chat
      .locator("[aria-live=polite]")
      .filter({ hasText: "Reply of guest, in the thread Which parser?: the" }),
  ).toHaveCount(1);
  await chat.keyboard.press("Escape");
  await expect(chat.getByRole("searchbox", { name: "Search messages" })).toBeFocused();
  await chat.keyboard.press("Escape");
  await expect(chat.getByRole("textbox", { name: "Message #general" })).toBeFocused();
});

test("a link to a reply opens its thread, a link to a line leads to the line", async ({ room, chat }) => {
  await untilTheyWait(chat);
  const guest = await room.visit("guest", ["#debug", "#general"]);
  const first = numberIn(await guest("chat", { channel: "#debug", body: "the oldest" }), "message_id");
  for (let n = 0; n < 80; n += 1) await guest("chat", { channel: "#debug", body: `line ${n}` });
  await guest("reply", { post_id: first, body: "a late answer" });
  await guest("chat", { channel: "#general", body: "see #debug/82 and #debug/1" });
  await chat.getByRole("button", { name: "#debug/82" }).click();
  const thread = chat.getByRole("complementary", { name: "Thread" });
  await expect(thread.getByRole("article").filter({ hasText: "a late answer" })).toBeFocused();
  await chat.keyboard.press("Escape");
  await expect(thread).toHaveCount(0);
  await chat.getByRole("navigation").getByRole("button", { name: "#general" }).click();
  await chat.getByRole("button", { name: "#debug/1" }).click();
  const oldest = chat
    .getByRole("feed", { name: /debug/ })
    .getByRole("article")
    .filter({ hasText: "the oldest" });
  await expect(oldest.first()).toBeFocused();
  await expect(oldest.first()).toBeInViewport();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("a search hit in a thread fills the page with the thread", async ({ room, chat }) => {
    await untilTheyWait(chat);
    const guest = await room.visit("guest", ["#general"]);
    const post_id = numberIn(await guest("chat", { channel: "#general", body: "a line" }), "message_id");
    await guest("reply", { post_id, body: "the walrus said so" });
    await chat.getByRole("button", { name: "Search", exact: true }).tap();
    const field = chat.getByRole("searchbox", { name: "Search messages" });
    await field.fill("walrus");
    await field.press("Enter");
    await chat.getByRole("list", { name: "Found messages" }).getByRole("button").tap();
    const hit = chat.getByRole("complementary", { name: "Thread" }).getByRole("article").last();
    await expect(hit).toContainText("the walrus said so");
    await expect(hit).toBeFocused();
  });
});

test("a message to a parked agent is said to wait until it is resumed", async ({ chat }) => {
  await untilTheyWait(chat);
  const reviewer = chat.locator("cb-agents").getByRole("listitem").filter({ hasText: "reviewer" });
  await reviewer.getByRole("button", { name: /Pause/ }).click();
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("@reviewer are you there");
  await expect(chat.locator("cb-composer").getByRole("status")).toContainText(
    /reviewer\s*is parked: it sees this once it is resumed/,
  );
  await field.press("Enter");
  const delivery = chat.getByRole("article", { name: "ada, person" }).getByRole("list", { name: "Delivery" });
  await expect(delivery).toContainText(/reviewer\s*is parked: the message waits until it is resumed/);
  await reviewer.getByRole("button", { name: /Resume/ }).click();
  await expect(delivery).toContainText(/reviewer\s*answered/);
});
