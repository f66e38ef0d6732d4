"""What the views answer: pages, threads, unread messages, approvals, the brief of a turn, what led to a message."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from chatbox.broker.catching_up import catch_up
from chatbox.domain import commands as c
from chatbox.domain.chain import Record
from chatbox.domain.entries import TurnStarted
from chatbox.domain.shown import Brief, MessageView
from chatbox.journal.memory import MemoryJournal
from chatbox.operations.wire import END
from chatbox.ports import Span
from chatbox.views.questions import BRIEF_MESSAGES_MAX, Questions
from chatbox.views.store import ViewStore

from tests.support.simulated import (
    ADA,
    GENERAL,
    SimulatedWorkspace,
    agent_identity,
    chat,
    proposal,
    question,
    reply,
)

Shown = Callable[[SimulatedWorkspace], Coroutine[None, None, Questions]]


@pytest.fixture
async def shown(tmp_path: Path) -> AsyncIterator[Shown]:
    """The views of a simulated workspace, ready to be asked."""
    async with AsyncExitStack() as stack:

        async def show(workspace: SimulatedWorkspace) -> Questions:
            journal = MemoryJournal()
            await journal.append(Record(entries=tuple(workspace.sealed)), after=0)
            store = await ViewStore.open(tmp_path / f"views-{workspace.state.seq}.sqlite")
            stack.push_async_callback(store.close)
            await catch_up(journal, store)
            questions = Questions(store)
            stack.push_async_callback(questions.close)
            return questions

        yield show


def ids(messages: list[MessageView]) -> list[int]:
    return [message.id for message in messages]


async def test_a_page_is_the_newest_one_oldest_first_and_says_whether_there_is_more(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    said = [workspace.say(ADA, f"message {number}") for number in range(5)]
    questions = await shown(workspace)
    assert [
        (ids(page), more)
        for page, more in [
            await questions.page(GENERAL, before=None, after=None, limit=2),
            await questions.page(GENERAL, before=said[3], after=None, limit=2),
            await questions.page(GENERAL, before=said[1], after=None, limit=2),
            await questions.page(GENERAL, before=None, after=said[1], limit=2),
            await questions.page(GENERAL, before=None, after=said[2], limit=2),
            await questions.page(GENERAL, before=None, after=said[4], limit=2),
            await questions.page("#human", before=None, after=None, limit=2),
        ]
    ] == [
        (said[3:5], True),
        (said[1:3], True),
        (said[:1], False),
        (said[2:4], True),
        (said[3:5], False),
        ([], False),
        ([], False),
    ]


async def test_a_message_is_shown_with_everything_that_was_said_about_it(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    root = workspace.say(ADA, "@builder, may you?")
    workspace.claim("builder")
    asked = workspace.say(agent_identity("builder", epoch=1), question("May I, @ada?", 2, title="Asking"))
    workspace.say(ADA, reply(asked, "I will look."))
    (page, _) = await (await shown(workspace)).page(GENERAL, before=None, after=root, limit=1)
    (message,) = page
    assert (message.kind, message.author, message.author_kind, message.position) == ("post", "builder", "agent", 2)
    assert (message.title, message.body, message.post_type, message.tier) == ("Asking", "May I, @ada?", "question", 2)
    assert (message.root, message.depth, message.cause, message.epoch) == (root, 1, root, 1)
    assert (message.mentions, message.replies, message.thread, message.at) == (["ada"], 1, None, workspace.now)


async def test_a_redacted_message_is_shown_without_its_words(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    said = workspace.say(ADA, "My password is hunter2.")
    workspace.do(c.Redact(by=ADA, message=said))
    (page, _) = await (await shown(workspace)).page(GENERAL, before=None, after=None, limit=5)
    assert [(message.id, message.body, message.title) for message in page] == [(said, None, None)]


async def test_unread_are_the_messages_of_others_beyond_each_channels_offset(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    read = workspace.say(ADA, "read")
    one = workspace.say(ADA, "one")
    workspace.say(guest, "mine")
    two = workspace.say(ADA, chat("two", "#dispatch"))
    three = workspace.say(ADA, "three")
    questions = await shown(workspace)
    span = Span({GENERAL: read, "#dispatch": 0})
    found = [await questions.unread(span, "guest", limit) for limit in (1, 2, 3)]
    assert [(ids(one.messages), one.more) for one in found] == [
        ([one], True),
        ([one, two], True),
        ([one, two, three], False),
    ]
    newest = await questions.unread(span._replace(newest=True), "guest", 2)
    assert (ids(newest.messages), newest.earlier) == ([two, three], 1)
    before = await questions.unread(span._replace(until=three), "guest", 9)
    assert (ids(before.messages), before.more) == ([one, two], False)


async def test_a_thread_has_its_replies_in_order_and_its_approval(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    asked = workspace.say(guest, question("Delete it?", 2))
    first = workspace.say(ADA, reply(asked, "Why?"))
    second = workspace.say(guest, reply(first, "It is old."))
    digest = workspace.state.approvals[asked].digest
    workspace.do(workspace.decide_approval(ADA, asked, "denied"))
    questions = await shown(workspace)
    thread = await questions.thread(asked, limit=2)
    assert thread is not None
    assert not thread.more
    assert thread.approval is not None
    assert (thread.post.id, ids(thread.replies)) == (asked, [first, second])
    assert (thread.approval.status, thread.approval.decided_by, thread.approval.reason) == ("denied", "ada", "because")
    assert (thread.approval.digest, thread.approval.tier, thread.approval.body) == (digest, 2, "Delete it?")
    part = await questions.thread(asked, limit=1)
    rest = await questions.thread(asked, after=first, limit=1)
    assert part is not None
    assert rest is not None
    assert (ids(part.replies), part.more, ids(rest.replies), rest.more) == ([first], True, [second], False)
    assert await questions.thread(10_000) is None
    assert await questions.thread(1) is None


async def test_channels_are_listed_with_what_the_reader_has_not_read(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    read = workspace.say(ADA, "read")
    workspace.do(c.Acknowledge(by=guest, channel=GENERAL, through=read))
    workspace.say(guest, "mine")
    last = workspace.say(ADA, "unread")
    listed = {channel.name: channel for channel in await (await shown(workspace)).channels("guest")}
    general, human = listed[GENERAL], listed["#human"]
    assert (general.count, general.last, general.offset, general.unread, general.wake) == (3, last, read, 1, "mentions")
    assert (human.count, human.last, human.offset, human.unread, human.wake) == (0, 0, None, 0, None)


async def test_approvals_are_listed_oldest_first_open_ones_or_the_newest(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    asked = [workspace.say(guest, question(f"Delete {number}?", 2)) for number in range(4)]
    workspace.do(workspace.decide_approval(ADA, asked[1]))
    questions = await shown(workspace)
    here = [GENERAL, "#human"]
    assert [item.id for item in await questions.approvals("open", 0, 10, here)] == [asked[0], asked[2], asked[3]]
    assert [item.id for item in await questions.approvals("open", 0, 1, here)] == asked[:1]
    assert [item.id for item in await questions.approvals("all", END, 3, here)] == asked[:0:-1]


async def test_what_is_asked_elsewhere_takes_no_place_in_a_list(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    mine = workspace.say(ADA, question("Mine?", 2, "#human"))
    proposed = workspace.say(ADA, proposal("Mine.", "#human"))
    for number in range(3):
        workspace.say(ADA, question(f"Other {number}?", 2))
        workspace.say(ADA, proposal(f"Other {number}."))
    questions = await shown(workspace)
    assert [item.id for item in await questions.approvals("open", 0, 1, ["#human"])] == [mine]
    assert [item.id for item in await questions.approvals("all", END, 1, ["#human"])] == [mine]
    assert [item.id for item in await questions.proposals("open", END, 1, ["#human"])] == [proposed]
    assert await questions.approvals("open", 0, 1, []) == []


async def test_who_speaks_in_a_channel_is_known_once(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    for body in ("One.", "Two."):
        workspace.say(ADA, chat(body))
        workspace.say(guest, chat(body, "#human"))
    questions = await shown(workspace)
    assert await questions.speakers([GENERAL]) == ["ada"]
    assert sorted(await questions.speakers([GENERAL, "#human"])) == ["ada", "guest"]
    assert await questions.speakers(["#dispatch"]) == []


async def brief_of(questions: Questions, workspace: SimulatedWorkspace, started: TurnStarted) -> Brief:
    turn = workspace.agent(started.agent).turn
    assert turn is not None
    offsets = [(workspace.state.subscriptions[started.agent, b.channel].offset, b) for b in started.bounds]
    return await questions.brief(started.agent, turn.seq, offsets, started.charges, started.attempt)


async def test_a_turn_is_given_what_lies_between_the_offset_and_its_bound(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.say(ADA, "before the agent was there")
    workspace.declare(builder="all")
    first = workspace.say(ADA, "one")
    second = workspace.say(ADA, "two")
    started = workspace.claim("builder")
    workspace.say(ADA, "too late")
    brief = await brief_of(await shown(workspace), workspace, started)
    assert (ids(brief.messages), brief.decisions, brief.earlier, brief.left_out) == ([first, second], [], [], 0)


async def test_a_repeated_turn_is_told_what_its_earlier_attempts_said(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "start")
    workspace.claim("builder")
    workspace.say(agent_identity("builder", epoch=1), "in an answered turn")
    workspace.finish("builder")
    workspace.say(ADA, "again")
    said = []
    for epoch in (2, 3):
        workspace.claim("builder")
        said.append(workspace.say(agent_identity("builder", epoch=epoch), f"in attempt {epoch}"))
        workspace.fail("builder")
        workspace.rest("builder")
    started = workspace.claim("builder")
    assert started.attempt == 3
    brief = await brief_of(await shown(workspace), workspace, started)
    assert ids(brief.earlier) == said


async def test_a_turn_is_told_the_decision_that_woke_it(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "start")
    workspace.claim("builder")
    asked = workspace.say(agent_identity("builder", epoch=1), question("Delete it?", 2))
    workspace.finish("builder")
    workspace.do(workspace.decide_approval(ADA, asked))
    started = workspace.claim("builder")
    brief = await brief_of(await shown(workspace), workspace, started)
    assert [(item.id, item.status) for item in brief.decisions] == [(asked, "approved")]


async def test_a_brief_has_a_bound_and_counts_what_it_leaves_out(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    said = [workspace.say(ADA, f"message {number}") for number in range(BRIEF_MESSAGES_MAX + 3)]
    started = workspace.claim("builder")
    brief = await brief_of(await shown(workspace), workspace, started)
    assert (ids(brief.messages), brief.left_out) == (said[3:], 3)


async def test_a_trace_leads_from_the_root_to_the_message_with_the_turns_between(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="mentions", reviewer="mentions")
    root = workspace.say(ADA, "@builder, start.")
    first = workspace.claim("builder")
    workspace.finish("builder", chat("@reviewer, look."))
    middle = workspace.state.channels[GENERAL].last
    second = workspace.claim("reviewer")
    workspace.finish("reviewer", chat("Fine."))
    last = workspace.state.channels[GENERAL].last
    questions = await shown(workspace)
    path = await questions.path(last, 10)
    assert [step.message.id for step in path.steps] == [last, middle, root]
    assert path.next is None
    assert [(turn.agent, turn.epoch, turn.outcome) for _, turn in path.steps if turn is not None] == [
        ("reviewer", second.epoch, "finished"),
        ("builder", first.epoch, "finished"),
    ]
    (begun, rest) = await questions.path(last, 2), await questions.path(root, 2)
    assert (begun.steps + rest.steps, begun.next, rest.next) == (path.steps, root, None)


async def test_a_trace_leads_through_a_decision(shown: Shown) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    root = workspace.say(ADA, "start")
    workspace.claim("builder")
    workspace.finish("builder", question("Delete it?", 2))
    asked = next(iter(workspace.state.approvals))
    workspace.do(workspace.decide_approval(ADA, asked))
    workspace.claim("builder")
    workspace.finish("builder", chat("Deleted."))
    last = workspace.state.channels[GENERAL].last
    questions = await shown(workspace)
    assert [step.message.id for step in (await questions.path(last, 10)).steps] == [last, asked, root]
    under = await questions.asked_under(root, [GENERAL], 0, 10)
    assert [(item.id, item.status) for item in under] == [(asked, "approved")]
    assert await questions.asked_under(root, [GENERAL], asked + 1, 10) == []
    assert await questions.asked_under(root, [], 0, 10) == []


async def test_what_does_not_exist_has_no_trace(shown: Shown) -> None:
    assert await (await shown(SimulatedWorkspace())).path(1, 10) == ([], None)
