// What axe-core finds wrong with a page as it stands.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const source = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One line for each thing that is wrong: the rule, and where. `only` names the rules that are asked. */
export async function wrongWith(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(await source);
  const asked = only === undefined ? "" : `runOnly: ${JSON.stringify(only)}, `;
  const found: unknown = await page.evaluate(
    `axe.run({ ${asked}resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ": " + target.join(" "))))`,
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}
