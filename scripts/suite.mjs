// Runs steps one after the other, goes on after a failure, and sums up at the end.
import { rmSync, mkdirSync } from "node:fs";
import { reports } from "./places.mjs";
import { Failure, report, say, step } from "./progress.mjs";
import { testCounts } from "./reports.mjs";

async function outcomeOf({ name, action, counts }) {
  let isOk = true;
  try {
    await step(name, action);
  } catch (error) {
    isOk = false;
    report(error);
  }
  const { passed, failed, skipped } = counts ? testCounts(counts) : { passed: 0, failed: 0, skipped: 0 };
  // A step that fails without a failed test (a linter, a runner that died) counts as one failure: the last line must not read "0 failed".
  return { name, isOk, passed, failed: isOk ? failed : Math.max(failed, 1), skipped };
}

function select(steps, names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Failure(
      `No step is called ${unknown.join(", ")}. There are: ${steps.map(({ name }) => name).join(", ")}`,
    );
  }
  return names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name));
}

const total = (outcomes, key) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);

/** Runs the steps, or those named; the last line gives the tests that passed and failed. */
export async function runAll(steps, names = []) {
  const selected = select(steps, names);
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const outcomes = [];
  for (const one of selected) outcomes.push(await outcomeOf(one));
  say("");
  for (const { name, passed, failed, skipped } of outcomes.filter(
    ({ passed, failed }) => passed + failed > 0,
  )) {
    say(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
  const broken = outcomes.filter(({ isOk, failed }) => !isOk || failed > 0).map(({ name }) => name);
  if (broken.length > 0)
    say(`Failed: ${broken.join(", ")}. To repeat only these: npm test -- ${broken.join(" ")}`);
  say(`${total(outcomes, "passed")} passed, ${total(outcomes, "failed")} failed`);
  if (broken.length > 0) process.exitCode = 1;
}
