"""Many callers at once, some of whom hang up: nothing torn, nothing lost, nothing doubled, nothing early."""

import asyncio
import random

import pytest
from chatbox.broker import broker as broker_module
from chatbox.broker.broker import Broker
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.chain import Record
from chatbox.domain.refusal import Refusal
from chatbox.ports import Journal

from tests.broker.opening import (
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

CALLERS = 200


async def submit_some_cancelled(broker: Broker, seed: int, *, keyed: bool = True) -> dict[str, int]:
    """200 posts at once, a third of them cancelled at some moment; returns what was answered."""
    chooser = random.Random(seed)
    answered: dict[str, int] = {}

    async def caller(name: str) -> None:
        answer = await broker.submit(post(name, keyed=keyed))
        assert isinstance(answer, Outcome)
        answered[name] = answer.seq

    async with asyncio.TaskGroup() as tasks:
        callers = [tasks.create_task(caller(f"message {number}")) for number in range(CALLERS)]
        for one in chooser.sample(callers, CALLERS // 3):
            if chooser.random() < 0.5:
                await asyncio.sleep(0)
            one.cancel()
    return answered


@pytest.mark.parametrize("seed", range(3))
async def test_of_200_callers_at_once_every_answered_one_is_durable_and_none_is_torn(place: Place, seed: int) -> None:
    async with opened(place) as broker:
        answered = await submit_some_cancelled(broker, seed)
        journal = await entries_of(broker._journal)  # noqa: SLF001 - what is durable, not what was said
    assert len(answered) >= CALLERS * 2 // 3
    for name, seq in answered.items():
        assert (journal[seq - 1].entry.text or {}).get("body") == name
    found = await bodies_at(place)
    assert set(answered) <= set(found)
    assert len(set(found)) == len(found)


async def test_whoever_hung_up_asks_again_and_it_happened_once(place: Place) -> None:
    async with opened(place) as broker:
        await submit_some_cancelled(broker, seed=7)
        for number in range(CALLERS):
            assert isinstance(await broker.submit(post(f"message {number}")), Outcome)
    assert sorted(await bodies_at(place)) == sorted(f"message {number}" for number in range(CALLERS))


async def test_without_client_keys_asking_again_doubles(place: Place) -> None:
    """The control of the test above."""
    async with opened(place) as broker:
        answered = await submit_some_cancelled(broker, seed=7, keyed=False)
        for name in answered:
            await broker.submit(post(name, keyed=False))
    found = await bodies_at(place)
    assert len(set(found)) < len(found)


class Tearing(Wrapped):
    """Says that all was written and, once it is armed, loses the last entry of a record."""

    armed = False

    async def append(self, record: Record, *, after: int) -> None:
        kept = record.entries[:-1] if self.armed else record.entries
        await super().append(Record(entries=kept), after=after)


async def test_a_journal_that_tears_a_commit_is_found_out(place: Place) -> None:
    """The control of the tests above: a message without its wake does not pass."""
    journal, views = await place.journal(), await place.views()
    tearing = Tearing(journal)
    async with running(tearing, views) as broker:
        tearing.armed = True
        assert isinstance(await broker.submit(post("message")), Outcome)
        written = await entries_of(journal)
    await views.close()
    await journal.close()
    with pytest.raises(AssertionError):
        bodies(written)


# Nothing is announced, and nobody answered, before the append.


async def test_nothing_is_announced_or_answered_before_its_append(place: Place) -> None:
    journal, views = await place.journal(), await place.views()
    gated = Gated(journal)
    async with running(gated, views) as broker, asyncio.TaskGroup() as tasks:
        before = broker.state.seq
        gated.gate.clear()
        gated.arrived.clear()
        asking = tasks.create_task(broker.submit(post("hello")))
        following = tasks.create_task(anext_of(broker, before))
        await gated.arrived.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        assert not asking.done()
        assert not following.done()
        assert (broker.state.seq, broker.announcer.seq) == (before, before)
        gated.gate.set()
        assert isinstance(await asking, Outcome)
        assert [e.type_of(one.entry) for one in await following] == ["MessagePosted", "AgentWoken"]
    await views.close()
    await journal.close()


async def anext_of(broker: Broker, after: int) -> list[e.Recorded]:
    async for batch in broker.announcer.follow(after):
        return batch
    raise AssertionError("following ended by itself")


class Buffering(Wrapped):
    """The control: says "written" and writes with the next append."""

    def __init__(self, inner: Journal) -> None:
        super().__init__(inner)
        self.buffered: tuple[Record, int] | None = None

    async def append(self, record: Record, *, after: int) -> None:
        if self.buffered is not None:
            await self.inner.append(self.buffered[0], after=self.buffered[1])
        self.buffered = (record, after)


async def heard_too_early(place: Place, journal: Journal, wrapped: Wrapped) -> int:
    """How often a follower heard of what was not in `journal` yet."""
    views = await place.views()
    early = 0
    async with running(wrapped, views) as broker, asyncio.TaskGroup() as tasks:

        async def follow() -> None:
            nonlocal early
            async for batch in broker.announcer.follow(0):
                early += batch[-1].seq > (await journal.head()).seq
                if "message 9" in bodies_of(batch):
                    return

        following = tasks.create_task(follow())
        for number in range(10):
            await broker.submit(post(f"message {number}"))
        await following
    await views.close()
    return early


async def test_what_a_follower_hears_is_in_the_journal_by_then(place: Place) -> None:
    journal = await place.journal()
    assert await heard_too_early(place, journal, Wrapped(journal)) == 0
    await journal.close()


async def test_a_journal_that_writes_late_is_found_out(place: Place) -> None:
    """The control of the test above."""
    journal = await place.journal()
    assert await heard_too_early(place, journal, Buffering(journal)) > 0
    await journal.close()


def bodies_of(batch: list[e.Recorded]) -> list[str]:
    return [(one.entry.text or {})["body"] for one in batch if isinstance(one.entry, e.MessagePosted)]


# Bounds.


async def test_a_batch_has_a_bound(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "BATCH_MAX", 4)
    journal, views = await place.journal(), await place.views()
    gated = Gated(journal)
    async with running(gated, views) as broker:
        appends = gated.appends
        answers = await asyncio.gather(*(broker.submit(post(f"message {n}")) for n in range(10)))
        assert gated.appends - appends == 3
        assert [answer.seq for answer in answers if isinstance(answer, Outcome)] == sorted(
            answer.seq for answer in answers if isinstance(answer, Outcome)
        )
    await views.close()
    await journal.close()


async def test_the_queue_has_a_bound_and_who_does_not_fit_is_told_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "WAITING_MAX", 3)
    journal, views = await place.journal(), await place.views()
    gated = Gated(journal)
    async with running(gated, views) as broker, asyncio.TaskGroup() as tasks:
        gated.gate.clear()
        gated.arrived.clear()
        first = tasks.create_task(broker.submit(post("being written")))
        await gated.arrived.wait()
        waiting = [tasks.create_task(broker.submit(post(f"waiting {n}"))) for n in range(3)]
        await asyncio.sleep(0)
        refused = await broker.submit(post("one too many"))
        assert isinstance(refused, Refusal)
        assert refused.code == "LIMIT_REACHED"
        gated.gate.set()
        for one in (first, *waiting):
            assert isinstance(await one, Outcome)
    await views.close()
    await journal.close()


async def test_callers_that_wait_when_the_broker_ends_are_told(place: Place) -> None:
    journal, views = await place.journal(), await place.views()
    gated = Gated(journal)
    async with asyncio.TaskGroup() as tasks, running(gated, views) as broker:
        gated.gate.clear()
        gated.arrived.clear()
        writing = tasks.create_task(broker.submit(post("being written")))
        await gated.arrived.wait()
        waiting = tasks.create_task(broker.submit(post("waiting")))
        await asyncio.sleep(0)
    codes = [answer.code for answer in (await writing, await waiting) if isinstance(answer, Refusal)]
    assert codes == ["UNKNOWN_OUTCOME", "UNAVAILABLE"]
    await views.close()
    await journal.close()
