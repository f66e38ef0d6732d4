"""Who may decide what, by table; a decision is bound to what was shown, is made once, and wakes who asked."""

from typing import Literal

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.approval import Asked, shown
from chatbox.domain.batch import Outcome
from chatbox.domain.chain import digest
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import PERSON_SCOPES, SECOND, Attachment, Identity, Limits, Scope, Tier

from tests.support.simulated import (
    ADA,
    GENERAL,
    SimulatedWorkspace,
    agent_identity,
    chat,
    question,
    reply,
)

BOB = Identity(participant="bob", kind="person", scopes=frozenset(PERSON_SCOPES))
NO_SCOPE = Identity(participant="bob", kind="person", scopes=frozenset({Scope.READ, Scope.POST}))
SCOPED_AGENT = Identity(participant="guest", kind="agent", scopes=frozenset(PERSON_SCOPES))
GUEST = agent_identity("guest")
DECIDERS = {"ada": ADA, "bob": BOB, "bob without the scope": NO_SCOPE, "guest": GUEST, "a scoped agent": SCOPED_AGENT}

# Ada asks, or the visiting agent `guest` does.
TABLE: list[tuple[Tier, str, str, str]] = [
    (1, "ada", "ada", "NOT_PERMITTED"),
    (1, "ada", "bob", "decided"),
    (1, "ada", "bob without the scope", "decided"),
    (1, "ada", "guest", "decided"),
    (1, "ada", "a scoped agent", "decided"),
    (1, "guest", "ada", "decided"),
    (1, "guest", "guest", "NOT_PERMITTED"),
    (1, "guest", "a scoped agent", "NOT_PERMITTED"),
    (2, "ada", "ada", "NOT_PERMITTED"),
    (2, "ada", "bob", "decided"),
    (2, "ada", "bob without the scope", "HUMAN_REQUIRED"),
    (2, "ada", "guest", "HUMAN_REQUIRED"),
    (2, "ada", "a scoped agent", "HUMAN_REQUIRED"),
    (2, "guest", "ada", "decided"),
    (2, "guest", "guest", "NOT_PERMITTED"),
    (2, "guest", "a scoped agent", "NOT_PERMITTED"),
]


@pytest.mark.parametrize(("tier", "author", "decider", "expected"), TABLE)
def test_tier_kind_and_author_say_who_may_decide(tier: Tier, author: str, decider: str, expected: str) -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    asked = workspace.say(DECIDERS[author], question("Delete it?", tier))
    (answer,) = workspace.submit(workspace.decide_approval(DECIDERS[decider], asked))
    assert (answer.code if isinstance(answer, Refusal) else "decided") == expected
    assert (asked in workspace.state.approvals) == (expected != "decided")


def test_the_table_has_every_tier_author_and_kind() -> None:
    asked = {(tier, author) for tier, author, _, _ in TABLE}
    assert asked == {(tier, author) for tier in (1, 2) for author in ("ada", "guest")}


def test_a_post_of_tier_0_asks_nobody() -> None:
    workspace = SimulatedWorkspace()
    number = workspace.say(ADA, question("For your information.", 0))
    assert list(workspace.state.approvals) == []
    assert workspace.refusal(workspace.decide_approval(BOB, number)) == "NOT_FOUND"


def test_the_question_is_bound_to_everything_that_is_shown() -> None:
    workspace = SimulatedWorkspace()
    number = workspace.say(ADA, question("Delete it?", 2, title="Cleaning"))
    names = ("approval", "asked_by", "channel", "tier", "title", "body")
    fields = dict(zip(names, (number, "ada", GENERAL, 2, "Cleaning", "Delete it?"), strict=True))
    others = dict(zip(names, (number + 1, "bob", "#dispatch", 1, "cleaning", "Delete it!"), strict=True))
    digest = workspace.state.approvals[number].digest
    assert digest == shown(Asked(**fields, expires=None))  # type: ignore[arg-type] # a table of cases has one type
    for name in names:
        assert digest != shown(Asked(**{**fields, name: others[name]}, expires=None))  # type: ignore[arg-type] # the same


