// Derives files from the operations declared in Python, so that both sides speak the same protocol.
//   npm run generate              writes them
//   npm run generate -- --check   writes nothing; fails naming each file that is stale
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot, isMain, venvProgram } from "./places.mjs";
import { Failure, main, run, say } from "./progress.mjs";
import { prepare } from "./setup.mjs";
import { version } from "./version.mjs";

const operations = "sidecar/chatbox/operations";
const banner = `// Made by \`npm run generate\` from ${operations}; do not edit.`;

function ask(module) {
  return run([venvProgram("python"), "-m", module], { advice: `python -m ${module} failed; see above.` });
}

const askOperations = (module) => ask(`chatbox.operations.${module}`);

// Keywords whose value maps names to schemas: there a key such as `title` is a field, not an annotation.
const namedSchemas = new Set(["$defs", "properties", "patternProperties", "dependentSchemas"]);
// Keywords whose value is data.
const plainData = new Set(["const", "default", "enum", "examples", "required"]);

/** The schema without titles below the root, which would each become a type of their own, and with references bare:
    json-schema-to-typescript copies the type of a reference that has neighbours. */
export function plain(schema) {
  if (Array.isArray(schema)) return schema.map(plain);
  if (typeof schema !== "object" || schema === null) return schema;
  if (typeof schema.$ref === "string") return { $ref: schema.$ref };
  const entries = Object.entries(schema).filter(([keyword]) => keyword !== "title");
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, plainValue(keyword, value)]));
}

function plainValue(keyword, value) {
  if (plainData.has(keyword)) return value;
  if (!namedSchemas.has(keyword)) return plain(value);
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, plain(schema)]));
}

/** Without the generator's remark on every definition that the root refers to it. */
function withoutRemarks(text) {
  const remark = String.raw` \* This (?:interface|type) was referenced by [^\n]*\n \* via the [^\n]*\n`;
  return text
    .replaceAll(new RegExp(String.raw`/\*\*\n${remark} \*/\n`, "g"), "")
    .replaceAll(new RegExp(String.raw` \* ?\n${remark}`, "g"), "");
}

async function protocolTypes() {
  const { compile } = await import("json-schema-to-typescript");
  const schema = { ...plain(JSON.parse(await askOperations("schema"))), title: "Protocol" };
  const types = await compile(schema, "Protocol", {
    additionalProperties: false,
    bannerComment: banner,
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
  });
  return withoutRemarks(types);
}

/** A package.json or package-lock.json that says the version of the sidecar. */
function versioned(file) {
  const content = JSON.parse(readFileSync(inRoot(file), "utf8"));
  const own = [content, ...["", "extension"].map((part) => content.packages?.[part])];
  for (const part of own.filter(Boolean)) part.version = version();
  return JSON.stringify(content, null, 2);
}

const versions = ["package.json", "extension/package.json", "package-lock.json"].map((file) => ({
  file,
  derive: () => versioned(file),
}));

const derived = [
  ...versions,
  { file: "extension/protocol/src/types.gen.ts", derive: protocolTypes },
  { file: "docs/protocol.md", derive: () => askOperations("document"), needs: `${operations}/document.py` },
  { file: "docs/operator-guide.md", derive: () => ask("chatbox.cli.guide") },
];

async function formatted(file, text) {
  const prettier = await import("prettier");
  const options = await prettier.resolveConfig(inRoot(file));
  return prettier.format(text, { ...options, filepath: file });
}

async function generate({ check }) {
  const stale = [];
  for (const { file, derive, needs } of derived) {
    if (needs && !existsSync(inRoot(needs))) continue;
    const path = inRoot(file);
    const text = await formatted(file, await derive());
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    stale.push(file);
    if (check) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    say(`wrote ${file}`);
  }
  if (check && stale.length > 0) throw new Failure(`Stale: ${stale.join(", ")}. Run: npm run generate`);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await prepare({ dev: false, bundles: false });
    await generate({ check: process.argv.includes("--check") });
  });
}
