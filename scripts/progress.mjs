// Runs commands quietly: one line per step with its time, a sign of life while it takes long, the output only when it fails.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./places.mjs";

const signOfLifeMilliseconds = 10_000;
const commandMinutesMax = 60;
const outputLinesShown = 120;

export const say = (line) => console.log(line);

/** An expected failure: its message is the one line that says what to do; `output` is what the command said. */
export class Failure extends Error {
  constructor(message, output = "") {
    super(message);
    this.output = output;
  }
}

const elapsed = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;

/** Does `action` as one visible step and gives its result. */
export async function step(title, action) {
  const began = performance.now();
  const signOfLife = setInterval(() => say(`  … ${title}, ${elapsed(began)}`), signOfLifeMilliseconds);
  try {
    const result = await action();
    say(`✓ ${title} (${elapsed(began)})`);
    return result;
  } catch (error) {
    say(`✗ ${title} (${elapsed(began)})`);
    throw error;
  } finally {
    clearInterval(signOfLife);
  }
}

/** Runs a command to its end; gives its standard output, or fails with `advice` and all it said. */
export function run([program, ...programArguments], { cwd = root, env = process.env, advice } = {}) {
  // As one would type it in the checkout.
  const commandLine = [program, ...programArguments]
    .join(" ")
    .replace(process.execPath, "node")
    .replaceAll(join(root, "/"), "");
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    // Not spawn's own timeout: that one lives on, and this process with it, after a program that could not be started.
    const limit = setTimeout(() => child.kill(), commandMinutesMax * 60_000);
    const out = [];
    const all = [];
    child.stdout.on("data", (chunk) => {
      out.push(chunk);
      all.push(chunk);
    });
    child.stderr.on("data", (chunk) => all.push(chunk));
    child.on("error", (error) => {
      clearTimeout(limit);
      reject(new Failure(advice ?? `Could not start ${commandLine}`, error.message));
    });
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const said = Buffer.concat(all).toString();
      return reject(new Failure(advice ?? `Failed (${signal ?? code}): ${commandLine}`, said));
    });
  });
}

/** Shows a failure: the end of what the command said, then the line that says what to do. */
export function report(error) {
  if (!(error instanceof Failure)) throw error;
  const lines = error.output.trimEnd().split("\n");
  if (lines.length > outputLinesShown) say(`  (the last ${outputLinesShown} of ${lines.length} lines)`);
  if (error.output) say(lines.slice(-outputLinesShown).join("\n"));
  say(error.message);
}

/** The outermost frame of a script. */
export async function main(action) {
  try {
    await action();
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}
