"""Views are disposable: when they fail, the answer stands and they are made anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from chatbox.broker.broker import Broker
from chatbox.broker.recovery import recover
from chatbox.broker.waiting import Waiting
from chatbox.domain import commands as c
from chatbox.domain.batch import Outcome
from chatbox.domain.chain import Record
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import dump
from chatbox.domain.values import Limits
from chatbox.journal.memory import MemoryJournal
from chatbox.ports import JournalFailed
from chatbox.views.questions import Questions
from chatbox.views.store import remove

from tests.broker.opening import FaultyViews, Place, bodies, entries_of, opened, post, running
from tests.support.clocks import ManualClock
from tests.support.simulated import ADA, GENERAL, SimulatedWorkspace, comparable


@asynccontextmanager
async def with_faulty_views(place: Place) -> AsyncIterator[tuple[Broker, FaultyViews, Questions]]:
    journal, store = await place.journal(), await place.views()
    views, questions = FaultyViews(store), Questions(store)
    try:
        async with running(journal, views) as broker:
            yield broker, views, questions
    finally:
        await questions.close()
        await store.close()
        await journal.close()


async def shown(questions: Questions) -> list[str | None]:
    messages, _ = await questions.page(GENERAL, before=None, after=0, limit=500)
    return [message.body for message in messages]


async def test_a_failed_view_update_does_not_fail_the_answer(place: Place) -> None:
    async with with_faulty_views(place) as (broker, views, _):
        views.broken = True
        answer = await broker.submit(post("one"))
        assert isinstance(answer, Outcome)
        assert broker.failed is None
        assert bodies(await entries_of(broker._journal)) == ["one"]  # noqa: SLF001 - what is durable


async def test_views_that_failed_are_made_anew_and_miss_nothing(place: Place) -> None:
    async with with_faulty_views(place) as (broker, views, questions):
        await broker.submit(post("zero"))
        views.broken = True
        await broker.submit(post("one"))
        await broker.submit(post("two"))
        assert await shown(questions) == ["zero", "one", "two"]
        assert views.resets == 1


async def test_a_key_of_the_batch_that_the_views_missed_still_counts(place: Place) -> None:
    async with with_faulty_views(place) as (broker, views, _):
        views.broken = True
        first = await broker.submit(post("one"))
        second = await broker.submit(post("one"))
        assert isinstance(first, Outcome)
        assert isinstance(second, Outcome)
        assert (second.seq, second.repeated) == (first.seq, True)


async def test_with_views_that_are_not_made_anew_the_key_would_not_count(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    async with with_faulty_views(place) as (broker, views, _):

        async def made_nothing() -> None:
            broker.views_stale = False

        monkeypatch.setattr(broker, "_make_views", made_nothing)
        views.broken = True
        first = await broker.submit(post("one"))
        second = await broker.submit(post("one"))
        assert isinstance(first, Outcome)
        assert isinstance(second, Outcome)
        assert second.seq != first.seq


async def test_a_listener_misses_nothing_when_the_views_fail(place: Place) -> None:
    """A cursor must not pass a message that the views could not show yet."""
    async with with_faulty_views(place) as (broker, views, questions):
        waiting = Waiting(broker, questions)
        views.broken = True
        answer = await broker.submit(post("one"))
        assert isinstance(answer, Outcome)
        heard = await waiting.listen("guest", [GENERAL], answer.seq - 1, 0.05, 10)
        told = [message.id for message in heard.messages]
        await broker.submit(post("two"))
        heard = await waiting.listen("guest", [GENERAL], heard.next_cursor, 5.0, 10)
        told += [message.id for message in heard.messages]
        assert answer.seq in told


# Recovery.


async def test_deleted_views_come_back_with_everything(place: Place) -> None:
    async with opened(place) as broker:
        for number in range(5):
            await broker.submit(post(f"message {number}"))
    remove(place.folder / "views.sqlite")
    async with with_faulty_views(place) as (broker, _, questions):
        assert await shown(questions) == [f"message {number}" for number in range(5)]
        again = await broker.submit(post("message 3"))
        assert isinstance(again, Outcome)
        assert again.repeated


async def test_views_that_trail_the_journal_are_brought_to_its_end(place: Place) -> None:
    journal, store = await place.journal(), await place.views()
    async with running(journal, store) as broker:
        await broker.submit(post("one"))
    await store.close()
    old = (place.folder / "views.sqlite").read_bytes()
    store = await place.views()
    async with running(journal, store) as broker:
        await broker.submit(post("two"))
    await store.close()
    await journal.close()
    remove(place.folder / "views.sqlite")
    (place.folder / "views.sqlite").write_bytes(old)
    async with with_faulty_views(place) as (_, views, questions):
        assert await shown(questions) == ["one", "two"]
        assert views.resets == 0


async def test_the_state_after_reopening_is_the_state_before(place: Place) -> None:
    async with opened(place) as broker:
        for number in range(5):
            await broker.submit(post(f"message {number}"))
        before = comparable(broker.state)
    async with opened(place) as broker:
        assert comparable(broker.state) == before


async def test_a_snapshot_shortens_the_way_and_changes_nothing(place: Place) -> None:
    journal, store = await place.journal(), await place.views()
    async with running(journal, store) as broker:
        await broker.submit(post("one"))
        await store.save_snapshot(dump(broker.state))
        await broker.submit(post("two"))
        before = comparable(broker.state)
    await store.close()
    await journal.close()
    async with opened(place) as broker:
        assert comparable(broker.state) == before


@pytest.mark.parametrize(
    "snapshot", [{}, {"seq": 3}, {"seq": 10_000, "leaf": "00", "at": 0, "journal": "", "tables": {}}]
)
async def test_a_snapshot_that_does_not_fit_is_passed_over(place: Place, snapshot: dict[str, object]) -> None:
    journal, store = await place.journal(), await place.views()
    async with running(journal, store) as broker:
        await broker.submit(post("one"))
        before = comparable(broker.state)
    await store.save_snapshot(snapshot)
    await store.close()
    await journal.close()
    async with opened(place) as broker:
        assert comparable(broker.state) == before


async def test_views_and_snapshot_of_another_journal_are_dropped(memory_place: Place) -> None:
    """The journal is another one; what the views knew belongs to the old one."""
    journal, store = await memory_place.journal(), await memory_place.views()
    async with running(journal, store) as broker:
        await broker.submit(post("old"))
        await store.save_snapshot(dump(broker.state))
    await store.close()
    other = SimulatedWorkspace()
    for number in range(20):
        other.say(ADA, f"new {number}")
    another = MemoryJournal()
    await another.append(Record(entries=tuple(other.sealed)), after=0)
    store = await memory_place.views()
    questions = Questions(store)
    broker = await recover(another, store, ManualClock(), Limits())
    assert comparable(broker.state) == comparable(other.state)
    assert await shown(questions) == [f"new {number}" for number in range(20)]
    await questions.close()
    await store.close()


# A journal that lost its tail.


@pytest.mark.parametrize("with_snapshot", ["with a snapshot", "after a crash"])
async def test_a_journal_that_lost_its_tail_is_noticed_at_start(memory_place: Place, with_snapshot: str) -> None:
    journal, store = await memory_place.journal(), await memory_place.views()
    async with running(journal, store) as broker:
        for number in range(5):
            await broker.submit(post(f"message {number}"))
        if with_snapshot == "with a snapshot":
            await store.save_snapshot(dump(broker.state))
    short = MemoryJournal()
    whole = await journal.read(0, 1_000)
    await short.append(Record(entries=tuple(whole[:-2])), after=0)
    with pytest.raises(JournalFailed, match="entries were lost"):
        await recover(short, store, ManualClock(), Limits())
    await store.close()


async def test_a_whole_journal_is_taken_at_start(memory_place: Place) -> None:
    """The control of the test above."""
    journal, store = await memory_place.journal(), await memory_place.views()
    async with running(journal, store) as broker:
        await broker.submit(post("one"))
    assert (await recover(journal, store, ManualClock(), Limits())).state.seq > 0
    await store.close()


async def test_a_redacted_message_stays_redacted_in_views_made_anew(place: Place) -> None:
    async with opened(place) as broker:
        said = await broker.submit(post("My password is hunter2."))
        assert isinstance(said, Outcome)
        await broker.submit(c.Redact(by=ADA, message=said.seq))
    remove(place.folder / "views.sqlite")
    async with with_faulty_views(place) as (_, _, questions):
        assert await shown(questions) == [None]


async def test_a_redacted_text_is_in_no_file_of_the_views(place: Place) -> None:
    async with opened(place) as broker:
        said = await broker.submit(post("My password is hunter2.").model_copy(update={"key": None}))
        assert isinstance(said, Outcome)
        await broker.submit(c.Redact(by=ADA, message=said.seq))
    files = [path for path in place.folder.iterdir() if path.name.startswith("views")]
    assert [path.name for path in files if b"hunter2" in path.read_bytes()] == []


# When views cannot even be made anew.


async def test_facts_that_cannot_be_read_are_made_anew_before_anything_is_decided(place: Place) -> None:
    async with with_faulty_views(place) as (broker, views, _):
        first = await broker.submit(post("one"))
        views.unreadable = True
        again = await broker.submit(post("one"))
        assert isinstance(first, Outcome)
        assert isinstance(again, Outcome)
        assert (again.seq, again.repeated, views.resets) == (first.seq, True, 1)


async def test_views_that_cannot_be_made_stop_the_broker_and_nothing_is_lost_or_doubled(place: Place) -> None:
    async with with_faulty_views(place) as (broker, views, _):
        await broker.submit(post("one"))
        views.broken = views.dead = True
        assert isinstance(await broker.submit(post("two")), Outcome)
        refused = await broker.submit(post("three"))
        assert isinstance(refused, Refusal)
        assert refused.code == "UNAVAILABLE"
    async with opened(place) as broker:
        for name in ("one", "two", "three"):
            assert isinstance(await broker.submit(post(name)), Outcome)
    journal = await place.journal()
    assert bodies(await entries_of(journal)) == ["one", "two", "three"]
