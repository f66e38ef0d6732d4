// What `chatbox setup vscode` writes, as VS Code itself reads it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { repositoryPython } from "../support/codeServer";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });
// Without its AI features VS Code reads no servers.
const settings = { "chat.disableAIFeatures": false };
test.use({ options: { python: repositoryPython, settings, workspaceTrust: false } });

test("the entry that setup writes is a server of the workspace, and its tools are found", async ({
  page,
  folder,
  workbench,
}) => {
  // The extension owns the room that the server is to speak to.
  await expect(workbench.composer).toBeVisible();
  const choices = page.locator(".quick-input-widget:visible .quick-input-list");
  const server = choices.getByRole("option", { name: /^chatbox/ });

  // The control: without the entry there is no such server.
  await workbench.command("MCP: List Servers");
  await expect(choices.getByRole("option", { name: /^Add Server/ })).toBeVisible();
  await expect(server).toHaveCount(0);
  await page.keyboard.press("Escape");

  const setup = ["-m", "chatbox", "setup", "vscode", "--workspace", folder, "--yes"];
  await promisify(execFile)(repositoryPython, setup, { cwd: folder });
  await workbench.command("MCP: List Servers");
  await expect(server).toContainText(".vscode/mcp.json");
  await server.click();
  await choices.getByRole("option", { name: /^Start Server/ }).click();

  await workbench.command("MCP: List Servers");
  await server.click();
  await choices.getByRole("option", { name: /^Show Output/ }).click();
  await expect(page.locator(".view-line").filter({ hasText: /Discovered\s\d+\stools/ })).toBeVisible();
});
