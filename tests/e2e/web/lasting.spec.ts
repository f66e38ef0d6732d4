// What happens to the page when the room goes away and comes back.
import { expect, test } from "./room";

test("a killed room that comes back costs nothing", async ({ room, chat }) => {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("before the crash");
  await field.press("Enter");
  await expect(chat.getByRole("article", { name: "ada, person" })).toHaveCount(1);

  await room.kill();
  await expect(chat.getByText("Reconnecting… What you type is kept.")).toBeVisible();
  await field.fill("during the crash");
  await field.press("Enter");
  await expect(chat.getByText("sending…")).toBeVisible();
  await field.fill("and a draft");

  await room.begin();
  await expect(chat.getByText("Reconnecting…")).toHaveCount(0, { timeout: 20_000 });
  await expect(chat.getByText("sending…")).toHaveCount(0);
  await expect(chat.getByRole("article", { name: "ada, person" })).toHaveCount(2);
  await expect(chat.getByRole("article", { name: "ada, person" }).last()).toContainText("during the crash");
  await expect(field).toHaveValue("and a draft");
  await chat.reload();
  await expect(chat.getByRole("article", { name: "ada, person" })).toHaveCount(2);
});

test("what was said while the room was away survives even a reload of the page", async ({ room, chat }) => {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await room.kill();
  await expect(chat.getByText("Reconnecting…")).toBeVisible();
  await field.fill("said into the void");
  await field.press("Enter");
  await expect(chat.getByText("sending…")).toBeVisible();
  await room.begin();
  await chat.reload();
  await expect(chat.getByRole("article", { name: "ada, person" })).toHaveCount(1);
  await expect(chat.getByRole("article", { name: "ada, person" })).toContainText("said into the void");
});

test("an approval that waited through a crash can still be given", async ({ room, chat }) => {
  await expect(chat.getByRole("button", { name: "Approve" }).first()).toBeVisible();
  await room.kill();
  await chat.getByRole("complementary").getByRole("button", { name: "Approve" }).click();
  await room.begin();
  await expect(chat.getByText("Nothing waits for you.")).toBeVisible({ timeout: 20_000 });
  await expect(chat.getByRole("feed").getByText("ada approved.")).toBeVisible();
});
