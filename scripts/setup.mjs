// Makes a fresh clone ready to run: .venv, Python packages, node_modules, bundles. Does only what is stale.
// Uses the standard library alone until `npm ci` has run. Needs nothing but Python, Node and npm.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { exclusively, fingerprint, isFresh, vouch } from "./freshness.mjs";
import {
  agentChatroom,
  dist,
  inRoot,
  mcpPrograms,
  npmCommand,
  root,
  venv,
  venvProgram,
  web,
} from "./places.mjs";
import { Failure, run, say, step } from "./progress.mjs";

const pythonNeeded = [3, 11];
const nodeNeeded = [20, 19];
const pythonCandidates = [
  ["python3"],
  ["python"],
  ["py", "-3"],
  ["python3.14"],
  ["python3.13"],
  ["python3.12"],
  ["python3.11"],
];

const isAtLeast = ([major, minor], [majorNeeded, minorNeeded]) =>
  major > majorNeeded || (major === majorNeeded && minor >= minorNeeded);

function requireNode() {
  if (isAtLeast(process.versions.node.split(".").map(Number), nodeNeeded)) return;
  throw new Failure(`ChatBox needs Node ${nodeNeeded.join(".")} or newer; this is ${process.versions.node}.`);
}

/** The first Python that is new enough, as [program, ...arguments]. */
function findPython() {
  const seen = [];
  for (const candidate of pythonCandidates) {
    const question = "import sys; print(*sys.version_info[:2])";
    const { status, stdout } = spawnSync(candidate[0], [...candidate.slice(1), "-c", question], {
      encoding: "utf8",
    });
    if (status !== 0) continue;
    const version = stdout.trim().split(" ").map(Number);
    if (isAtLeast(version, pythonNeeded)) return candidate;
    seen.push(`${candidate.join(" ")} is ${version.join(".")}`);
  }
  const found = seen.length > 0 ? seen.join(", ") : "found none";
  throw new Failure(
    `ChatBox needs Python ${pythonNeeded.join(".")} or newer on the PATH (${found}). Install it and run this again.`,
  );
}

// Each part: what it was made from, where its stamp stands, how to make it.

const environment = {
  stamp: join(venv, ".stamps", "environment"),
  // A virtual environment holds absolute paths: a moved checkout needs a new one.
  print: () => fingerprint([], [root]),
  isMade: () => existsSync(venvProgram("python")),
  make: () =>
    step("Python environment .venv", () =>
      run([...findPython(), "-m", "venv", "--clear", venv], {
        advice:
          "Python could not create .venv. On Debian and Ubuntu: apt-get install python3-venv, then run this again.",
      }),
    ),
};

const pythonPackages = (title, lock) => ({
  stamp: join(venv, ".stamps", lock),
  print: () => fingerprint([inRoot(lock)]),
  isMade: () => true,
  make: () =>
    step(title, () =>
      run([...pip(), "install", "--no-compile", "--require-hashes", "-r", inRoot(lock)], {
        advice:
          "pip could not install the Python packages. Check the network or your pip configuration, then run this again.",
      }),
    ),
});

// The original of the rooms, unmodified, for the tests. Not in .venv: it brings a command `agent-chat` of its own.
const original = {
  stamp: join(agentChatroom, ".stamp"),
  print: () => fingerprint([inRoot("tests", "rooms", "agent-chatroom.lock")]),
  isMade: () => existsSync(join(agentChatroom, "agent_chatroom")),
  make: () =>
    step("agent-chatroom for the tests", async () => {
      rmSync(agentChatroom, { recursive: true, force: true });
      const lock = inRoot("tests", "rooms", "agent-chatroom.lock");
      await run(
        [...pip(), "install", "--no-deps", "--require-hashes", "--target", agentChatroom, "-r", lock],
        {
          advice: "pip could not install agent-chatroom. Check the network, then run this again.",
        },
      );
    }),
};

