"""Which agents there are, and what a person tells them."""

from chatbox.domain.commands import AgentDeclaration, DeclareAgents, DirectAgent
from chatbox.domain.decide import members
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import (
    AgentDeclared,
    AgentParked,
    AgentResumed,
    AgentRetired,
    AgentWoken,
    Unsubscribed,
)
from chatbox.domain.lifecycle import Lifecycle, Step, after
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Agent


def declare_agents(outline: Outline, command: DeclareAgents) -> Refusal | None:
    """Record the differences between what is declared and what was."""
    for declared in command.agents:
        refusal = _declare(outline, declared)
        if refusal is not None:
            return refusal
    names = {declared.name for declared in command.agents}
    for agent in outline.state.live_agents():
        if agent.name in names:
            continue
        if after(agent.state, Step.PARKED) is not None:
            outline.add(AgentParked(agent=agent.name, text={"reason": "It is no longer declared."}))
        outline.add(AgentRetired(agent=agent.name))
    return None


def direct_agent(outline: Outline, command: DirectAgent) -> Refusal | None:
    """Wake, pause or resume."""
    agent = outline.state.agents.get(command.agent)
    if agent is None or agent.retired:
        known = ", ".join(agent.name for agent in outline.state.live_agents()) or "none"
        return Refusal(code="NOT_FOUND", message=f"There is no agent {command.agent}. There are: {known}.")
    match command.action:
        case "wake":
            return _wake(outline, agent)
        case "pause":
            if after(agent.state, Step.PARKED) is None:
                return Refusal(code="WRONG_STATE", message=f"{agent.name} is parked already.")
            reason = f"Paused by {command.by.participant}."
            outline.add(AgentParked(agent=agent.name, text={"reason": reason}))
        case "resume":
            return _resume(outline, agent)
    return None


def _declare(outline: Outline, declared: AgentDeclaration) -> Refusal | None:
    known = outline.state.agents.get(declared.name)
    refusal = members.join(outline, declared.name, "agent")
    if refusal is not None:
        return refusal
    if known is None or known.retired or known.engine != declared.engine:
        outline.add(AgentDeclared(agent=declared.name, engine=declared.engine))
        if known is not None and known.retired and known.state is Lifecycle.PARKED:
            _go_on(outline, known)
    wanted = dict(declared.subscriptions)
    for channel, wake in wanted.items():
        found = outline.channel(channel)
        if isinstance(found, Refusal):
            return found
        members.follow(outline, declared.name, channel, wake)
    for held in outline.state.followed_by(declared.name):
        if held.channel not in wanted:
            outline.add(Unsubscribed(participant=declared.name, channel=held.channel))
    return None


def _wake(outline: Outline, agent: Agent) -> Refusal | None:
    if agent.state is Lifecycle.PARKED:
        return Refusal(code="WRONG_STATE", message=f"{agent.name} is parked: resume it first.")
    number = outline.next_seq
    # A person asked: the wake itself is the root, so its budget is fresh.
    outline.add(AgentWoken(agent=agent.name, message=number, root=number, depth=0, reason="asked"))
    return None


def _resume(outline: Outline, agent: Agent) -> Refusal | None:
    if agent.state is not Lifecycle.PARKED:
        return Refusal(code="WRONG_STATE", message=f"{agent.name} is not parked: it is {agent.state}.")
    _go_on(outline, agent)
    return None


def _go_on(outline: Outline, agent: Agent) -> None:
    """Out of the park, and awake at once when an answer is owed."""
    outline.add(AgentResumed(agent=agent.name))
    if agent.pending:
        owed = agent.pending[-1]
        outline.add(
            AgentWoken(agent=agent.name, message=owed.message, root=owed.root, depth=owed.depth, reason="resumed")
        )
