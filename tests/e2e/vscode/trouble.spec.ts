// What a person sees when ChatBox cannot run.
import { join } from "node:path";
import { makeDyingPython } from "../support/dyingPython";
import { Workbench } from "../support/workbench";
import { furnishWorkspace } from "../support/workspace";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

/** Pauses of 1, 2, 4 and 8 seconds, and five starts. */
const GIVE_UP_MS_MAX = 60_000;

test("a sidecar that dies at once again and again is left alone until a person restarts it", async ({
  page,
  codeServer,
}) => {
  const folder = await codeServer.newFolder("dying");
  const python = await makeDyingPython(await codeServer.newFolder("dying-python"));
  await furnishWorkspace(folder, { "chatbox.pythonPath": python.executable });
  const workbench = new Workbench(page);
  await workbench.open(codeServer.windowOf(folder));
  await workbench.openChatBox();

  await expect(workbench.statusBar).toHaveAccessibleName(/reconnecting.*exit code 3: It always dies here\./);
  await expect(workbench.statusBar).toHaveAccessibleName(/not running.*ended too often/, {
    timeout: GIVE_UP_MS_MAX,
  });
  await expect(workbench.section("Approvals")).toContainText("ChatBox does not run");
  await expect(workbench.chat.locator("body")).toContainText("It always dies here.");
  await expect(workbench.notifications.filter({ hasText: "ended several times in a row" })).toBeVisible();

  await python.heal();
  await workbench.section("Approvals").getByRole("button", { name: "Restart Sidecar" }).click();
  await workbench.say("It lives.");
  await expect(workbench.messages.filter({ hasText: "It lives." })).toBeVisible();
});

test("a wrong line in agents.toml is named", async ({ page, codeServer }) => {
  const folder = await codeServer.newFolder("wrong-line");
  await furnishWorkspace(folder, {}, '[[agent]]\nname = "builder"\nengine = "nonsense"\n');
  const workbench = new Workbench(page);
  await workbench.open(codeServer.windowOf(folder));
  await workbench.openChatBox();
  await expect(workbench.chat.locator("body")).toContainText(join(".agentchat", "agents.toml, line 3"));
  await expect(workbench.statusBar).toHaveAccessibleName(/not running.*line 3/);

  // In a narrow side bar the path is still read to its end, under a name.
  await workbench.dragSideBar(220);
  await expect(workbench.chat.getByText("ChatBox", { exact: true })).toBeVisible();
  const banner = workbench.chat.getByRole("status").filter({ hasText: "line 3" });
  const overflow = (): Promise<number> =>
    banner.evaluate((element) => element.scrollWidth - element.clientWidth);
  await expect.poll(overflow).toBeLessThanOrEqual(0);
});

test("a window without a folder says what to do", async ({ page, codeServer }) => {
  const workbench = new Workbench(page);
  await workbench.open(codeServer.windowOf(undefined));
  await workbench.openChatBox();
  await expect(workbench.chat.locator("body")).toContainText("No folder is open");
  await expect(workbench.section("Approvals")).toContainText("Open a folder to enter its room.");
});

test("a link that this window's browser could not follow is offered to be copied", async ({ workbench }) => {
  // The page of this editor comes from a server that proxies other ports, where the room's page does not answer.
  await workbench.say("hello");
  await workbench.command("ChatBox: Open in Browser");
  const notice = workbench.notifications.filter({ hasText: "answers only on the machine that it runs on" });
  await expect(notice.getByRole("button", { name: "Copy the Link" })).toBeVisible();
});

test("a narrow side bar cuts nothing off", async ({ workbench }) => {
  await workbench.say(
    "A_long_word_without_any_break_in_it_at_all_that_is_wider_than_the_side_bar https://example.org/a/b/c/d/e/f",
  );
  await workbench.dragSideBar(220);
  const feed = workbench.chat.getByRole("feed");
  await expect(workbench.messages.first()).toBeVisible();
  const overflow = (): Promise<number> =>
    feed.evaluate((element) => element.scrollWidth - element.clientWidth);
  await expect.poll(overflow).toBeLessThanOrEqual(0);
});
