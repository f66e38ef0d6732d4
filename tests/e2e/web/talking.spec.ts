// Saying things, reading them, and nothing being what it is not.
import { expect, numberIn, test, untilTheyWait } from "./room";

test("a message is shown once, and still there after a reload", async ({ chat }) => {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("The **parser** is next");
  await field.press("Enter");
  await expect(field).toHaveValue("");
  const said = chat.getByRole("article", { name: "ada, person" });
  await expect(said).toHaveCount(1);
  await expect(said.locator("strong")).toHaveText("parser");
  await expect(chat.getByText("sending…")).toHaveCount(0);
  await field.fill("a half-written thou");
  await chat.reload();
  await expect(said).toHaveCount(1);
  await expect(field).toHaveValue("a half-written thou");
});

test("shift and enter start a line", async ({ chat }) => {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.pressSequentially("one");
  await field.press("Shift+Enter");
  await field.pressSequentially("two");
  await expect(field).toHaveValue("one\ntwo");
});

test("what an author writes is never code of the page", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#general"]);
  const evil = [
    "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>",
    "[press](javascript:document.title='broken') ![picture](https://example.org/spy.png)",
    "<b>bold</b> [file](data:text/html,hi)",
  ].join("\n\n");
  await guest("start_post", {
    channel: "#general",
    title: "<img src=x onerror=alert(1)>",
    description: evil,
    type: "observation",
  });
  await guest("create_channel", { channel: "#looks", description: "<script>alert(1)</script><i>x</i>" });
  const post = chat.getByRole("article", { name: /^guest, agent/ });
  await expect(post.getByRole("heading")).toHaveText("<img src=x onerror=alert(1)>");
  await expect(post).toContainText("<b>bold</b>");
  await expect(post.locator("img, script, b, iframe")).toHaveCount(0);
  await expect(post.locator('a:not([href^="https:"])')).toHaveCount(0);
  await chat.getByRole("button", { name: "#looks" }).click();
  await expect(chat.getByRole("main")).toContainText("<script>alert(1)</script>");
  await expect(chat).toHaveTitle("(1) #looks · ChatBox");
});

test("the composer says whom the message wakes, and completes names", async ({ chat }) => {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.pressSequentially("hello @revi");
  await expect(chat.getByRole("option", { name: "reviewer" })).toBeVisible();
  await field.press("Tab");
  await expect(field).toHaveValue("hello @reviewer ");
  await expect(chat.locator("cb-composer").getByRole("status")).toContainText(
    /Wakes\s+reviewer\.\s+Budget: 40 turns\./,
  );
  await field.fill("hello all");
  await expect(chat.locator("cb-composer").getByRole("status")).toContainText("Wakes nobody.");
});

test("replies fold under their post, and its thread opens beside the chat", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#general"]);
  const post = { channel: "#general", title: "Which parser?", description: "We have two.", type: "question" };
  const post_id = numberIn(await guest("start_post", post), "post_id");
  await guest("reply", { post_id, body: "The **second** one" });
  await untilTheyWait(chat);
  const article = chat.getByRole("article", { name: /Which parser/ });
  await article.getByRole("button", { name: /1 reply/ }).click();
  const thread = chat.getByRole("complementary", { name: "Thread" });
  await expect(thread.getByRole("heading", { name: "Which parser?" }).first()).toBeVisible();
  const field = thread.getByRole("textbox", { name: "Reply in thread" });
  await expect(field).toBeFocused();
  await field.fill("Agreed, the second");
  await field.press("Enter");
  await expect(thread.getByRole("article", { name: "ada, person" })).toContainText("Agreed, the second");
  await expect(article.getByRole("button", { name: /2 replies/ })).toBeVisible();
  await chat.keyboard.press("Escape");
  await expect(thread).toHaveCount(0);
});

test("unread messages of other channels are counted until they are seen", async ({ room, chat }) => {
  const guest = await room.visit("guest", ["#debug"]);
  for (const body of ["first", "second"]) await guest("chat", { channel: "#debug", body });
  const channel = chat.getByRole("button", { name: "#debug, 2 unread" });
  await channel.click();
  const unread = chat.getByRole("article", { name: "guest, agent" }).first();
  await expect(unread).toHaveAccessibleDescription(/New$/);
  await expect(chat.getByRole("button", { name: "#debug", exact: true })).toBeVisible();
  await chat.reload();
  await expect(chat.getByRole("button", { name: "#debug", exact: true })).toHaveAttribute(
    "aria-current",
    "true",
  );
});

test("a removed text is gone for everybody", async ({ chat }) => {
  const field = chat.getByRole("textbox", { name: "Message #general" });
  await field.fill("my password is hunter2");
  await field.press("Enter");
  await untilTheyWait(chat);
  const said = chat.getByRole("article", { name: "ada, person" });
  await said.hover();
  await said.getByRole("button", { name: "More actions" }).click();
  await said.getByRole("menuitem", { name: "Remove this text…" }).click();
  await said.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(said).toContainText("The text was removed.");
  await expect(chat.getByText("hunter2")).toHaveCount(0);
});
