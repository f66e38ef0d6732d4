"""The first failed append stops the broker for good; whoever asks again later has it exactly once."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Literal

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.chain import Record
from chatbox.domain.refusal import Refusal
from chatbox.journal.sqlite import SqliteJournal
from chatbox.ports import JournalFailed

from tests.broker.opening import (
    Failing,
    Gated,
    Place,
    Wrapped,
    bodies,
    bodies_at,
    entries_of,
    opened,
    post,
    running,
)
from tests.support.simulated import ADA

SETTLING = 3
"""Appends that `settle` takes."""

WHEN: Sequence[Literal["before", "after"]] = ("before", "after")


def codes(answers: Sequence[Outcome | Refusal]) -> list[str]:
    return [answer.code if isinstance(answer, Refusal) else "recorded" for answer in answers]


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("k", range(1, 6))
async def test_the_first_failed_append_stops_the_broker_and_is_never_tried_again(
    place: Place, k: int, when: Literal["before", "after"]
) -> None:
    journal, views = await place.journal(), await place.views()
    failing = Failing(journal, SETTLING + k, when)
    async with running(failing, views) as broker:
        answers = [await broker.submit(post(f"message {number}")) for number in range(8)]
        assert broker.failed is not None
    await views.close()
    await journal.close()
    expected = ["recorded"] * (k - 1) + ["UNKNOWN_OUTCOME"] + ["UNAVAILABLE"] * (8 - k)
    assert codes(answers) == expected
    assert failing.appends == SETTLING + k
    assert len(await bodies_at(place)) == k - (when == "before")


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("k", range(1, 6))
async def test_whoever_asks_again_after_reopening_has_it_exactly_once(
    place: Place, k: int, when: Literal["before", "after"]
) -> None:
    await fail_at(place, k, when)
    async with opened(place) as broker:
        again = [await broker.submit(post(f"message {number}")) for number in range(8)]
    assert codes(again) == ["recorded"] * 8
    assert await bodies_at(place) == [f"message {number}" for number in range(8)]


async def test_without_client_keys_asking_again_doubles_what_was_unknown(place: Place) -> None:
    """The control of the test above."""
    await fail_at(place, 3, "after", keyed=False)
    async with opened(place) as broker:
        await broker.submit(post("message 2", keyed=False))
    assert (await bodies_at(place)).count("message 2") == 2


async def test_a_whole_batch_is_unknown_and_those_behind_it_are_unavailable(place: Place) -> None:
    journal, views = await place.journal(), await place.views()
    gated = Gated(Failing(journal, SETTLING + 2, "after"))
    async with running(gated, views) as broker, asyncio.TaskGroup() as tasks:
        gated.gate.clear()
        gated.arrived.clear()
        first = tasks.create_task(broker.submit(post("first")))
        await gated.arrived.wait()
        gated.arrived.clear()
        batch = [tasks.create_task(broker.submit(post(f"batch {number}"))) for number in range(5)]
        await asyncio.sleep(0)
        gated.gate.set()
        await first
        gated.gate.clear()
        await gated.arrived.wait()
        behind = [tasks.create_task(broker.submit(post(f"behind {number}"))) for number in range(3)]
        await asyncio.sleep(0)
        gated.gate.set()
    await views.close()
    await journal.close()
    assert codes([one.result() for one in batch]) == ["UNKNOWN_OUTCOME"] * 5
    assert codes([one.result() for one in behind]) == ["UNAVAILABLE"] * 3
    assert await bodies_at(place) == ["first", *(f"batch {number}" for number in range(5))]


async def test_another_writer_stops_the_broker_too(place: Place) -> None:
    """Nobody else may own this journal: better to stop than to guess."""
    journal, views = await place.journal(), await place.views()
    overtaken = Overtaken(journal)
    async with running(overtaken, views) as broker:
        overtaken.armed = True
        answers = [await broker.submit(post("message")) for _ in range(2)]
    await views.close()
    await journal.close()
    assert codes(answers) == ["UNKNOWN_OUTCOME", "UNAVAILABLE"]


class Overtaken(Wrapped):
    """Somebody else appends first, once it is armed."""

    armed = False

    async def append(self, record: Record, *, after: int) -> None:
        if self.armed:
            await super().append(record, after=after)
        await super().append(record, after=after)


async def test_a_sqlite_journal_that_failed_once_refuses_for_good(sqlite_place: Place) -> None:
    journal, views = await sqlite_place.journal(), await sqlite_place.views()
    assert isinstance(journal, SqliteJournal)
    async with running(journal, views) as broker:
        before = await entries_of(journal)
        await journal._connection.do(make_readonly)  # noqa: SLF001 - the damage
        first = await broker.submit(post("lost"))
        await journal._connection.do(make_writable)  # noqa: SLF001 - the disk is well again
        with pytest.raises(JournalFailed):
            await journal.append(Record(entries=tuple(await journal.read(0, 1))), after=len(before))
        assert await entries_of(journal) == before
    await views.close()
    await journal.close()
    assert codes([first]) == ["UNKNOWN_OUTCOME"]


def make_readonly(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA query_only=ON")


def make_writable(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA query_only=OFF")


# A redaction is two steps; both must be done in the end.


class NotForgetting(Wrapped):
    """Dies between recording a redaction and forgetting the text."""

    async def forget(self, seq: int) -> None:
        raise JournalFailed(f"died before entry {seq} was forgotten")


async def test_a_redaction_that_was_interrupted_is_finished_after_reopening(place: Place) -> None:
    journal, views = await place.journal(), await place.views()
    async with running(NotForgetting(journal), views) as broker:
        said = await broker.submit(post("My password is hunter2."))
        assert isinstance(said, Outcome)
        await broker.submit(c.Redact(by=ADA, message=said.seq))
    await views.close()
    await journal.close()
    async with opened(place) as broker:
        await broker.submit(c.Redact(by=ADA, message=said.seq))
    assert bodies(await written(place)) == [""]


async def test_a_redaction_that_was_not_interrupted_is_done_at_once(place: Place) -> None:
    """The control of the test above."""
    async with opened(place) as broker:
        said = await broker.submit(post("My password is hunter2."))
        assert isinstance(said, Outcome)
        await broker.submit(c.Redact(by=ADA, message=said.seq))
    assert bodies(await written(place)) == [""]


async def written(place: Place) -> list[e.Recorded]:
    journal = await place.journal()
    try:
        return await entries_of(journal)
    finally:
        await journal.close()


async def fail_at(place: Place, k: int, when: Literal["before", "after"], *, keyed: bool = True) -> None:
    """Eight posts, the k-th of which fails."""
    journal, views = await place.journal(), await place.views()
    async with running(Failing(journal, SETTLING + k, when), views) as broker:
        for number in range(8):
            await broker.submit(post(f"message {number}", keyed=keyed))
    await views.close()
    await journal.close()
