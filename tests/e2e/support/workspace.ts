// A workspace with a real file and three agents: two talk about it, one is slow.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const README = `# Tide tables

Tide tables for small harbours. The tables are computed once a year, checked by hand, and printed in spring.
`;

/** The one describes a file it is asked about, the other checks, the first asks a person for approval. */
const AGENTS = `
[[agent]]
name = "builder"
engine = "stub"
peer = "reviewer"
subscriptions = { "#general" = "mentions" }

[[agent]]
name = "reviewer"
engine = "stub"
peer = "builder"
subscriptions = { "#general" = "mentions" }
`;

/** An agent whose turn takes until the file `go` is there. */
const SLOW = `
[[agent]]
name = "slow"
engine = "command"
command = ["python3", "slow.py"]
unattended = true
subscriptions = { "#general" = "mentions" }
`;
const SLOW_PROGRAM = `
import json, pathlib, sys, time

sys.stdin.readline()
while not pathlib.Path("go").exists():
    time.sleep(0.05)
print(json.dumps({"channel": "#general", "body": "That took a while."}))
`;

/** What the slow agent says at last. */
export const SLOW_ANSWER = "That took a while.";

/** What a person says to set them going, and what they come to ask. */
export const OPENING = "@builder what is in README.md?";
export const QUESTION = "Add a summary to README.md?";

export async function furnishWorkspace(
  folder: string,
  settings: Readonly<Record<string, unknown>>,
  agents: string = AGENTS + SLOW,
): Promise<void> {
  await mkdir(join(folder, ".vscode"));
  await writeFile(join(folder, ".vscode", "settings.json"), JSON.stringify(settings));
  await mkdir(join(folder, ".agentchat"), { recursive: true });
  await writeFile(join(folder, "README.md"), README);
  await writeFile(join(folder, "slow.py"), SLOW_PROGRAM);
  await writeFile(join(folder, ".agentchat", "agents.toml"), agents);
}

/** Lets the slow agent's turns end. */
export async function letGo(folder: string): Promise<void> {
  await writeFile(join(folder, "go"), "");
}
