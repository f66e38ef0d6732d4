"""A token is known by its digest, for as long as it admits."""

from chatbox.domain import commands as c
from chatbox.domain.admission import identify
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import AGENT_SCOPES, Identity

from tests.support.simulated import ADA, SimulatedWorkspace, agent_identity


def code(workspace: SimulatedWorkspace, digest: str) -> str:
    found = identify(workspace.state, digest, workspace.now)
    assert isinstance(found, Refusal), found
    return found.code


def test_the_persons_token_admits_the_person() -> None:
    workspace = SimulatedWorkspace()
    assert identify(workspace.state, "ada's token", workspace.now) == ADA.model_copy(
        update={"credential": "ada's token"}
    )


def test_an_unknown_token_admits_nobody() -> None:
    assert code(SimulatedWorkspace(), "guessed") == "AUTH_ERROR"


def test_a_session_admits_until_the_moment_it_expires() -> None:
    workspace = SimulatedWorkspace()
    expires = workspace.now + 1
    workspace.do(c.OpenSession(participant="guest", kind="agent", digest="s", scopes=AGENT_SCOPES, expires=expires))
    found = identify(workspace.state, "s", workspace.now)
    assert found == agent_identity("guest").model_copy(update={"credential": "s"})
    workspace.now += 1
    assert code(workspace, "s") == "SESSION_EXPIRED"


def test_a_turns_token_speaks_for_the_agent_with_its_epoch_while_the_turn_lasts() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    token = workspace.claim("builder").credential
    found = identify(workspace.state, token, workspace.now)
    assert isinstance(found, Identity)
    assert (found.participant, found.kind, found.epoch) == ("builder", "agent", 1)
    assert found.scopes == frozenset(AGENT_SCOPES)
    workspace.finish("builder")
    assert code(workspace, token) == "AUTH_ERROR"
