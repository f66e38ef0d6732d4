"""How an entry changes the state: the fold. It believes entries; judging them was `decide`'s work."""

from collections.abc import Callable
from typing import Any

from chatbox.domain import entries as e
from chatbox.domain.lifecycle import Step, after
from chatbox.domain.state import (
    Agent,
    Approval,
    Channel,
    Credential,
    Member,
    Participant,
    Proposal,
    Root,
    State,
    Subscription,
    Turn,
    Vote,
)
from chatbox.domain.values import Charge, Identity, Scope, likeness

PENDING_MAX = 64
"""Charges an agent is remembered to owe one by one; `owed` always covers the rest."""

SESSIONS_MAX = 100
"""Sessions of one participant; of more, those that end first end at once."""


def evolve(state: State, recorded: e.Recorded, leaf: bytes) -> None:
    """Fold one entry into `state`, which must end right before it."""
    assert recorded.seq == state.seq + 1, f"entry {recorded.seq} cannot follow {state.seq}"
    fold = _FOLDS.get(type(recorded.entry))
    if fold is not None:
        fold(state, recorded, recorded.entry)
    state.seq, state.leaf, state.at = recorded.seq, leaf, max(state.at, recorded.at)


def _journal_created(state: State, _: e.Recorded, entry: e.JournalCreated) -> None:
    state.journal = entry.journal


def _channel_created(state: State, _: e.Recorded, entry: e.ChannelCreated) -> None:
    state.channels[entry.channel] = Channel(name=entry.channel)


def _participant_joined(state: State, _: e.Recorded, entry: e.ParticipantJoined) -> None:
    state.participants[entry.participant] = Participant(name=entry.participant, kind=entry.kind)
    state.names[likeness(entry.participant)] = entry.participant


def _credential_issued(state: State, recorded: e.Recorded, entry: e.CredentialIssued) -> None:
    for known in list(state.credentials.values()):
        replaced = entry.purpose == "person" and known.purpose == "person"
        expired = known.expires is not None and known.expires <= recorded.at
        if (replaced and known.holder.participant == entry.participant) or expired:
            del state.credentials[known.digest]
    if entry.purpose == "session":
        _bound_sessions(state, entry.participant)
    state.credentials[entry.digest] = Credential(
        digest=entry.digest,
        holder=Identity(
            participant=entry.participant,
            kind=state.participants[entry.participant].kind,
            scopes=frozenset(Scope(scope) for scope in entry.scopes),
            credential=entry.digest,
        ),
        purpose=entry.purpose,
        expires=entry.expires,
    )


def _bound_sessions(state: State, participant: str) -> None:
    """Make room for one more."""
    held = [c for c in state.credentials.values() if c.holder.participant == participant and c.expires is not None]
    held.sort(key=lambda one: (one.expires, one.digest))
    for one in held[: max(0, len(held) - SESSIONS_MAX + 1)]:
        del state.credentials[one.digest]


def _person_invited(state: State, _: e.Recorded, entry: e.PersonInvited) -> None:
    state.members[entry.participant] = Member(
        name=entry.participant,
        role=entry.role,
        channels=None if entry.channels is None else frozenset(entry.channels),
        expires=entry.expires,
    )


def _credentials_revoked(state: State, _: e.Recorded, entry: e.CredentialsRevoked) -> None:
    del state.members[entry.participant]
    for known in list(state.credentials.values()):
        if known.holder.participant == entry.participant:
            del state.credentials[known.digest]


def _agent_declared(state: State, recorded: e.Recorded, entry: e.AgentDeclared) -> None:
    known = state.agents.get(entry.agent)
    fresh = known or Agent(name=entry.agent, engine=entry.engine, since=recorded.at)
    state.agents[entry.agent] = fresh.model_copy(update={"engine": entry.engine, "retired": False})


def _agent_retired(state: State, _: e.Recorded, entry: e.AgentRetired) -> None:
    state.agents[entry.agent] = state.agents[entry.agent].model_copy(update={"retired": True})


