// People who are let in: invited with a role and to channels, seeing just that, let go; and rooms with a password.
import type { Page } from "@playwright/test";
import { expect, test, untilTheyWait } from "./room";

interface Invitation {
  readonly name: string;
  readonly role?: string;
  readonly channel?: string;
}

/** By the form, as the owner does it; the link for the guest. */
async function invite(chat: Page, { name, role = "observer", channel }: Invitation): Promise<string> {
  await chat.getByRole("navigation").getByRole("button", { name: "Members" }).click();
  await chat.getByRole("button", { name: "Invite…" }).click();
  await expect(chat.getByRole("textbox", { name: /^Name/ })).toBeFocused();
  await chat.keyboard.type(name);
  await chat.getByRole("combobox", { name: "As" }).selectOption(role);
  if (channel !== undefined) {
    await chat.getByRole("checkbox", { name: "To some channels only" }).check();
    await chat.getByRole("checkbox", { name: channel, exact: true }).check();
  }
  await chat.getByRole("button", { name: "Make the link" }).click();
  const once = chat.getByRole("group", { name: `The link for ${name}` });
  const link = (await once.locator("pre").textContent())?.trim() ?? "";
  await once.getByRole("button", { name: "Done" }).click();
  await expect(once).toHaveCount(0);
  return link;
}

test("a guest of one channel reads along there, and nothing else exists for them", async ({
  room,
  chat,
  browser,
}) => {
  await untilTheyWait(chat);
  const visitor = await room.visit("guest", ["#debug", "#general"]);
  await visitor("chat", { channel: "#debug", body: "the public part" });
  await visitor("chat", { channel: "#general", body: "the secret walrus" });
  const link = await invite(chat, { name: "bob", channel: "#debug" });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await expect(page.getByRole("feed", { name: "Messages in #debug" })).toContainText("the public part");
  await expect(page.getByText("You are here as an observer: you read along.")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await expect(page.getByRole("navigation").getByRole("list").getByRole("button")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Rooms" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Approve" })).toHaveCount(0);
  await expect(page.getByText("walrus")).toHaveCount(0);
  await page.keyboard.press("/");
  await page.keyboard.type("walrus");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing found.")).toBeVisible();
  await visitor("chat", { channel: "#debug", body: "said while bob looks" });
  await expect(page.getByRole("feed", { name: "Messages in #debug" })).toContainText("said while bob looks");
  await page.getByRole("navigation").getByRole("button", { name: "Members" }).click();
  const self = page.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: "bob" });
  await expect(self).toContainText(/you\s*observer/);
  await expect(self).toContainText(/in #debug, until/);
  await expect(page.getByRole("button", { name: "Invite…" })).toHaveCount(0);

  const listed = chat.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: "bob" });
  await expect(listed).toContainText(/observer/);
  await listed.getByRole("button", { name: "Dismiss bob…" }).click();
  await listed.getByRole("button", { name: "Keep" }).click();
  await listed.getByRole("button", { name: "Dismiss bob…" }).click();
  await listed.getByRole("button", { name: "Dismiss", exact: true }).click();
  await expect(listed).toContainText("not here any more");
  await expect(page.getByRole("feed")).toHaveCount(0);
  await context.close();
});

test("a member writes and decides nothing", async ({ chat, browser }) => {
  await untilTheyWait(chat);
  const link = await invite(chat, { name: "eve", role: "member" });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  const field = page.getByRole("textbox", { name: "Message #general" });
  await field.fill("hello from eve");
  await field.press("Enter");
  await expect(chat.getByRole("article", { name: "eve, person" })).toContainText("hello from eve");
  const card = page.getByRole("feed").getByRole("group", { name: /^Approval / });
  await expect(card).toContainText("Your role decides no approvals.");
  await expect(page.getByRole("button", { name: "Approve" })).toHaveCount(0);
  await context.close();
});

test("a password room is opened, its invitation copied, joined and closed", async ({
  chat,
  context,
  browser,
}) => {
  await untilTheyWait(chat);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await chat.getByRole("navigation").getByRole("button", { name: "Rooms" }).click();
  const panel = chat.getByRole("complementary", { name: "Rooms" });
  await expect(panel.getByText("No room is open.")).toBeVisible();
  await panel.getByRole("button", { name: "Open a room…" }).click();
  const name = panel.getByRole("textbox", { name: "Name" });
  await expect(name).toBeFocused();
  await name.fill("Review");
  const password = panel.getByRole("textbox", { name: "Password" });
  await expect(password).toHaveValue(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  await password.fill("hunter2");
  await expect(panel.getByText("Somebody outside might guess this password.")).toBeVisible();
  await panel.getByRole("button", { name: "Suggest" }).click();
  await expect(panel.getByText("Somebody outside might guess this password.")).toHaveCount(0);
  await panel.getByRole("button", { name: "Open", exact: true }).click();
  const once = panel.getByRole("group", { name: "The invitation to Review" });
  await once.getByRole("button", { name: "Copy the invitation" }).click();
  await expect(once.getByText("Copied.")).toBeVisible();
  const copied = await chat.evaluate(() => navigator.clipboard.readText());
  const link = /Watch the live chat: (\S+)/.exec(copied)?.[1] ?? "";
  const outside = await browser.newContext();
  const page = await outside.newPage();
  await page.goto(link);
  await expect(page.getByRole("textbox", { name: /name/i }).first()).toBeVisible();
  await once.getByRole("button", { name: "Done" }).click();
  const listed = panel.getByRole("list", { name: "Open rooms" }).getByRole("listitem");
  await expect(listed).toContainText("this machine only");
  await listed.getByRole("button", { name: "Close Review…" }).click();
  await listed.getByRole("button", { name: "Close the room" }).click();
  await expect(panel.getByText("No room is open.")).toBeVisible();
  await outside.close();
});
