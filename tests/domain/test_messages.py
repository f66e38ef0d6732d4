"""Saying something: numbers, threads, what a message goes back to, and what is refused."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.values import OUTSIDE

from tests.support.simulated import ADA, GENERAL, SimulatedWorkspace, agent_identity, chat, question, reply


def posted(workspace: SimulatedWorkspace, number: int) -> e.MessagePosted:
    entry = workspace.entries[number - 1].entry
    assert isinstance(entry, e.MessagePosted)
    return entry


def test_a_message_and_all_its_wakes_are_one_list() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all", reviewer="all")
    message, *wakes = workspace.led_to(c.PostMessage(by=ADA, said=chat("Start.")))
    assert isinstance(message, e.MessagePosted)
    assert [w.agent for w in wakes if isinstance(w, e.AgentWoken)] == ["builder", "reviewer"]


def test_the_id_of_a_message_is_the_number_of_its_entry() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    number = workspace.say(ADA, "Start.")
    assert posted(workspace, number).text == {"body": "Start."}
    assert workspace.agent("builder").owed == number


def test_positions_are_dense_in_each_channel_whatever_else_is_recorded() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    for channel in (GENERAL, "#dispatch", GENERAL, GENERAL, "#dispatch"):
        workspace.say(ADA, chat("Next.", channel))
    found = [one.entry for one in workspace.entries if isinstance(one.entry, e.MessagePosted)]
    assert [(m.channel, m.position) for m in found] == [
        (GENERAL, 1),
        ("#dispatch", 1),
        (GENERAL, 2),
        (GENERAL, 3),
        ("#dispatch", 2),
    ]


def test_replies_of_one_turn_get_consecutive_positions() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    said = workspace.finish("builder", chat("One."), chat("Two."), chat("Elsewhere.", "#dispatch"))
    assert [m.position for m in said if isinstance(m, e.MessagePosted)] == [2, 3, 1]


def test_a_post_keeps_its_title_type_and_tier_and_asks_in_the_same_list() -> None:
    workspace = SimulatedWorkspace()
    post, asked = workspace.led_to(c.PostMessage(by=ADA, said=question("Delete it?", 2)))
    assert isinstance(post, e.MessagePosted)
    assert isinstance(asked, e.ApprovalRequested)
    assert (post.kind, post.post_type, post.tier) == ("post", "question", 2)
    assert post.text == {"body": "Delete it?", "title": "May I?"}
    assert (asked.approval, asked.asked_by, asked.tier) == (workspace.state.seq - 1, "ada", 2)


def test_a_reply_to_a_reply_stays_in_the_first_messages_thread() -> None:
    workspace = SimulatedWorkspace()
    first = workspace.say(ADA, chat("A thought.", "#dispatch"))
    second = workspace.say(ADA, reply(first, "Another."))
    third = workspace.say(ADA, reply(second, "A third."))
    found = posted(workspace, third)
    assert (found.thread, found.cause, found.channel) == (first, second, "#dispatch")


@pytest.mark.parametrize("number", [0, 1, 3, 10_000])
def test_what_is_no_message_cannot_be_replied_to(number: int) -> None:
    workspace = SimulatedWorkspace()
    assert workspace.refusal(c.PostMessage(by=ADA, said=reply(number, "Hello?"))) == "NOT_FOUND"


def test_nothing_can_be_said_in_a_channel_that_does_not_exist() -> None:
    workspace = SimulatedWorkspace()
    assert workspace.refusal(c.PostMessage(by=ADA, said=chat("Hello?", "#nowhere"))) == "NOT_FOUND"


def test_one_bad_reply_of_a_turn_refuses_the_whole_finish() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    finish = c.FinishTurn(agent="builder", epoch=1, said=(chat("Good."), reply(10_000, "Bad.")))
    assert workspace.refusal(finish) == "NOT_FOUND"
    assert workspace.agent("builder").state == "busy"


def test_a_second_command_of_a_batch_sees_what_the_first_led_to() -> None:
    workspace = SimulatedWorkspace()
    first, second = workspace.submit(
        c.CreateChannel(by=ADA, channel="#new", purpose=""),
        c.PostMessage(by=ADA, said=chat("First here.", "#new")),
    )
    assert isinstance(first, Outcome)
    assert isinstance(second, Outcome)
    assert posted(workspace, second.seq).position == 1


def test_a_refused_command_of_a_batch_leaves_the_others_alone() -> None:
    workspace = SimulatedWorkspace()
    answers = workspace.submit(
        c.PostMessage(by=ADA, said=chat("One.")),
        c.PostMessage(by=ADA, said=chat("Lost.", "#nowhere")),
        c.PostMessage(by=ADA, said=chat("Two.")),
    )
    assert [isinstance(answer, Outcome) for answer in answers] == [True, False, True]
    assert workspace.state.channels[GENERAL].count == 2


# Lineage: what a message goes back to.


def test_a_persons_message_opens_a_root_even_as_a_reply() -> None:
    workspace = SimulatedWorkspace()
    first = workspace.say(ADA, "A thought.")
    second = workspace.say(ADA, reply(first, "Another."))
    assert (posted(workspace, first).root, posted(workspace, first).depth) == (first, 0)
    assert (posted(workspace, second).root, posted(workspace, second).cause) == (second, first)


def test_a_turns_words_continue_the_newest_message_that_it_answers() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "One.")
    second = workspace.say(ADA, "Two.")
    workspace.claim("builder")
    workspace.say(ADA, "Three, too late for this turn.")
    (message, *_) = workspace.finish("builder", chat("Both done."))
    assert isinstance(message, e.MessagePosted)
    assert (message.root, message.depth, message.cause, message.epoch) == (second, 1, second, 1)


def test_what_a_turn_says_on_its_way_has_the_same_lineage_as_what_it_returns() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    root = workspace.say(ADA, "One.")
    workspace.claim("builder")
    meanwhile = posted(workspace, workspace.say(agent_identity("builder", epoch=1), "On it."))
    (returned, *_) = workspace.finish("builder", chat("Done."))
    assert isinstance(returned, e.MessagePosted)
    assert (meanwhile.root, meanwhile.depth, meanwhile.epoch) == (root, 1, 1)
    assert (returned.root, returned.depth, returned.epoch) == (root, 1, 1)


def test_depth_grows_by_one_with_each_turn() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all", reviewer="all")
    root = workspace.say(ADA, "@builder, start.")
    for depth, name in enumerate(["builder", "reviewer", "builder"], start=1):
        workspace.claim(name)
        (message, *_) = workspace.finish(name, chat("Your turn."))
        assert isinstance(message, e.MessagePosted)
        assert (message.root, message.depth) == (root, depth)


def test_a_visitor_continues_the_newest_message_of_what_it_follows() -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest", channels=(GENERAL, "#human"))
    workspace.say(ADA, chat("Not for the guest.", "#dispatch"))
    heard = workspace.say(ADA, chat("For the guest.", "#human"))
    workspace.say(ADA, chat("Not for the guest either.", "#dispatch"))
    found = posted(workspace, workspace.say(guest, "I heard."))
    assert (found.root, found.depth, found.cause) == (heard, 1, heard)


def test_a_visitor_in_a_channel_it_does_not_follow_continues_what_was_said_there() -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    heard = workspace.say(ADA, chat("In dispatch.", "#dispatch"))
    found = posted(workspace, workspace.say(guest, chat("Hello, dispatch.", "#dispatch")))
    assert (found.root, found.depth) == (heard, 1)


def test_a_visitor_who_was_told_nothing_belongs_to_the_outside_root() -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    found = posted(workspace, workspace.say(guest, "Anybody here?"))
    assert (found.root, found.depth, found.cause) == (OUTSIDE, 0, None)
    again = posted(workspace, workspace.say(guest, "Nobody?"))
    assert (again.root, again.depth) == (OUTSIDE, 1)


def test_the_system_speaks_outside_every_root() -> None:
    workspace = SimulatedWorkspace()
    workspace.say(ADA, "Hello.")
    found = posted(workspace, workspace.say(c.THE_SYSTEM, "The disk is nearly full."))
    assert (found.root, found.depth) == (OUTSIDE, 0)


def test_only_a_person_opens_a_root() -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    workspace.declare(builder="all")
    workspace.say(guest, "Hello.")
    workspace.claim("builder")
    workspace.finish("builder", chat("Hello, guest."))
    workspace.say(guest, "Nice.")
    for recorded in workspace.entries:
        if isinstance(recorded.entry, e.MessagePosted):
            assert recorded.entry.root == OUTSIDE


# Forgetting.


def test_a_redaction_names_the_message_and_is_recorded_once() -> None:
    workspace = SimulatedWorkspace()
    said = workspace.say(ADA, "My password is hunter2.")
    redact = c.Redact(by=ADA, message=said)
    assert workspace.led_to(redact) == [e.ContentRedacted(target=said)]
    assert workspace.led_to(redact) == []


def test_of_two_redactions_in_one_batch_one_is_recorded() -> None:
    workspace = SimulatedWorkspace()
    said = workspace.say(ADA, "My password is hunter2.")
    before = workspace.state.seq
    workspace.submit(c.Redact(by=ADA, message=said), c.Redact(by=ADA, message=said))
    assert workspace.state.seq == before + 1


@pytest.mark.parametrize("number", [0, 1, 10_000])
def test_only_a_message_can_be_redacted(number: int) -> None:
    workspace = SimulatedWorkspace()
    assert workspace.refusal(c.Redact(by=ADA, message=number)) == "NOT_FOUND"
