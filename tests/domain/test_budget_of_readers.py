"""What fits into a reader's budget: never more than it, and following what was left out skips nothing."""

from collections.abc import Sequence

import orjson
from chatbox.domain.budget import MESSAGE_TOKENS, cost, digested, fit, gaps, shortened
from chatbox.domain.shown import AttachmentView, MessageView
from hypothesis import given
from hypothesis import strategies as st

BUDGET_MIN = 200


def message(
    number: int, body: str, thread: int | None = None, attachments: Sequence[AttachmentView] = ()
) -> MessageView:
    return MessageView(
        id=number,
        channel="#general",
        position=number,
        kind="reply" if thread else "chat",
        author="ada",
        author_kind="person",
        at=number,
        body=body,
        title=None,
        thread=thread,
        cause=None,
        root=number,
        depth=0,
        mentions=[],
        post_type=None,
        tier=0,
        epoch=None,
        attachments=list(attachments),
    )


def attachment(name: str) -> AttachmentView:
    return AttachmentView(id="e" * 64, name=name, media_type="application/octet-stream", size=10 * 1024 * 1024)


bodies = st.text(alphabet="ab 日👍\n", max_size=900)
threads = st.one_of(st.none(), st.integers(1, 5))
attachments = st.lists(st.text(alphabet='ab"日', min_size=1, max_size=200).map(attachment), max_size=10)
"""Most messages have none, and hypothesis begins with those."""
unread = st.lists(st.tuples(bodies, threads, attachments), min_size=1, max_size=30).map(
    lambda found: [message(10 + number, *parts) for number, parts in enumerate(found)]
)


@given(unread, st.integers(BUDGET_MIN, 3_000))
def test_the_budget_is_never_exceeded(messages: list[MessageView], tokens: int) -> None:
    kept, dropped = fit(messages, tokens)
    assert kept
    assert sum(cost(one) for one in kept) <= tokens
    assert len(kept) + dropped == len(messages)
    assert [one.id for one in kept] == [one.id for one in messages[: len(kept)]]


@given(unread, st.integers(BUDGET_MIN, 3_000))
def test_only_a_first_message_that_is_too_long_alone_is_cut(messages: list[MessageView], tokens: int) -> None:
    kept, _ = fit(messages, tokens)
    assert [one.truncated for one in kept] == [cost(messages[0]) > tokens] + [False] * (len(kept) - 1)
    assert (messages[0].body or "").startswith(kept[0].body or "")


@given(bodies, attachments, st.integers(BUDGET_MIN, 3_000))
def test_attachments_leave_room_for_the_words(body: str, listed: list[AttachmentView], tokens: int) -> None:
    ((kept,), _) = fit([message(10, body, None, listed)], tokens)
    assert kept.attachments == listed[: len(kept.attachments)]
    words = len(body.encode())
    assert len((kept.body or "").encode()) >= min(words, (tokens - MESSAGE_TOKENS) // 2 * 3 - 6)


@given(attachments)
def test_an_attachment_costs_no_less_than_its_line(listed: list[AttachmentView]) -> None:
    # As it is sent, with fewer bytes a token than any tokenizer in use makes of hexadecimal digits.
    line = orjson.dumps([one.model_dump() for one in listed])
    digits = 64 * len(listed)
    price = cost(message(10, "", None, listed)) - MESSAGE_TOKENS
    assert price >= digits / 1.5 + (len(line) - digits - 2) / 4.5


@given(unread)
def test_a_digest_with_its_gaps_is_everything_exactly_once(messages: list[MessageView]) -> None:
    shown = digested(messages)
    told = [one.id for one in shown]
    for gap in gaps(messages, shown, 0):
        between = [one.id for one in messages if gap.since_id < one.id < gap.until_id]
        assert len(between) == gap.count
        told += between
    assert sorted(told) == [one.id for one in messages]


@given(unread)
def test_a_digest_has_the_newest_of_each_thread(messages: list[MessageView]) -> None:
    shown = digested(messages)
    assert len({one.thread or one.id for one in shown}) == len(shown)
    assert messages[-1].id in {one.id for one in shown}


@given(bodies, st.integers(1, 300))
def test_what_is_shortened_is_marked(body: str, characters: int) -> None:
    short = shortened(message(1, body), characters)
    assert short.truncated is (len(body) > characters)
    assert len(short.body or "") <= characters + 1
