// Files of messages, guests and rooms inside VS Code: the editor asks where to put things and for what opens doors.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

test("files are attached by the button, shown, and saved where the person says", async ({
  workbench,
  folder,
  page,
}) => {
  await expect(workbench.composer).toBeVisible({ timeout: 30_000 });
  const choosing = page.waitForEvent("filechooser");
  await workbench.chat.getByRole("button", { name: "Attach files" }).click();
  const chooser = await choosing;
  await chooser.setFiles([
    { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(PIXEL, "base64") },
    { name: "run.log", mimeType: "text/plain", buffer: Buffer.from("line\n".repeat(60_000)) },
  ]);
  const chips = workbench.chat.getByRole("list", { name: "Files of this message" });
  await expect(chips.getByRole("listitem")).toHaveCount(2);
  for (const chip of await chips.getByRole("listitem").all())
    await expect(chip).toHaveAttribute("data-state", "done");
  await workbench.say("two files");
  const said = workbench.messages.filter({ hasText: "two files" });
  await expect(said.getByRole("img", { name: "dot.png" })).toBeVisible();
  await said.getByRole("button", { name: "dot.png, show large" }).click();
  await expect(workbench.chat.getByRole("dialog", { name: "dot.png" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(workbench.chat.getByRole("dialog")).toHaveCount(0);
  await said.getByRole("button", { name: "Save run.log" }).click();
  const place = join(folder, "kept.log");
  // The dialog shows before it has read the folder, and then writes the offered name over what stands in its box.
  await expect(workbench.promptInput).toHaveValue(join(folder, "run.log"));
  await workbench.typeAnswer(place);
  await expect.poll(async () => (await readFile(place).catch(() => Buffer.alloc(0))).length).toBe(300_000);
});

test("a guest is invited by the editor's own questions, and listed and dismissed in the view", async ({
  workbench,
  page,
}) => {
  await expect(workbench.composer).toBeVisible({ timeout: 30_000 });
  await workbench.command("ChatBox: Invite a Guest...");
  await workbench.typeAnswer("not a name");
  await expect(workbench.prompt).toContainText("Letters, digits");
  await workbench.typeAnswer("bob");
  await workbench.pick("Observer");
  await workbench.pick("All channels");
  await workbench.pick("7 days");
  const dialog = page.locator(".monaco-dialog-box");
  await expect(dialog).toContainText("A link for bob");
  await dialog.getByRole("button", { name: "Copy the Link" }).click();
  await expect(dialog).toHaveCount(0);
  const { chat } = workbench;
  await chat.getByRole("button", { name: /show channels/ }).click();
  await chat.getByRole("button", { name: "Members" }).click();
  const bob = chat.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: "bob" });
  await expect(bob).toContainText("observer");
  await bob.getByRole("button", { name: "Dismiss bob…" }).click();
  await bob.getByRole("button", { name: "Dismiss", exact: true }).click();
  await expect(bob).toContainText("not here any more");
});

test("a password room is opened by the editor's own questions, and closed in the view", async ({
  workbench,
  page,
}) => {
  await expect(workbench.composer).toBeVisible({ timeout: 30_000 });
  const { chat } = workbench;
  await chat.getByRole("button", { name: /show channels/ }).click();
  await chat.getByRole("button", { name: "Rooms" }).click();
  await expect(chat.getByText("No room is open.")).toBeVisible();
  await chat.getByRole("button", { name: "Open a room…" }).click();
  await workbench.typeAnswer("Review");
  await workbench.pick("This machine only");
  await expect(workbench.promptInput).toHaveValue(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
  await workbench.promptInput.fill("hunter2");
  await expect(workbench.prompt).toContainText("Somebody outside might guess this password.");
  await workbench.typeAnswer("correct-horse-battery");
  const dialog = page.locator(".monaco-dialog-box");
  await expect(dialog).toContainText("Review is open");
  await dialog.getByRole("button", { name: "Copy the Invitation" }).click();
  const room = chat.getByRole("list", { name: "Open rooms" }).getByRole("listitem");
  await expect(room).toContainText("this machine only");
  await room.getByRole("button", { name: "Close Review…" }).click();
  await room.getByRole("button", { name: "Close the room" }).click();
  await expect(chat.getByText("No room is open.")).toBeVisible();
});
