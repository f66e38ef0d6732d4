// The page on a phone, in a side bar, by keyboard alone, and with far more messages than fit.
import type { Locator } from "@playwright/test";
import { expect, test, untilTheyWait } from "./room";

interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });
  test("everything is reached from the top, and the question is named there", async ({ chat }) => {
    await expect(chat.getByRole("navigation")).toHaveCount(0);
    await chat.getByRole("button", { name: /reader asks: Add a summary.*Decide/ }).click();
    const approvals = chat.getByRole("complementary", { name: "Approvals" });
    await approvals.getByRole("button", { name: "Approve" }).click();
    await expect(approvals.getByText("Nothing waits for you.")).toBeVisible();
    await chat.getByRole("button", { name: "Agents", exact: true }).click();
    await expect(chat.getByRole("complementary", { name: "Agents" })).toContainText("reviewer");
    await chat.getByRole("button", { name: "Back to #general" }).click();
    await chat.getByRole("button", { name: /^#general.*show channels/ }).click();
    await chat.getByRole("navigation").getByRole("button", { name: "#human" }).click();
    await expect(chat.getByRole("textbox", { name: "Message #human" })).toBeVisible();
  });

  test("nothing is wider than the screen", async ({ room, chat }) => {
    const guest = await room.visit("guest", ["#general"]);
    const wide = `${"long".repeat(80)} \`${"code".repeat(60)}\`\n\n| a | b |\n|---|---|\n| ${"x".repeat(200)} | 2 |`;
    await guest("chat", { channel: "#general", body: wide });
    await expect(chat.getByRole("article", { name: "guest, agent" })).toBeVisible();
    const width = await chat.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    const feed = chat.getByRole("feed");
    expect(await feed.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });
});

/** Where they stand on the page. */
async function edges(...places: readonly Locator[]): Promise<Edges[]> {
  return Promise.all(
    places.map(async (place) => {
      const box = await place.boundingBox();
      if (box === null) throw new Error("It is not shown.");
      return { left: box.x, top: box.y, right: box.x + box.width, bottom: box.y + box.height };
    }),
  );
}

test.describe("in a side bar", () => {
  test.use({ viewport: { width: 220, height: 700 } });
  test("the question's sign stands beside its words", async ({ chat }) => {
    await untilTheyWait(chat);
    const card = chat.getByRole("feed").getByRole("group", { name: /^Approval / });
    const [sign, words] = await edges(card.locator("svg").first(), card.getByText("Waits for your decision"));
    expect(sign?.right).toBeLessThanOrEqual(words?.left ?? 0);
    expect(sign?.top).toBeGreaterThanOrEqual(words?.top ?? 0);
    expect(sign?.bottom).toBeLessThan(words?.bottom ?? 0);
  });

  test("the name of a language covers no code", async ({ room, chat }) => {
    const guest = await room.visit("guest", ["#general"]);
    const body = `\`\`\`a-language-with-a-long-name\n${"code".repeat(40)}\n\`\`\``;
    await guest("chat", { channel: "#general", body });
    const code = chat.getByRole("article", { name: "guest, agent" });
    const [name, text] = await edges(code.getByText("a-language-with"), code.locator("pre"));
    expect(name?.bottom).toBeLessThanOrEqual(text?.top ?? 0);
  });
});

test("by keyboard alone: write, read, open a thread, decide", async ({ chat }) => {
  const keyboard = chat.keyboard;
  await untilTheyWait(chat);
  await keyboard.press("Tab");
  await expect(chat.getByRole("button", { name: "Skip to the composer" })).toBeFocused();
  await keyboard.press("Enter");
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await expect(field).toBeFocused();
  await keyboard.type("thanks");
  await keyboard.press("Enter");
  const mine = chat.getByRole("article", { name: "ada, person" });
  await expect(mine).toBeVisible();
  await keyboard.press("ArrowUp");
  await expect(mine).toBeFocused();
  await keyboard.press("ArrowUp");
  await expect(chat.getByRole("article", { name: /Add a summary/ })).toBeFocused();
  await keyboard.press("Enter");
  await expect(chat.getByRole("textbox", { name: "Reply in thread" })).toBeFocused();
  await keyboard.press("Escape");
  await expect(field).toBeFocused();
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  const post = chat.getByRole("article", { name: /Add a summary/ });
  await expect(post).toBeFocused();
  const approve = post.getByRole("button", { name: "Approve" });
  for (let press = 0; press < 5; press += 1) {
    if (await approve.evaluate((button) => button.matches(":focus"))) break;
    await keyboard.press("Tab");
  }
  await expect(approve).toBeFocused();
  await keyboard.press("Enter");
  await expect(chat.getByRole("feed", { name: /general/ }).getByText("ada approved.")).toBeVisible();
});

test("thousands of messages load as one scrolls, without a gap", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#debug"]);
  const count = 400;
  for (let done = 0; done < count; done += 50) {
    const batch = Array.from({ length: 50 }, (_, at) => `Number ${done + at + 1}`);
    for (const body of batch) await guest("chat", { channel: "#debug", body });
  }
  await chat.getByRole("button", { name: /^#debug/ }).click();
  const feed = chat.getByRole("feed", { name: "Messages in #debug" });
  await chat.getByRole("button", { name: /Jump to the newest|new$/ }).click();
  await expect(feed.getByText(`Number ${count}`, { exact: true })).toBeVisible();
  await feed.hover();
  await expect(async () => {
    await chat.mouse.wheel(0, -3_000);
    await expect(feed.getByText("Number 1", { exact: true })).toBeVisible({ timeout: 50 });
  }).toPass({ timeout: 40_000, intervals: [20] });
  const positions = await feed
    .getByRole("article")
    .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("aria-posinset"))));
  expect(positions).toEqual(positions.map((_, at) => (positions[0] ?? 0) + at));
  expect(positions.length).toBeLessThan(count);
  await chat.getByRole("button", { name: "Newest" }).click();
  await expect(feed.getByText(`Number ${count}`, { exact: true })).toBeVisible();
});

