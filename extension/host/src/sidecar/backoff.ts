// When a dead sidecar is started again, and when no more.

/** Whoever lived longer than this did not fail at starting. */
export const QUICK_MS = 30_000;
export const QUICK_FAILURES_MAX = 5;
const PAUSE_FIRST_MS = 1_000;
const PAUSE_LONGEST_MS = 30_000;

export type Next = { kind: "again"; inMs: number; quickFailures: number } | { kind: "give-up" };

/** `quickFailures` counts those before this one; `livedMs` is how long the one that died just now had lived. */
export function afterDeath(quickFailures: number, livedMs: number): Next {
  if (livedMs > QUICK_MS) return { kind: "again", inMs: PAUSE_FIRST_MS, quickFailures: 0 };
  const failures = quickFailures + 1;
  if (failures >= QUICK_FAILURES_MAX) return { kind: "give-up" };
  return {
    kind: "again",
    inMs: Math.min(PAUSE_FIRST_MS * 2 ** (failures - 1), PAUSE_LONGEST_MS),
    quickFailures: failures,
  };
}