// Not among the packages of the root: some of them need a newer Node than ChatBox does, so only tests that have one run them.
const programsForMcp = ["package.json", "package-lock.json"].map((file) =>
  inRoot("tests", "transports", "mcp", "programs", file),
);
const others = {
  stamp: join(mcpPrograms, ".stamp"),
  print: () => fingerprint(programsForMcp, [process.platform, process.arch]),
  isMade: () => existsSync(join(mcpPrograms, "node_modules")),
  make: () =>
    step("Programs that try MCP servers, for the tests", async () => {
      mkdirSync(mcpPrograms, { recursive: true });
      for (const file of programsForMcp) copyFileSync(file, join(mcpPrograms, basename(file)));
      const env = { ...process.env, npm_config_ignore_scripts: "true", npm_config_engine_strict: "false" };
      await run([...npmCommand(), "ci", "--prefix", mcpPrograms, "--loglevel", "error"], {
        cwd: mcpPrograms,
        env,
        advice:
          "npm could not install them. Check the network or your npm configuration, then run this again.",
      });
    }),
};

const project = {
  stamp: join(venv, ".stamps", "project"),
  print: () => fingerprint([inRoot("pyproject.toml")]),
  isMade: () => existsSync(venvProgram("chatbox")),
  make: () =>
    step("The command chatbox", () =>
      run([...pip(), "install", "--no-deps", "--no-build-isolation", "-e", root]),
    ),
};

const nodePackages = {
  stamp: inRoot("node_modules", ".stamp"),
  // Some packages are native: another platform, or another Node, needs its own.
  print: () =>
    fingerprint(
      [inRoot("package-lock.json"), inRoot(".npmrc")],
      [process.platform, process.arch, process.version],
    ),
  isMade: () => true,
  make: () =>
    step("Node packages", () =>
      run([...npmCommand(), "ci"], {
        advice:
          "npm could not install the Node packages. Check the network or your npm configuration, then run this again.",
      }),
    ),
};

const pageAndHost = {
  stamp: join(dist, ".stamp"),
  print: () =>
    fingerprint([
      ...["protocol", "host", "ui"].flatMap((part) => [
        inRoot("extension", part, "src"),
        inRoot("extension", part, "tsconfig.json"),
      ]),
      ...["extension/package.json", "package-lock.json", "scripts/build.mjs", "tsconfig.base.json"].map(
        (file) => inRoot(file),
      ),
    ]),
  isMade: () => existsSync(join(web, "chatbox.js")),
  make: () =>
    step("Web page and extension", async () => {
      // Loaded late: it needs the Node packages.
      const { bundle } = await import("./build.mjs");
      await bundle();
    }),
};

const pip = () => [venvProgram("python"), "-m", "pip", "--disable-pip-version-check", "--quiet"];

const isStale = (part) => !part.isMade() || !isFresh(part.stamp, part.print());

async function refresh(part) {
  if (!isStale(part)) return;
  await part.make();
  vouch(part.stamp, part.print());
}

async function refreshInOrder(parts) {
  for (const part of parts) await refresh(part);
}

/** Brings the checkout up to date; `dev` adds what the tests need. Costs a few milliseconds when nothing changed. */
export async function prepare({ dev, bundles = true }) {
  requireNode();
  const runtime = pythonPackages("Python packages", "requirements.lock");
  const tests = pythonPackages("Python packages for the tests", "requirements-dev.lock");
  const python = [environment, runtime, ...(dev ? [tests, original] : []), project];
  const node = [nodePackages, ...(bundles ? [pageAndHost] : []), ...(dev ? [others] : [])];
  if (![...python, ...node].some(isStale)) return;
  // Before anything is downloaded.
  if (isStale(environment)) findPython();
  if (!existsSync(venv)) say("Setting up ChatBox. The first time takes about a minute.");
  await exclusively(async () => {
    // Both to their end: a branch that goes on after the other has failed would write without the lock.
    const results = await Promise.allSettled([refreshInOrder(python), refreshInOrder(node)]);
    const failed = results.find(({ status }) => status === "rejected");
    if (failed) throw failed.reason;
  });
}