test("what one reads stays where it is while older messages load above it", async ({ room, chat }) => {
  // One's own messages are never unread: the channel opens at its end.
  for (let number = 1; number <= 120; number += 1) {
    const body = `Number ${number}\n\n${"words ".repeat(number % 40)}`;
    await chat.request.post(`${room.url}/api/chat`, { data: { channel: "#debug", body } });
  }
  await chat.getByRole("button", { name: "#debug" }).click();
  const feed = chat.getByRole("feed", { name: "Messages in #debug" });
  await expect(feed.getByText("Number 120", { exact: true })).toBeInViewport();
  const loaded = await feed.getByRole("article").count();
  const marked = feed.getByRole("article").last();
  const top = async (): Promise<number> => Math.round((await marked.boundingBox())?.y ?? NaN);
  const start = await top();
  await feed.hover();
  let distance = 0;
  await expect(async () => {
    distance += 300;
    await chat.mouse.wheel(0, -300);
    const moved = async (): Promise<number> => Math.abs((await top()) - start - distance);
    await expect.poll(moved, { timeout: 2_000 }).toBeLessThanOrEqual(2);
    expect(await feed.getByRole("article").count()).toBeGreaterThan(loaded);
  }).toPass({ timeout: 30_000, intervals: [20] });
});

test.describe("with long names and many channels", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing is squeezed to letters, cut off or pushed out of sight", async ({ room, chat }) => {
    const guest = await room.visit("guest", ["#general"]);
    const long = "#a-channel-with-a-name-that-no-phone-has-room-for-in-one-line";
    for (let n = 1; n <= 40; n += 1) await guest("create_channel", { channel: `#team-${n}` });
    await guest("create_channel", { channel: long });
    const rows = `| a | b |\n|---|---|\n| ${"x".repeat(120)} | two |`;
    await guest("chat", { channel: "#general", body: `${rows}\n\nمرحبا بالعالم` });
    const article = chat.getByRole("article", { name: "guest, agent" });
    const [cell] = await edges(article.getByRole("cell", { name: "two" }));
    expect((cell?.bottom ?? 0) - (cell?.top ?? 0)).toBeLessThan(40);
    const direction = (element: Element): string => getComputedStyle(element).direction;
    expect(await article.getByText("مرحبا").evaluate(direction)).toBe("rtl");
    await chat.getByRole("button", { name: /^#general.*show channels/ }).click();
    await expect(chat.getByRole("button", { name: "Decisions" })).toBeInViewport({ ratio: 1 });
    await chat.getByRole("navigation").getByRole("button", { name: long }).click();
    await guest("chat", { channel: "#general", body: "unread elsewhere" });
    const here = chat.getByRole("button", { name: new RegExp(`^${long}`) });
    const [button, count] = await edges(here, here.locator(".count"));
    expect(count?.right).toBeLessThanOrEqual(button?.right ?? 0);
  });
});
