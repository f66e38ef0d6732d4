// What the tree, the notification and the quick pick say about an open approval.
import type { ApprovalView } from "#protocol/types.gen";
import { ago, exactly, headline, withoutControls } from "./words";

/** A notification offers a decision only on what it shows as a whole. */
const NOTIFIED_CHARACTERS_MAX = 280;

export interface ApprovalItem {
  id: string;
  label: string;
  description: string;
  tooltip: string;
  screenReader: string;
}

export function question(approval: ApprovalView): string {
  return headline(approval.title ?? approval.body ?? "") || "(removed)";
}

/** All that is asked: what a decision's digest stands for. */
export function wholeQuestion({ title, body }: ApprovalView): string {
  return withoutControls([title, body].filter((part) => part !== null && part !== "").join("\n\n"));
}

export function approvalItem(approval: ApprovalView, nowMs: number): ApprovalItem {
  const label = question(approval);
  const who = approval.tier === 2 ? "a person decides" : "anybody else decides";
  return {
    id: `approval-${approval.id}`,
    label,
    description: `@${approval.asked_by} · ${approval.channel} · ${ago(approval.asked_at, nowMs)}`,
    tooltip: [
      wholeQuestion(approval),
      `@${approval.asked_by} in ${approval.channel}, ${exactly(approval.asked_at)}`,
      `Tier ${approval.tier}: ${who}`,
    ].join("\n\n"),
    screenReader: `${approval.asked_by} asks in ${approval.channel}: ${label}`,
  };
}

export interface Notice {
  text: string;
  /** Whether everything that is asked fits in, so that it can be decided here. */
  isWhole: boolean;
}

export function notice(approval: ApprovalView): Notice {
  const asked = wholeQuestion(approval).replaceAll(/\s+/g, " ");
  const isWhole = asked.length <= NOTIFIED_CHARACTERS_MAX;
  return { text: `@${approval.asked_by} asks: ${isWhole ? asked : question(approval)}`, isWhole };
}

/** Those that were not open before. */
export function newlyOpen(
  before: readonly ApprovalView[],
  now: readonly ApprovalView[],
): readonly ApprovalView[] {
  const known = new Set(before.map(({ id }) => id));
  return now.filter(({ id }) => !known.has(id));
}