def test_the_question_is_bound_to_its_files_and_without_any_as_it_was_before_there_were_some() -> None:
    workspace = SimulatedWorkspace()
    plain = question("Delete it?", 2, title="Cleaning")
    one = Attachment(sha256="ab" * 32, name="rm.sh", media_type="text/plain", size=3)
    other = {"sha256": "cd" * 32, "name": "rm2.sh", "media_type": "image/png", "size": 4}

    def asked(number: int, *files: Attachment) -> Asked:
        return Asked(number, "ada", GENERAL, 2, "Cleaning", "Delete it?", None, files)

    number = workspace.say(ADA, plain)
    before = asked(number)._asdict()
    del before["expires"], before["attachments"]
    assert workspace.state.approvals[number].digest == digest(before) == shown(asked(number))
    number = workspace.say(ADA, plain.model_copy(update={"attachments": (one,)}))
    bound = workspace.state.approvals[number].digest
    assert bound == shown(asked(number, one))
    changed = [one.model_copy(update={field: value}) for field, value in other.items()]
    different = [asked(number), asked(number, one, one), *(asked(number, each) for each in changed)]
    assert bound not in {shown(each) for each in different}


def test_a_decision_on_other_words_is_refused_and_the_question_stays_open() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    first = workspace.say(GUEST, question("Delete a?", 2))
    second = workspace.say(GUEST, question("Delete b?", 2))
    crossed = workspace.decide_approval(ADA, second, digest=workspace.state.approvals[first].digest)
    assert workspace.refusal(crossed) == "DIGEST_MISMATCH"
    right = workspace.decide_approval(ADA, second, digest=workspace.state.approvals[second].digest)
    decided = workspace.led_to(right)[0]
    assert isinstance(decided, e.ApprovalDecided)
    assert set(workspace.state.approvals) == {first}


@pytest.mark.parametrize("verdict", ["approved", "denied"])
def test_a_question_is_decided_once(verdict: Literal["approved", "denied"]) -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    asked = workspace.say(GUEST, question("Delete it?", 2))
    workspace.do(workspace.decide_approval(ADA, asked, verdict))
    assert workspace.refusal(workspace.decide_approval(ADA, asked)) == "ALREADY_DECIDED"
    assert workspace.refusal(workspace.decide_approval(ADA, asked, "denied")) == "ALREADY_DECIDED"


def test_of_two_decisions_in_one_batch_the_first_stands() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    asked = workspace.say(GUEST, question("Delete it?", 2))
    first, second = workspace.submit(
        workspace.decide_approval(ADA, asked, "denied"), workspace.decide_approval(BOB, asked)
    )
    assert isinstance(first, Outcome)
    assert isinstance(second, Refusal)
    assert second.code == "ALREADY_DECIDED"


@pytest.mark.parametrize("number", [0, 1, 10_000])
def test_what_is_no_question_cannot_be_decided(number: int) -> None:
    workspace = SimulatedWorkspace()
    assert workspace.refusal(workspace.decide_approval(ADA, number)) == "NOT_FOUND"


def test_a_decision_without_a_reason_has_no_text_to_forget() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    asked = workspace.say(GUEST, question("Delete it?", 2))
    command = workspace.decide_approval(ADA, asked).model_copy(update={"reason": ""})
    decided = workspace.led_to(command)[0]
    assert decided.text is None


def test_a_decision_wakes_the_agent_that_asked_however_long_it_took() -> None:
    workspace, asked = asked_in_a_turn()
    workspace.finish("builder")
    workspace.pass_time(365 * 24 * 3600)
    decided, woken = workspace.led_to(workspace.decide_approval(ADA, asked))
    assert isinstance(decided, e.ApprovalDecided)
    assert isinstance(woken, e.AgentWoken)
    assert (woken.agent, woken.reason, woken.message) == ("builder", "decided", workspace.state.seq - 1)
    started = workspace.claim("builder")
    assert [bound.through for bound in started.bounds] == [workspace.state.seq - 2]


def test_a_decision_reaches_an_agent_whose_turn_was_lost_meanwhile() -> None:
    workspace, asked = asked_in_a_turn()
    workspace.fail("builder")
    workspace.do(workspace.decide_approval(ADA, asked))
    workspace.rest("builder")
    assert workspace.state.seq - 2 in [charge.message for charge in workspace.claim("builder").charges]


