"""Answering a question: once, by whoever may, on the words that were shown."""

from chatbox.domain import approval, guard
from chatbox.domain.commands import DecideApproval, ExpireApproval
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import AgentWoken, ApprovalDecided, ApprovalExpired
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Approval


def decide_approval(outline: Outline, command: DecideApproval) -> Refusal | None:
    """The decision, and the wake of the agent that waits for it."""
    asked = outline.state.approvals.get(command.approval)
    if asked is None or not command.by.knows(asked.channel):
        return _not_open(outline, command.approval)
    if _is_over(asked, outline.now):
        return Refusal(code="EXPIRED", message=f"Approval {asked.id} has expired: its author has to ask again.")
    refusal = approval.may_decide(asked, command.by)
    if refusal is not None:
        return refusal
    if command.digest is not None and command.digest != asked.digest:
        return Refusal(
            code="DIGEST_MISMATCH",
            message=f"Approval {asked.id} is not what you were shown: look at it again, then decide.",
        )
    number = outline.add(
        ApprovalDecided(
            approval=asked.id,
            channel=asked.channel,
            verdict=command.verdict,
            digest=asked.digest,
            via=command.via,
            text={"reason": command.reason} if command.reason else None,
        )
    )
    _wake(outline, asked, number)
    return None


def expire_approval(outline: Outline, command: ExpireApproval) -> Refusal | None:
    """Too late: it is closed. Nobody is woken: no timer starts a turn."""
    asked = outline.state.approvals.get(command.approval)
    if asked is None or not _is_over(asked, outline.now):
        return Refusal(code="WRONG_STATE", message=f"Approval {command.approval} is not due.")
    outline.add(ApprovalExpired(approval=asked.id, channel=asked.channel))
    return None


def _is_over(asked: Approval, now: int) -> bool:
    return asked.expires is not None and asked.expires <= now


def _not_open(outline: Outline, number: int) -> Refusal:
    known = outline.message(number)
    if isinstance(known, Refusal):
        return Refusal(code="NOT_FOUND", message=f"There is no approval {number}.")
    if known.verdict == "expired":
        return Refusal(code="EXPIRED", message=f"Approval {number} has expired: its author has to ask again.")
    if known.verdict is not None:
        return Refusal(code="ALREADY_DECIDED", message=f"Approval {number} was {known.verdict} before.")
    return Refusal(code="NOT_FOUND", message=f"Message {number} asks for no approval.")


def _wake(outline: Outline, asked: Approval, decision: int) -> None:
    agent = outline.state.agents.get(asked.asked_by)
    if agent is None or agent.retired:
        return
    spent = guard.spent(outline.state, outline.limits, asked.root, asked.depth)
    if spent is not None:
        for entry in guard.announce(outline.state, asked.root, spent):
            outline.add(entry)
        return
    outline.add(AgentWoken(agent=agent.name, message=decision, root=asked.root, depth=asked.depth, reason="decided"))
