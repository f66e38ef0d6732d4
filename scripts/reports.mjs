// Reads how many tests ran out of the report that each test runner writes.
import { readFileSync } from "node:fs";

const none = { passed: 0, failed: 0, skipped: 0 };

function pytest(xml) {
  const attributes = /<testsuite ([^>]*)>/.exec(xml)?.[1] ?? "";
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped"), failed, skipped: count("skipped") };
}

function vitest(json) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(json);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
}

/** A test that passed only when repeated is flaky, and counts as failed. */
function playwright(json) {
  const { expected, unexpected, flaky, skipped } = JSON.parse(json).stats;
  return { passed: expected, failed: unexpected + flaky, skipped };
}

const readers = { pytest, vitest, playwright };

/** The totals of one report; none when the runner died before writing it. */
export function testCounts({ runner, file }) {
  try {
    return readers[runner](readFileSync(file, "utf8"));
  } catch {
    return none;
  }
}
