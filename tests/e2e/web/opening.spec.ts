// From a link to a running conversation, and what the page says when there is no way in.
import { NOTES, expect, test } from "./room";

test("a link opens the page, shows two agents at work on a real file, and one question", async ({
  room,
  page,
}) => {
  await page.goto(await room.link());
  const messages = page.getByRole("feed", { name: "Messages in #general" });
  await expect(messages.getByRole("article", { name: /^reader, agent/ }).first()).toContainText(NOTES);
  await expect(messages.getByRole("article", { name: /^reviewer, agent/ })).toContainText("I checked");
  await expect(messages.getByRole("button", { name: "Approve" })).toBeVisible();
  await expect(page.getByRole("button", { name: "1 approval waits" })).toBeVisible();
  await expect(page).toHaveTitle("(1) #general · ChatBox");
});

test("the code leaves the address bar, and a reload needs none", async ({ room, page }) => {
  await page.goto(await room.link());
  await expect(page.getByRole("textbox", { name: "Message #general" })).toBeVisible();
  expect(page.url()).toBe(`${room.url}/`);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Message #general" })).toBeVisible();
});

test("a link works once", async ({ room, browser }) => {
  const link = await room.link();
  const first = await browser.newPage();
  await first.goto(link);
  await expect(first.getByRole("textbox", { name: "Message #general" })).toBeVisible();
  const second = await (await browser.newContext()).newPage();
  await second.goto(link);
  await expect(second.getByText("This link was used before")).toBeVisible();
  await expect(second.getByText("chatbox link", { exact: true })).toBeVisible();
  await expect(second.getByRole("textbox")).toHaveCount(0);
});

test("without a link the page says how to get one", async ({ room, page }) => {
  await page.goto(room.url);
  await expect(page.getByRole("heading", { name: "This page needs a link" })).toBeVisible();
});

test.describe("without a supervisor", () => {
  test.use({ options: ["--demo", "--no-supervise"] });
  test("it says that nobody wakes", async ({ chat }) => {
    await expect(chat.getByText("No supervisor is running: agents are not woken.")).toBeVisible();
    await chat.getByRole("textbox", { name: "Message #general" }).fill("@reader hello");
    await expect(chat.getByText("nobody wakes now")).toBeVisible();
  });
});
