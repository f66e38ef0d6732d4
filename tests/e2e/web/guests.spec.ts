// A guest of a password room in a browser, on a phone: the link, the password, the name, and a conversation.
import type { Page } from "@playwright/test";
import { PASSWORD, expect, test } from "./guests";
import { test as beside, expect as expectBeside, textIn } from "./room";

test("the link opens the room, and the password leaves the address bar", async ({ room, phone }) => {
  await expect(phone.getByText("Nothing was said yet")).toBeVisible();
  await expect(phone.getByLabel("Your name in this room")).toBeFocused();
  expect(phone.url()).toBe(`${room.url}/`);
  await expect(phone.getByRole("status").getByText("Live")).toBeVisible();
  const cookies = await phone.context().cookies();
  expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict", path: "/" }]);
  const kept = await phone.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  expect(kept).not.toContain("correct");
  await phone.reload();
  await expect(phone.getByRole("heading", { name: "Room" })).toBeVisible();
});

test("links as the original printed them work, too", async ({ room, page }) => {
  await page.goto(`${room.url}/?password=${encodeURIComponent(PASSWORD)}`);
  await expect(page.getByRole("heading", { name: "Room" })).toBeVisible();
  expect(page.url()).toBe(`${room.url}/`);
});

test("without a link the password is asked for, and a wrong one is told", async ({ room, page }) => {
  await page.goto(room.url);
  const field = page.getByLabel("Password");
  await expect(field).toBeFocused();
  await field.fill("wrong");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("That is not the room’s password.");
  // What is typed now replaces what was wrong.
  await page.getByRole("button", { name: "Enter the room" }).click();
  await expect(field).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.getByRole("button", { name: "Enter the room" }).click();
  await expect(page.getByRole("heading", { name: "Room" })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a guest reads at once, and writes under a name that is kept", async ({ room, phone }) => {
  await room.say("builder", "I start with `parse.py`.");
  await expect(phone.getByRole("listitem").filter({ hasText: "I start with parse.py." })).toBeVisible();
  await expect(phone.getByRole("textbox", { name: "Message" })).toHaveCount(0);
  await phone.getByLabel("Your name in this room").fill("Ada");
  await phone.getByRole("button", { name: "Join" }).click();
  const field = phone.getByRole("textbox", { name: "Message" });
  await expect(field).toBeFocused();
  await field.fill("good, 世界 🤖");
  await phone.getByRole("button", { name: "Send" }).click();
  await expect(phone.getByRole("listitem").filter({ hasText: "good, 世界 🤖" })).toContainText("Ada");
  await expect(field).toHaveValue("");
  await phone.reload();
  await expect(phone.getByRole("textbox", { name: "Message" })).toBeVisible();
  await phone.getByRole("button", { name: "Change name" }).click();
  await expect(phone.getByLabel("Your name in this room")).toHaveValue("Ada");
});

test("two guests see each other, and Shift+Enter starts a line", async ({ room, phone, browser }) => {
  const other = await (await browser.newContext()).newPage();
  await other.goto(room.link);
  for (const [page, name] of [
    [phone, "Ada"],
    [other, "Bob"],
  ] as const) {
    await page.getByLabel("Your name in this room").fill(name);
    await page.keyboard.press("Enter");
  }
  await phone.getByRole("textbox", { name: "Message" }).focus();
  await phone.keyboard.type("first");
  await phone.keyboard.press("Shift+Enter");
  await phone.keyboard.type("second");
  await phone.keyboard.press("Enter");
  await expect(other.getByRole("listitem")).toContainText(["Ada"]);
  await expect(other.getByRole("listitem").locator("br")).toHaveCount(1);
  await other.getByRole("textbox", { name: "Message" }).fill("heard");
  await other.keyboard.press("Enter");
  await expect(phone.getByRole("listitem").filter({ hasText: "heard" })).toContainText("Bob");
});

test("what others write is text, and nothing is wider than the phone", async ({ room, phone }) => {
  await room.say("<img src=x onerror=alert(1)>", "<script>document.title='taken'</script> <b>bold</b>");
  await room.say(
    "x".repeat(300),
    `${"long".repeat(100)} \`${"code".repeat(60)}\`\n\n| a |\n|---|\n| ${"y".repeat(200)} |`,
  );
  await expect(phone.getByRole("listitem").first()).toContainText("<b>bold</b>");
  await expect(phone).toHaveTitle("Room");
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const list = phone.getByRole("main");
  expect(await list.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
});

test("where a proxy holds streams back, the page polls", async ({ room, page }) => {
  const held: unknown[] = [];
  // Neither answered nor refused, as a proxy does that waits for the end of an answer that has none.
  await page.route("**/messages/stream*", (route) => void held.push(route));
  await page.goto(room.link);
  await expect(page.getByRole("status").getByText("Live")).toBeVisible();
  expect(held).toHaveLength(1);
  await room.say("builder", "through the poll");
  await expect(page.getByText("through the poll")).toBeVisible();
});

test("a restart of the room is survived: the password again, then the new room", async ({ room, phone }) => {
  await room.say("builder", "in the first life");
  await expect(phone.getByText("in the first life")).toBeVisible();
  await room.end();
  await expect(phone.getByText("Reconnecting")).toBeVisible();
  await expect(phone.getByText("in the first life")).toBeVisible();
  await room.begin();
  await room.say("builder", "in the second life");
  await expect(phone.getByText("It was opened anew")).toBeVisible();
  await phone.getByLabel("Password").fill(PASSWORD);
  await phone.getByRole("button", { name: "Enter the room" }).click();
  await expect(phone.getByText("in the second life")).toBeVisible();
  await expect(phone.getByText("in the first life")).toHaveCount(0);
});

test("a message that cannot be sent stays in the field", async ({ phone }) => {
  await phone.getByLabel("Your name in this room").fill("Ada");
  await phone.keyboard.press("Enter");
  const field = phone.getByRole("textbox", { name: "Message" });
  await field.fill("do not lose this");
  await phone.route("**/messages", (route) => route.abort());
  await phone.getByRole("button", { name: "Send" }).click();
  await expect(phone.getByRole("alert")).toContainText("The room did not answer.");
  await expect(field).toHaveValue("do not lose this");
});

test("without the room nothing can be sent, and a draft outlives its return", async ({ room, phone }) => {
  await phone.getByLabel("Your name in this room").fill("Ada");
  await phone.keyboard.press("Enter");
  const field = phone.getByRole("textbox", { name: "Message" });
  const send = phone.getByRole("button", { name: "Send" });
  await field.fill("half a thought");
  await expect(send).toBeEnabled();
  await room.end();
  await expect(phone.getByText("nothing can be sent until the room is back")).toBeVisible();
  await expect(send).toBeDisabled();
  await field.press("Enter");
  await expect(field).toHaveValue("half a thought");
  await room.begin();
  await phone.getByLabel("Password").fill(PASSWORD);
  await phone.getByRole("button", { name: "Enter the room" }).click();
  await expect(field).toHaveValue("half a thought");
  await expect(phone.getByText("nothing can be sent")).toBeHidden();
  await send.click();
  await expect(phone.getByRole("listitem").filter({ hasText: "half a thought" })).toBeVisible();
});

test("the end stays in view when the keyboard comes, and after a reload", async ({ room, phone }) => {
  for (let number = 1; number <= 12; number += 1) await room.say(`agent ${number}`, `Number ${number}`);
  await room.say("agent", "the code:\n\n```python\nx = 1\n```\n\n```\ny = 2\n```\n\nthe last line");
  await expect(phone.getByText("the last line")).toBeVisible();
  await expect.poll(() => toTheEnd(phone)).toBeLessThan(1);
  await phone.setViewportSize({ width: 390, height: 400 });
  await expect.poll(() => toTheEnd(phone)).toBeLessThan(1);
  await expect(phone.getByText("the last line")).toBeInViewport();
  await expect(phone.getByRole("button", { name: "New messages" })).toHaveCount(0);
  await phone.reload();
  await expect(phone.getByText("the last line")).toBeInViewport();
  await expect.poll(() => toTheEnd(phone)).toBeLessThan(1);
});

test("the button that copies stands beside the code, inside its block", async ({ room, phone }) => {
  await room.say("agent", `\`\`\`\n${"y = 2; ".repeat(40)}\n\`\`\`\n\n\`\`\`python\nx = 1\n\`\`\``);
  const buttons = phone.getByRole("button", { name: "Copy code" });
  await expect(buttons).toHaveCount(2);
  for (const button of await buttons.all()) {
    await expect(button).toBeVisible();
    const inside = await button.evaluate((element) => {
      const root = element.getRootNode();
      if (!(root instanceof ShadowRoot)) return "it stands alone";
      const [own, block, text] = [element, root.host, root.querySelector("pre")].map((one) =>
        one?.getBoundingClientRect(),
      );
      if (!own || !block || !text) return "nothing is drawn";
      const covers = own.left < text.right && own.bottom > text.top && own.top < text.bottom;
      const sticksOut = own.top < block.top || own.bottom > block.bottom || own.right > block.right;
      return covers ? "it covers the code" : sticksOut ? "it sticks out" : "beside";
    });
    expect(inside).toBe("beside");
  }
});

test("a reader who scrolled up is told of new messages and not moved", async ({ room, phone }) => {
  for (let number = 1; number <= 60; number += 1) await room.say(`agent ${number}`, `Number ${number}`);
  await expect(phone.getByText("Number 60", { exact: true })).toBeInViewport();
  const list = phone.getByRole("main");
  await list.evaluate((element) => {
    element.scrollTop = 0;
  });
  await expect(phone.getByText("Number 1", { exact: true })).toBeInViewport();
  await room.say("agent", "the newest");
  await phone.getByRole("button", { name: "New messages" }).click();
  await expect(phone.getByText("the newest")).toBeInViewport();
  await expect(phone.getByRole("button", { name: "New messages" })).toHaveCount(0);
});

/** Pixels of the list below what is seen. */
function toTheEnd(page: Page): Promise<number> {
  return page
    .getByRole("main")
    .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
}

beside.describe("beside a workspace", () => {
  beside.use({ options: ["--no-supervise"], viewport: { width: 390, height: 844 } });

  beside("a room opens by its link, and closes for its guests", async ({ room, page }) => {
    const opened = await room.run("room", "open", "--name", "Review");
    const errors: string[] = [];
    page.on("console", (message) => errors.push(message.text()));
    await page.goto(textIn(opened, "link"));
    await expectBeside(page.getByRole("heading", { name: "Review" })).toBeVisible();
    await expectBeside(page.getByRole("status").getByText("Live")).toBeVisible();
    expectBeside(page.url()).toBe(`${textIn(opened, "url")}/`);
    expectBeside(errors).toEqual([]);
    // Not even a script on this page could ask the workspace, which has the same origin.
    const asked = page.evaluate(() => fetch("/health").then(({ status }) => status));
    await expectBeside(asked).rejects.toThrow("Failed to fetch");
    await page.getByLabel("Your name in this room").fill("Ada");
    await page.keyboard.press("Enter");
    const field = page.getByRole("textbox", { name: "Message" });
    await field.fill("half a thought");
    await room.run("room", "close", textIn(opened, "id"));
    await expectBeside(page.getByText("This room is closed.")).toBeVisible();
    await expectBeside(page.getByRole("button", { name: "Send" })).toBeDisabled();
    await expectBeside(page.getByText("nothing can be sent any more")).toBeVisible();
    await expectBeside(field).toHaveValue("half a thought");
    await expectBeside(field).not.toBeEditable();
  });
});
