"""A follower is a cursor: however slow, it hears every entry once and in order, from memory or from the journal."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from chatbox.broker import announcing
from chatbox.broker.announcing import Announcer
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.chain import Record
from chatbox.journal.memory import MemoryJournal

from tests.broker.opening import WAIT, Place, opened, post
from tests.support.simulated import ADA, SimulatedWorkspace

ENTRIES = 400


SAID = len("Next.")


@pytest.fixture(params=[(16, 10_000), (10_000, 16 * SAID)], ids=["entries", "characters"])
def small_windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """So little memory and such short pages that slow followers must read the journal."""
    entries, characters = request.param
    monkeypatch.setattr(announcing, "RECENT_MAX", entries)
    monkeypatch.setattr(announcing, "RECENT_CHARACTERS_MAX", characters)
    monkeypatch.setattr(announcing, "PAGE", 7)


class Publisher:
    """Appends and announces what a simulated workspace says, in batches of random size."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        workspace = SimulatedWorkspace()
        workspace.declare(builder="all")
        while len(workspace.entries) < ENTRIES:
            workspace.say(ADA, "Next.")
        self.sealed, self.entries = workspace.sealed, workspace.entries
        self.end = len(self.entries)
        self.journal = MemoryJournal()
        self.announcer = Announcer(self.journal, 0)

    async def publish(self) -> None:
        """The next batch, durable before it is announced."""
        seq = self.announcer.seq
        size = self.random.randint(1, 12)
        await self.journal.append(Record(entries=tuple(self.sealed[seq : seq + size])), after=seq)
        self.announcer.publish(self.entries[seq : seq + size])

    async def publish_all(self) -> None:
        while self.announcer.seq < self.end:
            await self.publish()
            for _ in range(self.random.randint(0, 3)):
                await asyncio.sleep(0)


async def hear(announcer: Announcer, after: int, until: int, pauses: random.Random) -> list[int]:
    """Every seq a follower hears up to `until`; it pauses now and then while others go on."""
    heard: list[int] = []
    async with aclosing(announcer.follow(after)) as batches:  # type: ignore[type-var] # a generator
        async for batch in batches:
            assert batch, "an empty batch says nothing"
            heard.extend(one.seq for one in batch)
            for _ in range(pauses.choice((0, 0, 1, 40))):
                await asyncio.sleep(0)
            if heard[-1] >= until:
                return heard
    raise AssertionError("following ended by itself")


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("seed", range(5))
async def test_every_follower_hears_every_entry_once_and_in_order(seed: int) -> None:
    publisher = Publisher(seed)
    starts = [0, 1, 17, 100, ENTRIES - 1]
    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as tasks:
        followers = [
            tasks.create_task(hear(publisher.announcer, after, publisher.end, random.Random(after))) for after in starts
        ]
        await publisher.publish_all()
    for after, follower in zip(starts, followers, strict=True):
        assert follower.result() == list(range(after + 1, publisher.end + 1))


@pytest.mark.usefixtures("small_windows")
async def test_a_follower_that_slept_through_everything_resumes_from_the_journal() -> None:
    publisher = Publisher(1)
    await publisher.publish()
    await publisher.publish_all()
    heard = await hear(publisher.announcer, 1, publisher.end, random.Random(1))
    assert heard == list(range(2, publisher.end + 1))


@pytest.mark.usefixtures("small_windows")
async def test_an_announcer_that_never_reads_the_journal_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the tests above: from memory alone, slow followers miss entries."""

    async def from_memory(self: Announcer, after: int) -> list[e.Recorded]:
        return [one for one in self._recent if one.seq > after]

    monkeypatch.setattr(Announcer, "since", from_memory)
    publisher = Publisher(1)
    await publisher.publish_all()
    heard = await hear(publisher.announcer, 0, publisher.end, random.Random(1))
    assert heard != list(range(1, publisher.end + 1))


@pytest.mark.usefixtures("small_windows")
async def test_what_is_kept_for_followers_has_a_bound() -> None:
    publisher = Publisher(1)
    await publisher.publish_all()
    kept = publisher.announcer._recent  # noqa: SLF001 - the bound itself
    said = [one for one in kept if isinstance(one.entry, e.MessagePosted)]
    assert len(kept if announcing.RECENT_MAX == 16 else said) == 16
    assert len(await publisher.announcer.since(0)) <= 7
    assert len(await publisher.announcer.since(ENTRIES - 10)) <= 7


async def test_a_follower_that_goes_away_leaves_nobody_waiting() -> None:
    publisher = Publisher(1)
    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(hear(publisher.announcer, 0, publisher.end, random.Random(1)))
        await asyncio.sleep(0)
        following.cancel()
    assert not publisher.announcer._moved._waiters  # noqa: SLF001 - nothing may be left
    await publisher.publish_all()


async def _first(batches: AsyncIterator[list[e.Recorded]]) -> list[e.Recorded]:
    return await anext(batches)


async def test_a_stir_that_came_before_the_follower_waits_is_not_lost_and_many_are_told_as_one() -> None:
    publisher = Publisher(1)
    announcer = publisher.announcer
    count = announcer.stirs
    announcer.stir()
    announcer.stir()
    await publisher.publish()
    async with asyncio.timeout(WAIT), aclosing(announcer.follow(0, count)) as batches:  # type: ignore[type-var]
        assert await anext(batches) == []
        assert [one.seq for one in await anext(batches)] == list(range(1, announcer.seq + 1))
        announcer.stir()
        assert await anext(batches) == []
        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(_first(batches))
            await asyncio.sleep(0)
            assert not waiting.done()
            announcer.stir()
            assert await waiting == []


async def test_a_follower_of_the_broker_hears_what_happened_before_and_after_a_restart(place: Place) -> None:
    async with opened(place) as broker:
        await broker.submit(post("before"))
    async with opened(place) as broker:
        await broker.submit(post("after"))
        heard = await hear(broker.announcer, 0, broker.state.seq, random.Random(1))
        assert heard == list(range(1, broker.state.seq + 1))


async def test_a_redacted_text_is_told_to_nobody_any_more(place: Place) -> None:
    """Neither to who reads the journal nor to who is served from memory."""
    async with opened(place) as broker:
        said = await broker.submit(post("My password is hunter2."))
        assert isinstance(said, Outcome)
        await broker.submit(c.Redact(by=ADA, message=said.seq))
        told: list[e.Recorded] = []
        while len(told) < broker.announcer.seq:
            told += await broker.announcer.since(len(told))
        texts = [recorded.entry.text for recorded in told]
        assert not any("hunter2" in str(text) for text in texts)
