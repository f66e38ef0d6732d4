"""Declaring agents, and what a person tells them."""

from typing import Literal

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.values import Limits

from tests.support.simulated import ADA, GENERAL, SimulatedWorkspace, declaration


def direct(action: Literal["wake", "pause", "resume"], agent: str = "builder") -> c.DirectAgent:
    return c.DirectAgent(by=ADA, agent=agent, action=action)


def types(entries: list[e.Entry]) -> list[str]:
    return [e.type_of(entry) for entry in entries]


def test_a_declared_agent_joins_and_follows_its_channels() -> None:
    workspace = SimulatedWorkspace()
    builder = declaration("builder", {GENERAL: "all", "#dispatch": "none"})
    assert types(workspace.led_to(c.DeclareAgents(agents=(builder,)))) == [
        "ParticipantJoined",
        "AgentDeclared",
        "Subscribed",
        "Subscribed",
    ]
    assert workspace.agent("builder").state == "asleep"


def test_declaring_the_same_agents_again_changes_nothing() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all", reviewer="none")
    before = workspace.state.seq
    workspace.declare(builder="all", reviewer="none")
    assert workspace.state.seq == before


def test_a_changed_declaration_records_only_the_difference() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    offset = workspace.state.subscriptions["builder", GENERAL].offset
    other = declaration("builder", {GENERAL: "mentions"}, engine="command")
    assert workspace.led_to(c.DeclareAgents(agents=(other,))) == [
        e.AgentDeclared(agent="builder", engine="command"),
        e.Subscribed(participant="builder", channel=GENERAL, wake="mentions", offset=offset),
    ]
    elsewhere = declaration("builder", {"#dispatch": "all"}, engine="command")
    assert types(workspace.led_to(c.DeclareAgents(agents=(elsewhere,)))) == ["Subscribed", "Unsubscribed"]


def test_an_agent_that_follows_an_unknown_channel_is_not_declared() -> None:
    workspace = SimulatedWorkspace()
    good, bad = declaration("a", {GENERAL: "all"}), declaration("b", {"#nowhere": "all"})
    assert workspace.refusal(c.DeclareAgents(agents=(good, bad))) == "NOT_FOUND"


def test_a_supervised_agents_name_belongs_to_its_supervisor_alone() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    hello = c.OpenSession(participant="builder", kind="agent", digest="d", scopes=(), expires=workspace.now + 1)
    assert workspace.refusal(hello) == "NAME_TAKEN"


@pytest.mark.parametrize("state", ["asleep", "waking", "busy", "backoff", "parked"])
def test_an_agent_is_retired_from_every_state_and_runs_no_more(state: str) -> None:
    workspace = in_state(state)
    workspace.declare()
    agent = workspace.agent("builder")
    assert (agent.retired, agent.state, agent.turn) == (True, "parked", None)
    assert list(workspace.state.live_agents()) == []
    claim = c.ClaimTurn(agent="builder", supervisor="here", credential="t")
    assert workspace.refusal(claim) == "WRONG_STATE"
    for action in ("wake", "pause", "resume"):
        assert workspace.refusal(direct(action)) == "NOT_FOUND"


@pytest.mark.parametrize("state", ["asleep", "waking", "busy", "backoff", "parked"])
def test_an_agent_that_comes_back_runs_again(state: str) -> None:
    workspace = in_state(state)
    epoch = workspace.agent("builder").epoch
    workspace.declare()
    workspace.declare(builder="all")
    assert not workspace.agent("builder").retired
    workspace.say(ADA, "Welcome back.")
    assert workspace.claim("builder").epoch == epoch + 1


def test_an_agent_that_comes_back_is_woken_for_what_it_still_owes() -> None:
    workspace = in_state("waking")
    workspace.declare()
    workspace.declare(builder="all")
    assert workspace.agent("builder").pending
    assert workspace.agent("builder").state == "waking"


WAKES: list[tuple[str, Literal["wake", "pause", "resume"], str]] = [
    ("asleep", "wake", "waking"),
    ("waking", "wake", "waking"),
    ("busy", "wake", "busy"),
    ("backoff", "wake", "backoff"),
    ("parked", "wake", "WRONG_STATE"),
    ("asleep", "pause", "parked"),
    ("waking", "pause", "parked"),
    ("busy", "pause", "parked"),
    ("backoff", "pause", "parked"),
    ("parked", "pause", "WRONG_STATE"),
    ("asleep", "resume", "WRONG_STATE"),
    ("waking", "resume", "WRONG_STATE"),
    ("busy", "resume", "WRONG_STATE"),
    ("backoff", "resume", "WRONG_STATE"),
    ("parked", "resume", "asleep"),
]


@pytest.mark.parametrize(("state", "action", "expected"), WAKES)
def test_what_a_person_tells_an_agent_fits_its_state_or_is_refused(
    state: str, action: Literal["wake", "pause", "resume"], expected: str
) -> None:
    workspace = in_state(state)
    if expected.isupper():
        assert workspace.refusal(direct(action)) == expected
    else:
        workspace.do(direct(action))
        assert workspace.agent("builder").state == expected


def test_an_agent_that_nobody_declared_cannot_be_directed() -> None:
    workspace = SimulatedWorkspace()
    assert workspace.refusal(direct("wake", "nobody")) == "NOT_FOUND"


def test_a_persons_wake_is_a_root_of_its_own() -> None:
    workspace = SimulatedWorkspace(Limits(root_turns=1))
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    workspace.finish("builder")
    for _ in range(3):
        workspace.do(direct("wake"))
        (charge,) = workspace.claim("builder").charges
        assert charge.root == charge.message
        workspace.finish("builder")


def test_a_paused_agent_loses_its_turn_and_gets_it_again_when_resumed() -> None:
    workspace = in_state("busy")
    owed = workspace.agent("builder").owed
    workspace.do(direct("pause"))
    assert workspace.agent("builder").parked_because == "Paused by ada."
    stale = c.FinishTurn(agent="builder", epoch=1)
    assert workspace.refusal(stale) == "STALE_EPOCH"
    assert types(workspace.led_to(direct("resume"))) == ["AgentResumed", "AgentWoken"]
    started = workspace.claim("builder")
    assert [charge.message for charge in started.charges] == [owed]
    assert (started.epoch, started.attempt) == (2, 1)
    assert workspace.agent("builder").parked_because is None


def test_a_message_to_a_paused_agent_waits_for_its_resume() -> None:
    workspace = in_state("parked")
    number = workspace.say(ADA, "When you are back.")
    assert workspace.agent("builder").state == "parked"
    workspace.do(direct("resume"))
    assert number in [charge.message for charge in workspace.claim("builder").charges]


def test_an_agent_that_owes_nothing_sleeps_when_resumed() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.do(direct("pause"))
    assert types(workspace.led_to(direct("resume"))) == ["AgentResumed"]


def in_state(state: str) -> SimulatedWorkspace:
    """A workspace whose one agent `builder` is there."""
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    if state in ("waking", "busy", "backoff"):
        workspace.say(ADA, "Start.")
    if state in ("busy", "backoff"):
        workspace.claim("builder")
    if state == "backoff":
        workspace.fail("builder")
    if state == "parked":
        workspace.do(direct("pause"))
    assert workspace.agent("builder").state == state
    return workspace
