// Files of messages: pasted, dropped, chosen by keyboard; sent through a lost connection; shown, opened and kept.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, test, untilTheyWait } from "./room";

/** A picture that a browser makes itself, as a paste brings it. */
async function paste(page: Page, field: string, name: string): Promise<void> {
  const box = page.getByRole("textbox", { name: field });
  await box.evaluate(async (element, fileName) => {
    const canvas = document.createElement("canvas");
    canvas.width = 900;
    canvas.height = 600;
    const pen = canvas.getContext("2d");
    if (pen) {
      pen.fillStyle = "#3a7bd5";
      pen.fillRect(0, 0, 900, 600);
      pen.fillStyle = "#ffd166";
      pen.fillRect(120, 90, 300, 300);
    }
    const blob = await new Promise<Blob | null>((done) => {
      canvas.toBlob(done, "image/png");
    });
    const held = new DataTransfer();
    held.items.add(new File([blob ?? ""], fileName, { type: "image/png" }));
    element.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }),
    );
  }, name);
}

/** Bytes that do not repeat, dropped on the middle of the chat. */
async function drop(page: Page, name: string, size: number): Promise<void> {
  await page.getByRole("feed").evaluate(
    (element, [fileName, length]) => {
      const bytes = new Uint8Array(Number(length));
      for (let at = 0; at < bytes.length; at += 1) bytes[at] = (at * 7 + (at >> 8)) % 256;
      const held = new DataTransfer();
      held.items.add(new File([bytes], String(fileName)));
      for (const type of ["dragover", "drop"]) {
        element.dispatchEvent(
          new DragEvent(type, { dataTransfer: held, bubbles: true, composed: true, cancelable: true }),
        );
      }
    },
    [name, size],
  );
}

test("a pasted picture is shown in its message, large on demand, and still after a reload", async ({
  chat,
}) => {
  await untilTheyWait(chat);
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("look at this");
  await paste(chat, "Message #general", "diagram.png");
  const chips = chat.getByRole("list", { name: "Files of this message" });
  await expect(chips.getByRole("listitem")).toHaveAttribute("data-state", "done");
  await field.press("Enter");
  const said = chat.getByRole("article", { name: "ada, person" });
  const picture = said.getByRole("img", { name: "diagram.png" });
  const width = (): Promise<number> =>
    picture.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0));
  await expect.poll(width).toBe(900);
  await expect(chips).toHaveCount(0);
  expect((await picture.boundingBox())?.height).toBeLessThanOrEqual(320);
  await chat.reload();
  await expect.poll(width).toBe(900);
  await said.getByRole("button", { name: "diagram.png, show large" }).click();
  const dialog = chat.getByRole("dialog", { name: "diagram.png" });
  await expect(dialog.getByRole("img", { name: "diagram.png" })).toBeVisible();
  await chat.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(said.getByRole("button", { name: "diagram.png, show large" })).toBeFocused();
});

test("a file that is too large is refused in words, and nothing else is lost", async ({ chat }) => {
  await untilTheyWait(chat);
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("half a thought");
  await drop(chat, "notes.txt", 40);
  const chips = chat.getByRole("list", { name: "Files of this message" });
  await expect(chips.getByRole("listitem")).toHaveAttribute("data-state", "done");
  await drop(chat, "disk.iso", 10 * 1024 * 1024 + 1);
  await expect(chat.getByRole("alert")).toContainText("disk.iso has 10.0 MB, and a file has at most 10.0 MB");
  await expect(field).toHaveValue("half a thought");
  await expect(chips.getByRole("listitem")).toHaveCount(1);
  await chat.reload();
  await expect(chips.getByRole("listitem")).toContainText("notes.txt");
  await expect(field).toHaveValue("half a thought");
});

test("a file goes on where it was when the room is back, with what was being written", async ({ chat }) => {
  await untilTheyWait(chat);
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("the whole log");
  let pieces = 0;
  let isLost = false;
  await chat.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (String(message).includes('"chatbox/attach"')) {
        pieces += 1;
        // In the middle of it the line breaks, before this piece is on the other side.
        if (pieces === 20 && !isLost) {
          isLost = true;
          void socket.close();
          return;
        }
      }
      server.send(message);
    });
  });
  await chat.reload();
  await expect(field).toHaveValue("the whole log");
  const size = 5_000_000;
  await drop(chat, "run.log", size);
  const chips = chat.getByRole("list", { name: "Files of this message" });
  await expect(chips.getByRole("listitem")).toHaveAttribute("data-state", "done", { timeout: 20_000 });
  expect(isLost).toBe(true);
  // 39 pieces, and the one that was lost once more: nothing was sent twice.
  expect(pieces).toBe(Math.ceil(size / 131_072) + 1);
  await expect(field).toHaveValue("the whole log");
  await field.press("Enter");
  const said = chat.getByRole("article", { name: "ada, person" });
  const saving = chat.waitForEvent("download");
  await said.getByRole("button", { name: "Save run.log" }).click();
  const download = await saving;
  expect(download.suggestedFilename()).toBe("run.log");
  const bytes = await readFile(await download.path());
  expect(bytes.length).toBe(size);
  expect(bytes.every((byte, at) => byte === (at * 7 + (at >> 8)) % 256)).toBe(true);
});

test("by keyboard alone a file is attached in a thread, taken away, and opened", async ({ chat }) => {
  await untilTheyWait(chat);
  await chat.getByRole("article").first().focus();
  await chat.keyboard.press("Enter");
  const thread = chat.getByRole("complementary", { name: "Thread" });
  const field = thread.getByRole("textbox", { name: "Reply in thread" });
  await expect(field).toBeFocused();
  await chat.keyboard.press("Shift+Tab");
  const attach = thread.getByRole("button", { name: "Attach files" });
  await expect(attach).toBeFocused();
  const choosing = chat.waitForEvent("filechooser");
  await chat.keyboard.press("Enter");
  const pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
  const buffer = Buffer.from(pixel, "base64");
  await (
    await choosing
  ).setFiles([
    { name: "dot.png", mimeType: "image/png", buffer },
    { name: "wrong.txt", mimeType: "text/plain", buffer: Buffer.from("no") },
  ]);
  const chips = thread.getByRole("list", { name: "Files of this message" });
  await expect(chips.getByRole("listitem")).toHaveCount(2);
  await expect(field).toBeFocused();
  await chat.keyboard.press("Shift+Tab");
  await chat.keyboard.press("Shift+Tab");
  await expect(chips.getByRole("button", { name: "Take wrong.txt away" })).toBeFocused();
  await chat.keyboard.press("Enter");
  await expect(chips.getByRole("listitem")).toHaveCount(1);
  await expect(chips.getByRole("listitem")).toHaveAttribute("data-state", "done");
  await expect(field).toBeFocused();
  await chat.keyboard.press("Enter");
  const said = thread.getByRole("article", { name: "ada, person" });
  const open = said.getByRole("button", { name: "dot.png, show large" });
  await expect(open).toBeVisible();
  await said.focus();
  await chat.keyboard.press("Tab");
  for (let press = 0; press < 4; press += 1) {
    if (await open.evaluate((button) => button.matches(":focus"))) break;
    await chat.keyboard.press("Tab");
  }
  await chat.keyboard.press("Enter");
  await expect(chat.getByRole("dialog", { name: "dot.png" })).toBeVisible();
  await chat.keyboard.press("Escape");
  await expect(open).toBeFocused();
  await expect(thread).toBeVisible();
});
