// The question that only a person may answer, answered on the page.
import type { Page } from "@playwright/test";
import { expect, test } from "./room";

const asked = (page: Page) => page.getByRole("complementary").getByRole("group", { name: /^Approval \d+/ });

test("approving lets the agents go on", async ({ chat }) => {
  await asked(chat).getByRole("button", { name: "Approve" }).click();
  const messages = chat.getByRole("feed", { name: "Messages in #general" });
  await expect(messages.getByRole("group", { name: /^Approval/ })).toContainText(/Approved\s*by\s*ada/);
  await expect(messages.getByText("ada approved.")).toBeVisible();
  await expect(chat.getByText("Nothing waits for you.")).toBeVisible();
  await expect(chat).toHaveTitle("#general · ChatBox");
});

test("denying asks for the reason, and the agent is told it", async ({ chat }) => {
  await asked(chat).getByRole("button", { name: "Deny…" }).click();
  const reason = asked(chat).getByRole("textbox", { name: /Why not/ });
  await expect(reason).toBeFocused();
  await reason.fill("The notes say it already.");
  await asked(chat).getByRole("button", { name: "Deny", exact: true }).click();
  const messages = chat.getByRole("feed", { name: "Messages in #general" });
  await expect(messages.getByRole("group", { name: /^Approval/ })).toContainText(/Denied\s*by\s*ada/);
  await expect(messages.getByText(/denied it: “The notes say it already.”/)).toBeVisible();
});

test("a decision made elsewhere shows here at once", async ({ room, chat, browser }) => {
  const other = await (await browser.newContext()).newPage();
  await other.goto(await room.link());
  await expect(asked(chat)).toHaveCount(1);
  await asked(other).getByRole("button", { name: "Approve" }).click();
  await expect(chat.getByText("Nothing waits for you.")).toBeVisible();
});

test("several questions are answered one by one", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#general"]);
  for (const title of ["Delete the branch?", "Rename the module?"]) {
    await guest("start_post", {
      channel: "#general",
      title,
      description: "It is old.",
      type: "question",
      tier: 2,
    });
  }
  await expect(asked(chat)).toHaveCount(3);
  await asked(chat)
    .filter({ hasText: "Rename the module?" })
    .getByRole("button", { name: "Approve" })
    .click();
  await expect(asked(chat)).toHaveCount(2);
  await expect(asked(chat).filter({ hasText: "Delete the branch?" })).toHaveCount(1);
});
