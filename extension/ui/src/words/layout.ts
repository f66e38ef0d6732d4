// The parts of the page, and how many of them fit beside each other.
export type Panel = "chat" | "channels" | "approvals" | "agents";
/** What fills the page when it is narrow: a part, or an open thread. */
export type Place = Panel | "thread";
export type Layout = "wide" | "middle" | "narrow";

const WIDE_PIXELS = 1_000;
const MIDDLE_PIXELS = 600;

export function layoutFor(width: number): Layout {
  if (width >= WIDE_PIXELS) return "wide";
  return width >= MIDDLE_PIXELS ? "middle" : "narrow";
}

export const shortCount = (count: number): string => (count > 99 ? "99+" : String(count));
