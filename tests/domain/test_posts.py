"""What becomes of a message: whose say it is, and what is refused."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.values import Identity

from tests.support.simulated import (
    ADA,
    GENERAL,
    SimulatedWorkspace,
    agent_identity,
    chat,
    question,
    reply,
)

BUILDER = agent_identity("builder")
REVIEWER = agent_identity("reviewer")


@pytest.fixture
def workspace() -> SimulatedWorkspace:
    made = SimulatedWorkspace()
    made.declare(builder="mentions", reviewer="mentions")
    return made


def _post(workspace: SimulatedWorkspace, by: Identity = BUILDER) -> int:
    said = question("How do we go on?", 0)
    return workspace.do(c.PostMessage(by=by, said=said)).seq


def _types(workspace: SimulatedWorkspace, command: c.Command) -> list[str]:
    return [type(one).__name__ for one in workspace.led_to(command)]


@pytest.mark.parametrize("by", [BUILDER, ADA], ids=["author", "person"])
def test_the_author_and_a_person_may_pin_close_and_resolve(workspace: SimulatedWorkspace, by: Identity) -> None:
    post = _post(workspace)
    assert _types(workspace, c.PinPost(by=by, message=post, pinned=True)) == ["PostPinned"]
    assert _types(workspace, c.PinPost(by=by, message=post, pinned=False)) == ["PostUnpinned"]
    assert _types(workspace, c.ResolveMessage(by=by, message=post, resolved=True)) == ["MessageResolved"]
    assert _types(workspace, c.ResolveMessage(by=by, message=post, resolved=False)) == ["MessageUnresolved"]
    assert _types(workspace, c.ClosePost(by=by, message=post, resolution="Done.")) == ["PostClosed"]


def test_nobody_else_may(workspace: SimulatedWorkspace) -> None:
    post = _post(workspace)
    for command in (
        c.PinPost(by=REVIEWER, message=post, pinned=True),
        c.ClosePost(by=REVIEWER, message=post, resolution="Done."),
        c.ResolveMessage(by=REVIEWER, message=post, resolved=True),
        c.EditMessage(by=REVIEWER, message=post, body="Never mind."),
        c.EditMessage(by=ADA, message=post, body="A person puts no words into an agent's mouth."),
    ):
        assert workspace.refusal(command) == "NOT_AUTHOR"


def test_repeating_it_changes_nothing(workspace: SimulatedWorkspace) -> None:
    post = _post(workspace)
    assert workspace.led_to(c.PinPost(by=ADA, message=post, pinned=False)) == []
    assert workspace.led_to(c.ResolveMessage(by=ADA, message=post, resolved=False)) == []
    workspace.do(c.PinPost(by=ADA, message=post, pinned=True))
    assert workspace.led_to(c.PinPost(by=ADA, message=post, pinned=True)) == []


def test_a_post_is_closed_once_and_still_hears_replies(workspace: SimulatedWorkspace) -> None:
    post = _post(workspace)
    workspace.do(c.ClosePost(by=BUILDER, message=post, resolution="We go on."))
    assert workspace.refusal(c.ClosePost(by=BUILDER, message=post, resolution="We stop.")) == "WRONG_STATE"
    assert "MessagePosted" in _types(workspace, c.PostMessage(by=ADA, said=reply(post, "One more thing.")))


def test_only_a_post_is_closed(workspace: SimulatedWorkspace) -> None:
    line = workspace.say(ADA, "A line.")
    assert workspace.refusal(c.ClosePost(by=ADA, message=line, resolution="Done.")) == "VALIDATION_ERROR"
    assert workspace.refusal(c.EditMessage(by=ADA, message=line, body="Two.", title="T")) == "VALIDATION_ERROR"


def test_an_edit_is_an_entry_of_its_own_and_wakes_nobody(workspace: SimulatedWorkspace) -> None:
    line = workspace.say(ADA, "A line.")
    (entry,) = workspace.led_to(c.EditMessage(by=ADA, message=line, body="@builder, a better line."))
    assert entry == e.MessageEdited(message=line, channel=GENERAL, text={"body": "@builder, a better line."})


def test_words_that_others_were_asked_to_agree_to_stand(workspace: SimulatedWorkspace) -> None:
    asked = workspace.do(c.PostMessage(by=BUILDER, said=question("May I?", 2))).seq
    assert workspace.refusal(c.EditMessage(by=BUILDER, message=asked, body="May I do more?")) == "WRONG_STATE"
    workspace.do(workspace.decide_approval(ADA, asked))
    assert workspace.refusal(c.EditMessage(by=BUILDER, message=asked, body="May I do more?")) == "WRONG_STATE"


def test_a_redaction_takes_every_wording_and_the_resolution(workspace: SimulatedWorkspace) -> None:
    post = _post(workspace)
    edit = workspace.do(c.EditMessage(by=BUILDER, message=post, body="My password is hunter2.")).seq
    closing = workspace.do(c.ClosePost(by=BUILDER, message=post, resolution="hunter2 it is.")).seq
    gone = workspace.led_to(c.Redact(by=ADA, message=post))
    assert gone == [e.ContentRedacted(target=number) for number in (post, edit, closing)]
    workspace.do(c.Redact(by=ADA, message=post))
    assert workspace.refusal(c.EditMessage(by=BUILDER, message=post, body="Back again.")) == "WRONG_STATE"


def test_what_does_not_exist_is_not_found(workspace: SimulatedWorkspace) -> None:
    for command in (
        c.PinPost(by=ADA, message=999, pinned=True),
        c.ClosePost(by=ADA, message=999, resolution="Done."),
        c.ResolveMessage(by=ADA, message=999, resolved=True),
        c.EditMessage(by=ADA, message=999, body="Hello."),
    ):
        assert workspace.refusal(command) == "NOT_FOUND"


def test_a_batch_sees_what_came_before_in_it(workspace: SimulatedWorkspace) -> None:
    said = workspace.do(c.PostMessage(by=ADA, said=chat("Hello."))).seq
    first, second = workspace.submit(
        c.PinPost(by=ADA, message=said, pinned=True), c.PinPost(by=ADA, message=said, pinned=True)
    )
    assert [len(getattr(one, "entries", ())) for one in (first, second)] == [1, 0]
