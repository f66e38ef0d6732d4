// References to files in messages: they lead there where there is a file, and nowhere else.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

async function furnish(folder: string, ...paths: readonly string[]): Promise<void> {
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`).join("\n");
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), lines);
  }
}

test("a reference to a line opens the file there, also with spaces and letters of other alphabets", async ({
  workbench,
  folder,
}) => {
  await furnish(folder, "src/a.py", "my notes/plan b.md", "quelle/größe.py");
  await workbench.say("see src/a.py:12-20, quelle/größe.py:7 and `my notes/plan b.md:30`");
  const said = workbench.messages.filter({ hasText: "see src/a.py" });
  await said.getByRole("button", { name: "src/a.py:12-20" }).click();
  await expect(workbench.tab("a.py")).toBeVisible();
  await expect(workbench.selection).toHaveText(/Ln 20, Col \d+ \(\d+ selected\)/);
  await said.getByRole("button", { name: "quelle/größe.py:7" }).click();
  await expect(workbench.tab("größe.py")).toBeVisible();
  await expect(workbench.selection).toHaveText("Ln 7, Col 1");
  await said.getByRole("button", { name: "my notes/plan b.md:30" }).click();
  await expect(workbench.tab("plan b.md")).toBeVisible();
  await expect(workbench.selection).toHaveText("Ln 30, Col 1");
});

test("what is no file of the workspace stays text", async ({ workbench, folder }) => {
  await furnish(dirname(folder), "outside.py");
  await furnish(folder, "src/a.py");
  const texts = ["src/gone.py:3", "../outside.py:3", "/etc/hosts.conf:1", `${dirname(folder)}/outside.py:3`];
  await workbench.say(`${texts.join(" and ")} but src/a.py#L3 [x](../outside.py) [dir](src)`);
  const said = workbench.messages.filter({ hasText: "src/gone.py" });
  // The one that leads somewhere was asked about together with the others.
  await expect(said.getByRole("button", { name: "src/a.py#L3" })).toBeVisible();
  for (const text of texts) await expect(said).toContainText(text);
  await expect(said.locator(".reference")).toHaveCount(1);
  await expect(said.locator("a")).toHaveCount(0);
});
