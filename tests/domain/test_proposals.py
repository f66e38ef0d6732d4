"""Decisions among equals: votes with reasons, a quorum, an outcome, and what takes the place of what."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.values import Choice, Identity

from tests.support.simulated import ADA, SimulatedWorkspace, agent_identity, chat, proposal

AGENTS = [agent_identity(name) for name in ("builder", "reviewer", "tester")]
BUILDER, REVIEWER, TESTER = AGENTS


@pytest.fixture
def workspace() -> SimulatedWorkspace:
    made = SimulatedWorkspace()
    made.declare(builder="mentions", reviewer="mentions", tester="mentions")
    return made


def _propose(workspace: SimulatedWorkspace, quorum: int = 2, replaces: int | None = None) -> int:
    said = proposal("We use tabs.", quorum=quorum, replaces=replaces)
    return workspace.do(c.PostMessage(by=BUILDER, said=said)).seq


def _vote(by: Identity, number: int, choice: Choice, reason: str = "I like them.") -> c.CastVote:
    return c.CastVote(by=by, proposal=number, choice=choice, reason=reason)


def _outcome(workspace: SimulatedWorkspace, number: int) -> str | None:
    settled = [one.entry for one in workspace.entries if isinstance(one.entry, e.ProposalSettled)]
    return next((one.outcome for one in settled if one.message == number), None)


@pytest.mark.parametrize(
    ("quorum", "choices", "outcome"),
    [
        (1, ["for"], "accepted"),
        (2, ["for"], None),
        (2, ["for", "for"], "accepted"),
        (2, ["for", "against"], None),
        (2, ["for", "against", "against"], "rejected"),
        (2, ["for", "abstain"], "accepted"),
        (3, ["against", "abstain", "abstain"], "rejected"),
        (2, ["abstain", "abstain"], None),
    ],
)
def test_a_majority_of_enough_votes_settles_it(
    workspace: SimulatedWorkspace, quorum: int, choices: list[Choice], outcome: str | None
) -> None:
    number = _propose(workspace, quorum)
    for by, choice in zip(AGENTS, choices, strict=False):
        workspace.do(_vote(by, number, choice))
    assert _outcome(workspace, number) == outcome
    assert (number in workspace.state.proposals) == (outcome is None)


def test_the_vote_and_its_reason_and_the_outcome_are_one_append(workspace: SimulatedWorkspace) -> None:
    number = _propose(workspace, quorum=1)
    entries = workspace.led_to(_vote(REVIEWER, number, "for", "They align."))
    said = entries[0]
    assert isinstance(said, e.MessagePosted)
    assert (said.thread, said.text) == (number, {"body": "**Votes for**: They align."})
    assert entries[-2:] == [
        e.VoteCast(message=number, channel="#general", choice="for", reply=workspace.entries[-len(entries)].seq),
        e.ProposalSettled(message=number, channel="#general", outcome="accepted"),
    ]
    # The proposer hears of it like of any reply.
    assert any(isinstance(one, e.AgentWoken) and one.agent == "builder" for one in entries)


def test_a_mind_may_be_changed_until_it_is_settled(workspace: SimulatedWorkspace) -> None:
    number = _propose(workspace)
    workspace.do(_vote(REVIEWER, number, "against"))
    assert workspace.refusal(_vote(REVIEWER, number, "against")) == "WRONG_STATE"
    workspace.do(_vote(REVIEWER, number, "for"))
    workspace.do(_vote(TESTER, number, "for"))
    assert _outcome(workspace, number) == "accepted"
    assert workspace.refusal(_vote(BUILDER, number, "against")) == "ALREADY_DECIDED"


def test_an_accepted_proposal_can_be_replaced_and_nothing_else(workspace: SimulatedWorkspace) -> None:
    first = _propose(workspace, quorum=1)
    pending = c.PostMessage(by=BUILDER, said=proposal("We use spaces.", replaces=first))
    assert workspace.refusal(pending) == "WRONG_STATE"
    workspace.do(_vote(REVIEWER, first, "for"))
    opened = next(one for one in workspace.led_to(pending) if isinstance(one, e.ProposalOpened))
    assert opened.replaces == first


def test_only_a_proposal_is_voted_on(workspace: SimulatedWorkspace) -> None:
    line = workspace.do(c.PostMessage(by=ADA, said=chat("Tabs?"))).seq
    assert workspace.refusal(_vote(REVIEWER, line, "for")) == "NOT_FOUND"
    assert workspace.refusal(_vote(REVIEWER, 999, "for")) == "NOT_FOUND"


def test_a_proposal_that_asks_for_an_approval_is_not_put_to_the_vote(workspace: SimulatedWorkspace) -> None:
    said = proposal("We delete it.").model_copy(update={"tier": 2})
    number = workspace.do(c.PostMessage(by=BUILDER, said=said)).seq
    assert number in workspace.state.approvals
    assert number not in workspace.state.proposals
    assert workspace.refusal(_vote(REVIEWER, number, "for")) == "NOT_FOUND"
