"""What fits into a reader's budget: never more than it, and following what was left out skips nothing."""

from collections.abc import Sequence
from typing import Any

import orjson
from chatbox.domain.budget import (
    MESSAGE_TOKENS,
    cost,
    cost_of_approval,
    digested,
    fit,
    fit_approval,
    gaps,
    shortened,
)
from chatbox.domain.shown import ApprovalView, AttachmentView, MessageView, ProposalView, VoteView
from chatbox.operations.wire import BODY_BYTES_MAX, TOKENS_MAX
from hypothesis import given
from hypothesis import strategies as st

BUDGET_MIN = 200


def message(
    number: int, body: str, thread: int | None = None, attachments: Sequence[AttachmentView] = (), **more: Any
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
        mentions=more.pop("mentions", []),
        post_type=None,
        tier=0,
        epoch=None,
        attachments=list(attachments),
        **more,
    )


NAMES = MESSAGE_TOKENS + 4
"""What a message of these tests costs beside its words: `ada` and `#general` are 11 letters."""


def attachment(name: str) -> AttachmentView:
    return AttachmentView(id="e" * 64, name=name, media_type="application/octet-stream", size=10 * 1024 * 1024)


bodies = st.text(alphabet="ab 日👍\n", max_size=900)
threads = st.one_of(st.none(), st.integers(1, 5))
attachments = st.lists(st.text(alphabet='ab"日', min_size=1, max_size=200).map(attachment), max_size=10)
"""Most messages have none, and hypothesis begins with those."""
names = st.lists(st.text(alphabet="ab", min_size=1, max_size=64), max_size=40)
proposals = st.one_of(
    st.none(),
    names.map(
        lambda voters: ProposalView(
            quorum=2,
            votes=[VoteView(participant=voter, choice="against", reply=number) for number, voter in enumerate(voters)],
            outcome=None,
            settled_at=None,
            replaces=None,
            replaced_by=None,
        )
    ),
)
besides: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"mentions": names, "proposal": proposals, "resolution": st.one_of(st.none(), st.text(max_size=900))}
)
unread = st.lists(st.tuples(bodies, threads, attachments, besides), min_size=1, max_size=30).map(
    lambda found: [
        message(10 + number, body, thread, listed, **beside)
        for number, (body, thread, listed, beside) in enumerate(found)
    ]
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
    assert len((kept.body or "").encode()) >= min(words, (tokens - NAMES) // 2 * 3 - 6)


@given(bodies, besides, attachments, st.integers(BUDGET_MIN, 3_000))
def test_nothing_beside_them_keeps_the_words_from_going_on(
    body: str, beside: dict[str, Any], listed: list[AttachmentView], tokens: int
) -> None:
    ((kept,), _) = fit([message(10, body, None, listed, **beside)], tokens)
    assert len((kept.body or "").encode()) >= min(len(body.encode()), (tokens - NAMES) // 2 * 3 - 6)
    assert kept.mentions == beside["mentions"][: len(kept.mentions)]
    assert kept.truncated or (kept.resolution, kept.proposal) == (beside["resolution"], beside["proposal"])


@given(bodies, st.text(max_size=900), attachments, st.integers(BUDGET_MIN, 3_000))
def test_an_approval_never_exceeds_its_budget_and_says_when_it_was_cut(
    body: str, reason: str, listed: list[AttachmentView], tokens: int
) -> None:
    asked = approval(body, reason, listed)
    shown = fit_approval(asked, tokens)
    assert cost_of_approval(shown) <= tokens
    assert shown == asked if cost_of_approval(asked) <= tokens else shown.truncated
    assert (shown.digest, shown.status, shown.decided_by) == (asked.digest, asked.status, asked.decided_by)


def approval(body: str, reason: str, listed: Sequence[AttachmentView] = (), title: str = "May I?") -> ApprovalView:
    return ApprovalView(
        id=1,
        channel="#general",
        asked_by="bob",
        asked_at=1,
        tier=2,
        title=title,
        body=body,
        digest="d" * 64,
        status="denied",
        decided_by="ada",
        decided_at=2,
        reason=reason,
        via="http",
        attachments=list(listed),
    )


def test_the_largest_budget_shows_all_that_somebody_decides() -> None:
    # Half of it is an approval's, whatever else its post has.
    largest = approval("x" * BODY_BYTES_MAX, "日" * 4_000, [attachment("日" * 200)] * 10, "日" * 300)
    assert cost_of_approval(largest) <= TOKENS_MAX // 2


@given(attachments)
def test_an_attachment_costs_no_less_than_its_line(listed: list[AttachmentView]) -> None:
    # As it is sent, with fewer bytes a token than any tokenizer in use makes of hexadecimal digits.
    line = orjson.dumps([one.model_dump() for one in listed])
    digits = 64 * len(listed)
    price = cost(message(10, "", None, listed)) - NAMES
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