def _subscribed(state: State, _: e.Recorded, entry: e.Subscribed) -> None:
    key = (entry.participant, entry.channel)
    if key not in state.subscriptions:
        state.followed[entry.participant] = (*(state.followed.get(entry.participant) or ()), entry.channel)
    state.subscriptions[key] = Subscription(
        participant=entry.participant, channel=entry.channel, wake=entry.wake, offset=entry.offset, view=entry.view
    )


def _unsubscribed(state: State, _: e.Recorded, entry: e.Unsubscribed) -> None:
    del state.subscriptions[entry.participant, entry.channel]
    followed = state.followed.get(entry.participant) or ()
    state.followed[entry.participant] = tuple(channel for channel in followed if channel != entry.channel)


def _message_posted(state: State, recorded: e.Recorded, entry: e.MessagePosted) -> None:
    state.channels[entry.channel] = Channel(
        name=entry.channel,
        count=entry.position,
        last=recorded.seq,
        root=entry.root,
        depth=entry.depth,
    )


def _agent_woken(state: State, recorded: e.Recorded, entry: e.AgentWoken) -> None:
    agent = state.agents[entry.agent]
    charge = Charge(message=entry.message, root=entry.root, depth=entry.depth)
    pending = (*(held for held in agent.pending if held.message != entry.message), charge)
    owed = max(agent.owed, entry.message)
    update = {"owed": owed, "pending": pending[-PENDING_MAX:]}
    state.agents[entry.agent] = _step(agent.model_copy(update=update), Step.WOKEN, recorded.at)


def _wake_dismissed(state: State, recorded: e.Recorded, entry: e.WakeDismissed) -> None:
    agent = state.agents[entry.agent].model_copy(update={"pending": (), "attempt": 0})
    state.agents[entry.agent] = _step(agent, Step.DISMISSED, recorded.at)


def _budget_spent(state: State, _: e.Recorded, entry: e.BudgetSpent) -> None:
    root = state.roots.get(entry.root) or Root()
    state.roots[entry.root] = root.model_copy(update={"told": (*root.told, entry.limit)})


def _turn_started(state: State, recorded: e.Recorded, entry: e.TurnStarted) -> None:
    for number in {charge.root for charge in entry.charges}:
        root = state.roots.get(number) or Root()
        state.roots[number] = root.model_copy(update={"turns": root.turns + 1})
    turn = Turn(
        seq=recorded.seq,
        started_at=recorded.at,
        bounds=entry.bounds,
        charges=entry.charges,
        credential=entry.credential,
        supervisor=entry.supervisor,
    )
    agent = state.agents[entry.agent].model_copy(
        update={"epoch": entry.epoch, "attempt": entry.attempt, "turn": turn, "retry_at": None}
    )
    state.agents[entry.agent] = _step(agent, Step.CLAIMED, recorded.at)


def _turn_finished(state: State, recorded: e.Recorded, entry: e.TurnFinished) -> None:
    agent = state.agents[entry.agent]
    assert agent.turn is not None, "only a live turn can finish"
    for bound in entry.acknowledged:
        _acknowledge(state, entry.agent, bound.channel, bound.through)
    answered = agent.turn.seq
    pending = tuple(charge for charge in agent.pending if charge.message > answered)
    agent = agent.model_copy(update={"turn": None, "attempt": 0, "pending": pending})
    step = Step.FINISHED_OWING if entry.owes else Step.FINISHED
    state.agents[entry.agent] = _step(agent, step, recorded.at)


def _turn_failed(state: State, recorded: e.Recorded, entry: e.TurnFailed) -> None:
    agent = state.agents[entry.agent].model_copy(update={"turn": None, "retry_at": entry.retry_at})
    state.agents[entry.agent] = _step(agent, Step.FAILED, recorded.at)


def _backoff_ended(state: State, recorded: e.Recorded, entry: e.BackoffEnded) -> None:
    agent = state.agents[entry.agent].model_copy(update={"retry_at": None})
    state.agents[entry.agent] = _step(agent, Step.RESTED, recorded.at)


def _agent_parked(state: State, recorded: e.Recorded, entry: e.AgentParked) -> None:
    because = (entry.text or {}).get("reason", "")
    agent = state.agents[entry.agent].model_copy(update={"turn": None, "retry_at": None, "parked_because": because})
    state.agents[entry.agent] = _step(agent, Step.PARKED, recorded.at)


