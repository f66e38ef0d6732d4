// What the page does with messages, inside VS Code: asked for through the host, changed for everybody.
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

test("a message is pinned, found and edited in the view", async ({ workbench }) => {
  await workbench.say("remember the walrus");
  const said = workbench.messages.filter({ hasText: "walrus" });
  const choose = async (words: string): Promise<void> => {
    await said.hover();
    await said.getByRole("button", { name: "More actions" }).click();
    await said.getByRole("menuitem", { name: words }).click();
  };
  await choose("Pin to the channel");
  const { chat } = workbench;
  await expect(chat.getByRole("button", { name: /1 pinned/ })).toBeVisible();
  await choose("Edit…");
  const words = chat.getByRole("textbox", { name: "New words for this message" });
  await words.fill("remember the walrus and its friend");
  await words.press("Enter");
  await said.getByRole("button", { name: /edited/ }).click();
  await expect(said.getByRole("list", { name: "What it said before" })).toContainText("remember the walrus");
  await chat.getByRole("button", { name: "Search", exact: true }).click();
  const field = chat.getByRole("searchbox", { name: "Search messages" });
  await field.fill("friend is:pinned");
  await field.press("Enter");
  await chat.getByRole("list", { name: "Found messages" }).getByRole("button").click();
  await expect(said).toBeInViewport();
});
