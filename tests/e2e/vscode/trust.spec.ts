// A workspace that the person does not trust (yet).
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryPython } from "../support/codeServer";
import { Workbench } from "../support/workbench";
import { furnishWorkspace, OPENING } from "../support/workspace";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });
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

test("nothing that lies in the workspace is imported in the place of a package", async ({
  page,
  codeServer,
}) => {
  const folder = await codeServer.newFolder("with-traps");
  await furnishWorkspace(folder, {});
  const sprung = join(folder, "sprung");
  const trap = `open(${JSON.stringify(sprung)}, "w").close()\n`;
  const names = ["asyncio", "chatbox", "click", "json", "sitecustomize"];
  await Promise.all(names.map((name) => writeFile(join(folder, `${name}.py`), trap)));
  const workbench = new Workbench(page);
  await workbench.open(codeServer.windowOf(folder));
  await workbench.openChatBox();
  await workbench.say("It runs.");
  await expect(workbench.messages).toHaveCount(1);
  expect(existsSync(sprung)).toBe(false);
});
