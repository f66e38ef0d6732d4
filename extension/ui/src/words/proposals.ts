// How a proposal stands, in words.
import type { MessageView, ProposalView, VoteView } from "#protocol/types.gen";

export type Choice = VoteView["choice"];

export const CHOICES: readonly Choice[] = ["for", "against", "abstain"];

export const CHOICE_WORDS: Readonly<Record<Choice, string>> = {
  for: "For",
  against: "Against",
  abstain: "Abstain",
};

/** The vote that a message asks for. Where it asks for an approval, that decides: two cards would name two ways. */
export function voteOf({ proposal, tier }: MessageView): ProposalView | undefined {
  const isDecidedElsewhere = tier > 0 && proposal?.votes.length === 0;
  return isDecidedElsewhere ? undefined : (proposal ?? undefined);
}

export type Standing = "open" | "accepted" | "rejected" | "replaced";

export function standingOf({ outcome, replaced_by }: ProposalView): Standing {
  if (outcome === null) return "open";
  return outcome === "accepted" && replaced_by !== null ? "replaced" : outcome;
}

export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  open: "Open for votes",
  accepted: "Accepted",
  rejected: "Rejected",
  replaced: "Accepted, and replaced since",
};

/** What is still missing until it is settled. */
export function missingWords({ votes, quorum }: ProposalView): string {
  const missing = quorum - votes.length;
  if (missing > 0) return missing === 1 ? "1 more vote settles it" : `needs ${missing} more votes`;
  return "undecided: the next vote that tips it settles it";
}

export const votersOf = ({ votes }: ProposalView, choice: Choice): readonly VoteView[] =>
  votes.filter((vote) => vote.choice === choice);
