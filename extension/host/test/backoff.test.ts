import { expect, it } from "vitest";
import { afterDeath, QUICK_FAILURES_MAX, QUICK_MS } from "../src/sidecar/backoff";

it("pauses twice as long after each quick failure, and gives up after the fifth", () => {
  const pauses: number[] = [];
  let failures = 0;
  for (;;) {
    const next = afterDeath(failures, 10);
    if (next.kind === "give-up") break;
    failures = next.quickFailures;
    pauses.push(next.inMs);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(failures + 1).toBe(QUICK_FAILURES_MAX);
});

it("forgives what came before a long life", () => {
  expect(afterDeath(QUICK_FAILURES_MAX - 1, QUICK_MS + 1)).toEqual({
    kind: "again",
    inMs: 1_000,
    quickFailures: 0,
  });
});