def _agent_resumed(state: State, recorded: e.Recorded, entry: e.AgentResumed) -> None:
    agent = state.agents[entry.agent].model_copy(update={"attempt": 0, "parked_because": None})
    state.agents[entry.agent] = _step(agent, Step.RESUMED, recorded.at)


def _acknowledged(state: State, _: e.Recorded, entry: e.Acknowledged) -> None:
    _acknowledge(state, entry.participant, entry.channel, entry.through)


def _approval_requested(state: State, _: e.Recorded, entry: e.ApprovalRequested) -> None:
    state.approvals[entry.approval] = Approval(
        id=entry.approval,
        channel=entry.channel,
        asked_by=entry.asked_by,
        tier=entry.tier,
        digest=entry.digest,
        root=entry.root,
        depth=entry.depth,
        expires=entry.expires,
    )


def _approval_settled(state: State, recorded: e.Recorded, entry: e.ApprovalDecided | e.ApprovalExpired) -> None:
    del state.approvals[entry.approval]
    channel = state.channels[entry.channel]
    state.channels[entry.channel] = channel.model_copy(update={"last": recorded.seq})


def _proposal_opened(state: State, _: e.Recorded, entry: e.ProposalOpened) -> None:
    state.proposals[entry.message] = Proposal(id=entry.message, channel=entry.channel, quorum=entry.quorum)


def _vote_cast(state: State, recorded: e.Recorded, entry: e.VoteCast) -> None:
    proposal = state.proposals[entry.message]
    others = tuple(vote for vote in proposal.votes if vote.participant != recorded.by)
    votes = (*others, Vote(participant=recorded.by, choice=entry.choice))
    state.proposals[entry.message] = proposal.model_copy(update={"votes": votes})


def _proposal_settled(state: State, _: e.Recorded, entry: e.ProposalSettled) -> None:
    del state.proposals[entry.message]


def _acknowledge(state: State, participant: str, channel: str, through: int) -> None:
    known = state.subscriptions.get((participant, channel))
    if known is not None and through > known.offset:
        state.subscriptions[participant, channel] = known.model_copy(update={"offset": through})


def _step(agent: Agent, step: Step, at: int) -> Agent:
    """Invariant 6: every change of an agent's state goes through the table."""
    state = after(agent.state, step)
    assert state is not None, f"{agent.name} cannot be {step} while {agent.state}"
    since = agent.since if state is agent.state else at
    return agent.model_copy(update={"state": state, "since": since})


_FOLDS: dict[type[e.Entry], Callable[[State, e.Recorded, Any], None]] = {
    e.JournalCreated: _journal_created,
    e.ChannelCreated: _channel_created,
    e.ParticipantJoined: _participant_joined,
    e.CredentialIssued: _credential_issued,
    e.PersonInvited: _person_invited,
    e.CredentialsRevoked: _credentials_revoked,
    e.AgentDeclared: _agent_declared,
    e.AgentRetired: _agent_retired,
    e.Subscribed: _subscribed,
    e.Unsubscribed: _unsubscribed,
    e.MessagePosted: _message_posted,
    e.AgentWoken: _agent_woken,
    e.WakeDismissed: _wake_dismissed,
    e.BudgetSpent: _budget_spent,
    e.TurnStarted: _turn_started,
    e.TurnFinished: _turn_finished,
    e.TurnFailed: _turn_failed,
    e.BackoffEnded: _backoff_ended,
    e.AgentParked: _agent_parked,
    e.AgentResumed: _agent_resumed,
    e.Acknowledged: _acknowledged,
    e.ApprovalRequested: _approval_requested,
    e.ApprovalDecided: _approval_settled,
    e.ApprovalExpired: _approval_settled,
    e.ProposalOpened: _proposal_opened,
    e.VoteCast: _vote_cast,
    e.ProposalSettled: _proposal_settled,
}
"""Entries without a fold (redactions, what is only shown, unknown types) change nothing that the rules look at."""
