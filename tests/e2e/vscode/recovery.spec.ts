// Reloads and deaths: nothing is lost, and the room goes on.
import { endpointOf, isAlive, killOwner } from "../support/sidecars";
import { letGo, OPENING, QUESTION, SLOW_ANSWER } from "../support/workspace";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

/** A pause of one second, and a Python that starts on a busy machine. */
const RESTART_MS_MAX = 30_000;

test("a reload of the window loses nothing, and no process stays behind", async ({ workbench, folder }) => {
  await workbench.say(OPENING);
  await expect(workbench.approvals).toHaveCount(1);
  await workbench.composer.fill("half a thought");
  const before = await endpointOf(folder);

  await workbench.reload();
  await expect(workbench.composer).toHaveValue("half a thought");
  await expect(workbench.approvals.filter({ hasText: QUESTION })).toBeVisible();
  await expect(workbench.messages.filter({ hasText: "I checked README.md" })).toBeVisible();
  await expect(workbench.messages.filter({ hasText: OPENING.slice(1) })).toHaveCount(1);

  await workbench.cards.getByRole("button", { name: "Approve" }).click();
  await expect(workbench.messages.filter({ hasText: "approved." })).toBeVisible();
  // Nothing ran in it, so the former sidecar has gone with its window, or serves this one.
  const after = await endpointOf(folder);
  const isGone = (): boolean => before?.pid === after?.pid || !isAlive(before?.pid ?? 0);
  await expect.poll(isGone).toBe(true);
});

test("a turn goes on while the window reloads", async ({ workbench, folder }) => {
  await workbench.say("@slow take your time");
  const slow = workbench.agents.filter({ hasText: "slow" });
  await expect(slow).toContainText("busy");
  const before = await endpointOf(folder);

  await workbench.reload();
  await expect(slow).toContainText("busy");
  expect(await endpointOf(folder)).toEqual(before);
  await letGo(folder);
  await expect(workbench.messages.filter({ hasText: SLOW_ANSWER })).toHaveCount(1);
  await expect(slow).toContainText("asleep");
});

test("what was typed is there again when the side bar is", async ({ workbench, page }) => {
  await workbench.say("before");
  await workbench.composer.fill("half a thought");
  await page
    .locator(".activitybar")
    .getByRole("tab", { name: /^Explorer/ })
    .click();
  await expect(workbench.section("Chat")).toBeHidden();
  await workbench.openChatBox();
  await expect(workbench.composer).toHaveValue("half a thought");
});

test("a killed sidecar is started again, and the chat goes on", async ({ workbench, folder }) => {
  await workbench.say(OPENING);
  await expect(workbench.approvals).toHaveCount(1);
  await workbench.composer.fill("half a thought");
  const killed = await killOwner(folder);
  await expect(workbench.statusBar).toHaveAccessibleName(/reconnecting.*killed by SIGKILL/);
  await expect(workbench.chat.getByText(/killed by SIGKILL/)).toBeVisible();

  // What is decided meanwhile waits, and is done once.
  await workbench.rowAction(workbench.approvals.filter({ hasText: QUESTION }), "Approve");
  await expect(workbench.statusBar).toHaveAccessibleName("ChatBox: connected", { timeout: RESTART_MS_MAX });
  await expect(workbench.messages.filter({ hasText: "approved." })).toHaveCount(1);
  await expect(workbench.composer).toHaveValue("half a thought");
  expect((await endpointOf(folder))?.pid).not.toBe(killed);

  await workbench.composer.press("Enter");
  await expect(workbench.messages.filter({ hasText: "half a thought" })).toHaveCount(1);
  await expect(workbench.messages.filter({ hasText: OPENING.slice(1) })).toHaveCount(1);
});

test("what is sent while the sidecar is dead arrives once", async ({ workbench, folder }) => {
  await workbench.say("before");
  await expect(workbench.messages.filter({ hasText: "before" })).toBeVisible();
  await killOwner(folder);
  await expect(workbench.statusBar).toHaveAccessibleName(/reconnecting/);
  await workbench.say("meanwhile");
  await expect(workbench.statusBar).toHaveAccessibleName("ChatBox: connected", { timeout: RESTART_MS_MAX });
  await expect(workbench.messages.filter({ hasText: "meanwhile" })).toHaveCount(1);
  await workbench.reload();
  await expect(workbench.messages.filter({ hasText: "meanwhile" })).toHaveCount(1);
});
