"""Decisions among equals: a proposal, votes with reasons, and the outcome once enough agree."""

from chatbox.domain.commands import CastVote
from chatbox.domain.decide.messages import say
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import ProposalSettled, VoteCast
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Proposal, Vote
from chatbox.domain.values import ProposalOutcome, Utterance


def cast_vote(outline: Outline, command: CastVote) -> Refusal | None:
    """The vote, its reason as a reply that everybody can answer, and the outcome: one list."""
    proposal = outline.state.proposals.get(command.proposal)
    if proposal is None or not command.by.knows(proposal.channel):
        return _not_open(outline, command.proposal)
    if any(v.participant == command.by.participant and v.choice == command.choice for v in proposal.votes):
        return Refusal(code="WRONG_STATE", message=f"You voted {command.choice} before: reply, or vote otherwise.")
    reply = outline.next_seq
    said = Utterance(kind="reply", thread=proposal.id, body=f"**Votes {command.choice}**: {command.reason}")
    refusal = say(outline, command.by, said)
    if refusal is not None:
        return refusal
    outline.add(VoteCast(message=proposal.id, channel=proposal.channel, choice=command.choice, reply=reply))
    settled = outcome(proposal, Vote(participant=command.by.participant, choice=command.choice))
    if settled is not None:
        outline.add(ProposalSettled(message=proposal.id, channel=proposal.channel, outcome=settled))
    return None


def outcome(proposal: Proposal, newest: Vote) -> ProposalOutcome | None:
    """What the votes with `newest` come to; `None` while they are too few, or undecided."""
    votes = [vote.choice for vote in proposal.votes if vote.participant != newest.participant] + [newest.choice]
    lead = votes.count("for") - votes.count("against")
    if len(votes) < proposal.quorum or lead == 0:
        return None
    return "accepted" if lead > 0 else "rejected"


def _not_open(outline: Outline, number: int) -> Refusal:
    known = outline.message(number)
    if isinstance(known, Refusal):
        return known
    if known.outcome is not None:
        return Refusal(code="ALREADY_DECIDED", message=f"Proposal {number} was {known.outcome} before.")
    return Refusal(code="NOT_FOUND", message=f"Message {number} proposes nothing.")