def test_a_decision_continues_the_root_of_the_question() -> None:
    workspace, asked = asked_in_a_turn()
    workspace.finish("builder")
    root = workspace.state.approvals[asked].root
    workspace.do(workspace.decide_approval(ADA, asked))
    (charge,) = workspace.claim("builder").charges
    assert (charge.root, charge.depth) == (root, 1)


def test_a_decision_wakes_nobody_once_the_roots_budget_is_spent() -> None:
    workspace, asked = asked_in_a_turn(Limits(root_turns=1))
    workspace.finish("builder")
    led_to = workspace.led_to(workspace.decide_approval(ADA, asked))
    root = workspace.known.messages[asked].root
    assert led_to[1:] == [e.BudgetSpent(root=root, limit="turns")]
    assert workspace.agent("builder").state == "asleep"


def test_a_decision_does_not_wake_an_agent_that_is_declared_no_more() -> None:
    workspace, asked = asked_in_a_turn()
    workspace.declare()
    (decided,) = workspace.led_to(workspace.decide_approval(ADA, asked))
    assert isinstance(decided, e.ApprovalDecided)


def test_a_decision_on_a_persons_question_wakes_no_agent() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    asked = workspace.say(ADA, question("ok", 1))
    (decided,) = workspace.led_to(workspace.decide_approval(BOB, asked))
    assert isinstance(decided, e.ApprovalDecided)


def test_an_open_question_cannot_be_redacted_and_a_decided_one_can() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    asked = workspace.say(GUEST, question("Delete it?", 2))
    assert workspace.refusal(c.Redact(by=ADA, message=asked)) == "WRONG_STATE"
    decided = workspace.do(workspace.decide_approval(ADA, asked)).seq
    # With the question goes the reason of its answer.
    gone = [e.ContentRedacted(target=asked), e.ContentRedacted(target=decided)]
    assert workspace.led_to(c.Redact(by=ADA, message=asked)) == gone


def test_a_reply_to_a_question_decides_nothing() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    asked = workspace.say(GUEST, question("Delete it?", 2))
    workspace.say(ADA, reply(asked, "Yes, approved."))
    assert asked in workspace.state.approvals


def asked_in_a_turn(limits: Limits | None = None) -> tuple[SimulatedWorkspace, int]:
    """A supervised agent that asks in the middle of its turn."""
    workspace = SimulatedWorkspace(limits)
    workspace.declare(builder="all")
    workspace.say(ADA, chat("Clean up."))
    workspace.claim("builder")
    return workspace, workspace.say(agent_identity("builder", epoch=1), question("Delete it?", 2))


def _asked_for(workspace: SimulatedWorkspace, seconds: int) -> int:
    workspace.declare(builder="mentions")
    said = question("May I?", 2).model_copy(update={"expires_after": seconds * SECOND})
    return workspace.say(agent_identity("builder"), said)


def test_a_question_that_expires_says_until_when_in_its_digest() -> None:
    one, other = SimulatedWorkspace(), SimulatedWorkspace()
    digests = [workspace.state.approvals[_asked_for(workspace, 60)].digest for workspace in (one, other)]
    assert digests[0] == digests[1]
    later = SimulatedWorkspace()
    assert later.state.approvals[_asked_for(later, 61)].digest != digests[0]


def test_nobody_decides_it_too_late_and_it_is_closed_when_its_time_is_over() -> None:
    workspace = SimulatedWorkspace()
    asked = _asked_for(workspace, 60)
    assert workspace.refusal(c.ExpireApproval(approval=asked)) == "WRONG_STATE"
    workspace.pass_time(61)
    assert workspace.refusal(workspace.decide_approval(ADA, asked)) == "EXPIRED"
    assert workspace.led_to(c.ExpireApproval(approval=asked)) == [e.ApprovalExpired(approval=asked, channel=GENERAL)]
    assert workspace.agent("builder").state == "asleep"
    assert (
        workspace.refusal(c.DecideApproval(by=ADA, approval=asked, verdict="approved", reason="", via="t")) == "EXPIRED"
    )
    assert workspace.refusal(c.ExpireApproval(approval=asked)) == "WRONG_STATE"


def test_in_time_it_is_decided_like_any_other() -> None:
    workspace = SimulatedWorkspace()
    asked = _asked_for(workspace, 60)
    workspace.pass_time(59)
    assert isinstance(workspace.led_to(workspace.decide_approval(ADA, asked))[0], e.ApprovalDecided)
