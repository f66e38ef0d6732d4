// Decides whether something made earlier still fits what it was made from: a stamp beside the result holds a hash of the inputs.
// A stamp lives inside what it vouches for, so that deleting the result deletes the stamp.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { cache, root } from "./places.mjs";
import { Failure } from "./progress.mjs";

function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Every file below the given files and folders, in a stable order; what doesn't exist counts as empty. */
function* filesBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) yield path;
  if (!stats?.isDirectory()) return;
  for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name));
}

/** A hash over the names and contents of `inputs` and over `facts`, strings that matter beside them. */
export function fingerprint(inputs, facts = []) {
  const hash = createHash("sha256");
  for (const fact of facts) hash.update(`${fact}\0`);
  for (const file of inputs.flatMap((path) => [...filesBelow(path)])) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

export const isFresh = (stamp, print) => textOf(stamp) === print;

export function vouch(stamp, print) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
}

const waitMinutesMax = 10;
const lockFile = join(cache, "setup.lock");

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function takeLock() {
  mkdirSync(cache, { recursive: true });
  try {
    writeFileSync(lockFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const owner = Number(textOf(lockFile));
    if (owner && !isRunning(owner)) rmSync(lockFile, { force: true });
    return false;
  }
}

/** One set-up at a time: two of them in one `.venv` or `node_modules` would break both. */
export async function exclusively(action) {
  const giveUpAt = performance.now() + waitMinutesMax * 60_000;
  while (!takeLock()) {
    if (performance.now() > giveUpAt) {
      throw new Failure(
        "Another set-up has been running for 10 minutes. If there is none, delete .cache/setup.lock and try again.",
      );
    }
    await pause(200);
  }
  try {
    return await action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}
