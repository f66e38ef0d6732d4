"""The turn of a supervised agent: claimed once, finished in one append, fenced by its epoch."""

from chatbox.domain import guard
from chatbox.domain.commands import ClaimTurn, EndBackoff, FailTurn, FinishTurn
from chatbox.domain.decide.messages import say
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import (
    AgentParked,
    BackoffEnded,
    TurnFailed,
    TurnFinished,
    TurnStarted,
    WakeDismissed,
)
from chatbox.domain.lifecycle import Lifecycle
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Agent, Turn
from chatbox.domain.values import AGENT_SCOPES, Bound, Identity


def claim_turn(outline: Outline, command: ClaimTurn) -> Refusal | None:
    """The first to ask gets the turn, with an upper bound for each channel; later ones are refused."""
    agent = outline.state.agents.get(command.agent)
    if agent is None or agent.retired or agent.state is not Lifecycle.WAKING:
        state = "unknown" if agent is None else agent.state
        return Refusal(code="WRONG_STATE", message=f"{command.agent} has no turn to claim: it is {state}.")
    charges = guard.affordable(outline.state, outline.limits, agent.pending)
    if not charges:
        roots = tuple(sorted({charge.root for charge in agent.pending}))
        outline.add(WakeDismissed(agent=agent.name, roots=roots))
        for charge in agent.pending:
            limit = guard.spent(outline.state, outline.limits, charge.root, charge.depth)
            for entry in guard.announce(outline.state, charge.root, limit or "turns"):
                if entry not in outline.entries:
                    outline.add(entry)
        return None
    outline.add(
        TurnStarted(
            agent=agent.name,
            epoch=agent.epoch + 1,
            attempt=agent.attempt + 1,
            bounds=_bounds(outline, agent),
            charges=charges,
            credential=command.credential,
            supervisor=command.supervisor,
        )
    )
    return None


def finish_turn(outline: Outline, command: FinishTurn) -> Refusal | None:
    """Replies, acknowledgement up to the bounds, and sleep: one list, one append."""
    turn = _live_turn(outline, command.agent, command.epoch)
    if isinstance(turn, Refusal):
        return turn
    by = Identity(participant=command.agent, kind="agent", scopes=frozenset(AGENT_SCOPES), epoch=command.epoch)
    for said in command.said:
        refusal = say(outline, by, said)
        if refusal is not None:
            return refusal
    agent = outline.state.agents[command.agent]
    owes = any(charge.message > turn.seq for charge in agent.pending)
    outline.add(TurnFinished(agent=command.agent, epoch=command.epoch, acknowledged=turn.bounds, owes=owes))
    return None


def fail_turn(outline: Outline, command: FailTurn) -> Refusal | None:
    """Back off and try again, or park after the last attempt. Nothing is acknowledged."""
    turn = _live_turn(outline, command.agent, command.epoch)
    if isinstance(turn, Refusal):
        return turn
    agent = outline.state.agents[command.agent]
    outline.add(
        TurnFailed(
            agent=agent.name,
            epoch=agent.epoch,
            cause=command.cause,
            retry_at=outline.now + outline.limits.backoff(agent.attempt),
            text={"error": command.error},
        )
    )
    if agent.attempt >= outline.limits.attempts:
        reason = f"Its turn failed {agent.attempt} times. The last error: {command.error}"
        outline.add(AgentParked(agent=agent.name, text={"reason": reason}))
    return None


def end_backoff(outline: Outline, command: EndBackoff) -> Refusal | None:
    """The rest is over."""
    agent = outline.state.agents.get(command.agent)
    if agent is None or agent.state is not Lifecycle.BACKOFF or agent.retry_at is None:
        return Refusal(code="WRONG_STATE", message=f"{command.agent} is not backing off.")
    if outline.now < agent.retry_at:
        return Refusal(code="WRONG_STATE", message=f"{command.agent} rests until {agent.retry_at}.")
    outline.add(BackoffEnded(agent=agent.name))
    return None


def _live_turn(outline: Outline, name: str, epoch: int) -> Turn | Refusal:
    """Invariant 7: a stale epoch writes nothing."""
    agent = outline.state.agents.get(name)
    if agent is None or agent.turn is None or agent.epoch != epoch:
        return Refusal(code="STALE_EPOCH", message=f"Turn {epoch} of {name} is over: its outcome is not recorded.")
    return agent.turn


def _bounds(outline: Outline, agent: Agent) -> tuple[Bound, ...]:
    """Where each followed channel ends now, where that is beyond what was acknowledged."""
    ends = (
        (subscription, outline.state.channels[subscription.channel].last)
        for subscription in outline.state.followed_by(agent.name)
    )
    return tuple(Bound(channel=s.channel, through=last) for s, last in ends if last > s.offset)
