// A machine where no Python fits.
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });
test.use({ options: { python: "/nowhere/python", settings: {}, workspaceTrust: false } });

test("a missing Python is said where one looks, with what to do", async ({ workbench, page }) => {
  const chat = workbench.chat.locator("body");
  await expect(chat).toContainText("ChatBox needs Python 3.11 or newer");
  await expect(chat).toContainText("/nowhere/python (the setting chatbox.pythonPath) does not exist.");
  await expect(chat).toContainText("-m pip install --require-hashes -r");
  await expect(workbench.section("Approvals")).toContainText("ChatBox needs Python 3.11 or newer");
  await expect(workbench.statusBar).toHaveAccessibleName(/^ChatBox: not running/);
  await expect(workbench.notifications.filter({ hasText: "ChatBox needs Python" })).toBeVisible();

  await workbench.chat.getByRole("link", { name: "Open the Setting" }).click();
  await expect(page.locator(".settings-editor")).toContainText("Chatbox: Python Path");
});
