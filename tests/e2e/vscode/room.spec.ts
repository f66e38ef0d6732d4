// What a developer does with two agents in the first two minutes, in a real VS Code.
import { letGo, OPENING, QUESTION, SLOW_ANSWER } from "../support/workspace";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

test("agents answer, ask, and go on once they are approved in the tree", async ({ workbench }) => {
  await workbench.say(OPENING);
  await expect(workbench.messages.filter({ hasText: "has 3 lines and 22 words" }).first()).toBeVisible();
  await expect(workbench.messages.filter({ hasText: "I checked README.md" })).toBeVisible();

  const row = workbench.approvals.filter({ hasText: QUESTION });
  await expect(row).toBeVisible();
  await expect(row).toContainText("@builder");
  await expect(workbench.statusBar).toHaveAccessibleName(/1 approval waits for you/);
  await expect(workbench.badge).toHaveText("1");
  await expect(workbench.notifications.filter({ hasText: QUESTION })).toBeVisible();

  await workbench.rowAction(row, "Approve");
  await expect(workbench.messages.filter({ hasText: "approved." })).toBeVisible();
  await expect(workbench.approvals).toHaveCount(0);
  await expect(workbench.section("Approvals")).toContainText("Nothing waits for your approval.");
  await expect(workbench.statusBar).toHaveAccessibleName("ChatBox: connected");
  await expect(workbench.badge).toBeHidden();
  await expect(workbench.cards.filter({ hasText: "Approved" })).toBeVisible();
});

test("an approval in the card counts everywhere", async ({ workbench }) => {
  await workbench.say(OPENING);
  await workbench.cards.getByRole("button", { name: "Approve" }).click();
  await expect(workbench.cards.filter({ hasText: "Approved" })).toBeVisible();
  await expect(workbench.approvals).toHaveCount(0);
  await expect(workbench.messages.filter({ hasText: "approved." })).toBeVisible();
});

test("an approval in the notification counts everywhere", async ({ workbench }) => {
  await workbench.say(OPENING);
  await workbench.notifications.getByRole("button", { name: "Approve" }).click();
  await expect(workbench.cards.filter({ hasText: "Approved" })).toBeVisible();
  await expect(workbench.approvals).toHaveCount(0);
});

test("a denial needs a reason, and the agent reads it", async ({ workbench }) => {
  await workbench.say(OPENING);
  const row = workbench.approvals.filter({ hasText: QUESTION });
  await workbench.rowAction(row, "Deny...");
  await workbench.typeAnswer("");
  await expect(workbench.prompt).toContainText("A reason is needed.");
  await workbench.typeAnswer("Not before the release.");
  await expect(workbench.cards.filter({ hasText: "Denied" })).toContainText("Not before the release.");
  await expect(workbench.messages.filter({ hasText: "denied it:" })).toBeVisible();
  await expect(workbench.approvals).toHaveCount(0);
});

test("the palette approves what is picked there", async ({ workbench }) => {
  await workbench.say(OPENING);
  await expect(workbench.approvals).toHaveCount(1);
  await workbench.command("ChatBox: Approve...");
  await workbench.pick(QUESTION);
  await expect(workbench.approvals).toHaveCount(0);
});

test("a click on an approval goes to its message", async ({ workbench }) => {
  await workbench.say(OPENING);
  await workbench.approvals.filter({ hasText: QUESTION }).click();
  await expect(workbench.messages.filter({ has: workbench.cards })).toBeInViewport();
});

test("an agent is paused and resumed from the tree", async ({ workbench }) => {
  const reviewer = workbench.agents.filter({ hasText: "reviewer" });
  await expect(reviewer).toContainText("asleep");
  await workbench.rowAction(reviewer, "Pause Agent");
  await expect(reviewer).toContainText("parked: Paused by");
  await workbench.say(OPENING);
  await expect(workbench.messages.filter({ hasText: "can you check that?" })).toBeVisible();
  await workbench.rowAction(reviewer, "Resume Agent");
  await expect(workbench.messages.filter({ hasText: "I checked README.md" })).toBeVisible();
});

test("an agent is woken from the tree, and its turn is seen to run", async ({ workbench, folder }) => {
  const slow = workbench.agents.filter({ hasText: "slow" });
  await expect(slow).toContainText("asleep");
  await workbench.rowMenu(slow, "Wake Agent");
  await expect(slow).toContainText(/busy · [1-9]\d* s/);
  await letGo(folder);
  await expect(workbench.messages.filter({ hasText: SLOW_ANSWER })).toBeVisible();
  await expect(slow).toContainText("asleep");
});

test("a reference to a file opens it at its line", async ({ workbench, page }) => {
  await workbench.say("Look at README.md:3 first.");
  await workbench.messages.getByRole("button", { name: "README.md:3" }).click();
  await expect(page.getByRole("tab", { name: /README\.md/ })).toBeVisible();
  await expect(page.locator(".editor-instance .current-line, .editor-statusbar-item").first()).toBeVisible();
  await expect(page.locator('[id="status.editor.selection"]')).toContainText("Ln 3");
});
