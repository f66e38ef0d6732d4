// The parts of the page, and how many of them fit beside each other.
export type Panel = "chat" | "channels" | SidePanel;
/** What stands beside the chat, or takes its place. */
export type SidePanel = "approvals" | "agents" | "search" | "decisions" | "members" | "rooms";
/** What fills the page when it is narrow: a part, or an open thread. */
export type Place = Panel | "thread";
export type Layout = "wide" | "middle" | "narrow";

/** What stands at the side: a wide page has room for two, unless something was asked for that takes its place. */
export function sidePanels(layout: Layout, panel: Panel): readonly SidePanel[] {
  if (panel === "search" || panel === "decisions" || panel === "members" || panel === "rooms") return [panel];
  if (layout === "wide") return ["approvals", "agents"];
  return panel === "chat" || panel === "channels" ? [] : [panel];
}

const WIDE_PIXELS = 1_000;
const MIDDLE_PIXELS = 600;

export function layoutFor(width: number): Layout {
  if (width >= WIDE_PIXELS) return "wide";
  return width >= MIDDLE_PIXELS ? "middle" : "narrow";
}

export const shortCount = (count: number): string => (count > 99 ? "99+" : String(count));
