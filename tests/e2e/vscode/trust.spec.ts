// A workspace that the person does not trust (yet).
import { repositoryPython } from "../support/codeServer";
import { OPENING } from "../support/workspace";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 120_000 });
test.use({ options: { python: repositoryPython, settings: {}, workspaceTrust: true } });

test("an untrusted workspace runs no agents until it is trusted", async ({ workbench }) => {
  await workbench.say(OPENING);
  await expect(workbench.agents.filter({ hasText: "builder" })).toContainText("waits for a supervisor");
  await expect(workbench.section("Agents")).toContainText(
    "This workspace is not trusted: agents are not woken.",
  );
  await expect(workbench.messages).toHaveCount(1);

  await workbench.trust();
  await expect(workbench.messages.filter({ hasText: "I checked README.md" })).toBeVisible();
  await expect(workbench.section("Agents")).not.toContainText("not trusted");
});

test.describe("whose author chose a program to run", () => {
  test.use({ workspaceSettings: { "chatbox.pythonPath": "/nowhere/python" } });

  test("is not obeyed until it is trusted", async ({ workbench }) => {
    await workbench.say("Who runs this?");
    await expect(workbench.messages).toHaveCount(1);
    await workbench.trust();
    await expect(workbench.chat.locator("body")).toContainText("/nowhere/python");
  });
});
