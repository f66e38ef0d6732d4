"""What fits into a reader's budget: never more than it, and following what was left out skips nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from chatbox.domain.budget import (
    MESSAGE_TOKENS,
    Step,
    cost,
    cost_of_approval,
    cost_of_delivery,
    cost_of_step,
    cost_of_turn,
    cost_of_wording,
    digested,
    fit,
    fit_approval,
    fit_approvals,
    fit_deliveries,
    fit_steps,
    fit_wordings,
    gaps,
    shortened,
)
from chatbox.domain.shown import (
    ApprovalView,
    AttachmentView,
    DeliveryView,
    MessageView,
    ProposalView,
    TurnView,
    VoteView,
    Wording,
)
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


def turn(error: str | None, channels: Sequence[str], woken_by: Sequence[int]) -> TurnView:
    return TurnView(
        id=1,
        agent="builder",
        epoch=1,
        attempt=1,
        supervisor="here",
        started_at=1,
        ended_at=2,
        outcome="failed",
        error=error,
        through={f"#{name}-{number}": 2**52 for number, name in enumerate(channels)},
        woken_by=list(woken_by),
    )


words = st.text(alphabet="ab 日👍\n", max_size=2_000)
turns = st.one_of(st.none(), st.builds(turn, st.one_of(st.none(), words), names, st.lists(st.just(2**52), max_size=60)))
steps = st.builds(lambda body, beside, wrote: Step(message(1, body, **beside), wrote), words, besides, turns)
deliveries = st.builds(
    lambda reason, error: DeliveryView(
        id=1, agent="builder", status="retrying", at=1, reason=reason, turn=None, error=error
    ),
    words,
    st.one_of(st.none(), words),
)
wordings = st.builds(lambda title, body: Wording(id=1, at=1, title=title, body=body), st.none() | words, words)
approvals = st.builds(approval, words, words, attachments)


@pytest.mark.parametrize(
    ("things", "fitting", "price"),
    [
        (steps, fit_steps, cost_of_step),
        (deliveries, fit_deliveries, cost_of_delivery),
        (wordings, fit_wordings, cost_of_wording),
        (approvals, fit_approvals, cost_of_approval),
    ],
    ids=["steps", "deliveries", "wordings", "approvals"],
)
@given(data=st.data(), tokens=st.integers(400, 3_000))
def test_every_list_keeps_to_its_budget_and_always_goes_on(
    data: st.DataObject,
    tokens: int,
    things: st.SearchStrategy[Any],
    fitting: Callable[[Sequence[Any], int], list[Any]],
    price: Callable[[Any], int],
) -> None:
    listed = data.draw(st.lists(things, min_size=1, max_size=6))
    kept = fitting(listed, tokens)
    assert kept
    assert sum(map(price, kept)) <= tokens
    # Whole ones, unless the first alone is too long.
    if price(listed[0]) <= tokens:
        assert kept == listed[: len(kept)]
    else:
        assert len(kept) == 1
        assert _is_cut(kept[0])


def _is_cut(one: Any) -> bool:
    if isinstance(one, Step):
        return one.message.truncated or (one.turn is not None and one.turn.truncated)
    return bool(one.truncated)


@given(names, st.lists(st.just(2**52), max_size=40))
def test_a_turn_costs_no_less_than_its_line(channels: list[str], woken_by: list[int]) -> None:
    ran = turn("It crashed.", channels, woken_by)
    # Digits are three to a token in tokenizers in use, everything else here at least as many.
    assert cost_of_turn(ran) >= len(orjson.dumps(ran.model_dump())) / 3.5


def test_a_line_costs_no_less_than_it_takes() -> None:
    woken = DeliveryView(id=2**52, agent="b" * 64, status="picked-up", at=2**52, reason="", turn=2**52, error=None)
    said = Wording(id=2**52, at=2**52, title=None, body="")
    assert cost_of_delivery(woken) >= len(orjson.dumps(woken.model_dump())) / 3.5
    assert cost_of_wording(said) >= len(orjson.dumps(said.model_dump())) / 3.5
