// Times, names and texts as the tree views and the status bar write them. Microseconds UTC come in, as the sidecar gives them.

const MICROSECONDS_PER_MS = 1_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "40 s", "3 min", "5 h", "2 d"; clocks that disagree give no negative times. */
export function lasting(ms: number): string {
  const positive = Math.max(0, ms);
  if (positive < MINUTE_MS) return `${Math.floor(positive / SECOND_MS)} s`;
  if (positive < HOUR_MS) return `${Math.floor(positive / MINUTE_MS)} min`;
  if (positive < DAY_MS) return `${Math.floor(positive / HOUR_MS)} h`;
  return `${Math.floor(positive / DAY_MS)} d`;
}

/** How long ago `at` was. */
export function ago(at: number, nowMs: number): string {
  const ms = nowMs - at / MICROSECONDS_PER_MS;
  return ms < MINUTE_MS ? "just now" : `${lasting(ms)} ago`;
}

/** How long it has been going on since `at`. */
export function since(at: number, nowMs: number): string {
  return lasting(nowMs - at / MICROSECONDS_PER_MS);
}

/** How long it takes until `at`. */
export function until(at: number, nowMs: number): string {
  return lasting(at / MICROSECONDS_PER_MS - nowMs);
}

/** For hovering: the exact time in the person's own way of writing it. */
export function exactly(at: number): string {
  return new Date(at / MICROSECONDS_PER_MS).toLocaleString();
}

/** The first line, cut to fit; control characters would let a text look like another one. */
export function headline(text: string, charactersMax = 120): string {
  const line =
    withoutControls(text)
      .split("\n")
      .map((one) => one.trim())
      .find((one) => one !== "") ?? "";
  return line.length > charactersMax ? `${line.slice(0, charactersMax - 1)}…` : line;
}

/** Without what is invisible: controls (but for line ends and tabs), bidirectional overrides, zero-width characters. */
export function withoutControls(text: string): string {
  return text.replaceAll(/[^\P{C}\n\t]/gu, "");
}
