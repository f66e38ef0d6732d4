"""The real broker over real and faulty parts, opened and closed as often as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from chatbox.broker.broker import Broker
from chatbox.broker.recovery import recover
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.chain import Record, Sealed, unseal
from chatbox.domain.facts import Facts
from chatbox.domain.values import Limits
from chatbox.journal.memory import MemoryJournal
from chatbox.ports import Clock, Head, Journal, JournalFailed, Views, ViewsFailed
from chatbox.views.store import ViewStore

from tests.conformance.stores import STORES
from tests.support.clocks import ManualClock
from tests.support.simulated import ADA, CHANNELS, GENERAL, chat, declaration, key_of

WAIT = 30.0
"""Seconds that anything here may take."""


@dataclass
class Place:
    """A folder with a journal of some store in it; in memory, the journal itself stays."""

    folder: Path
    store: str
    kept: MemoryJournal | None = None
    opened: list[Journal | ViewStore] = field(default_factory=list)

    async def journal(self) -> Journal:
        if self.store == "memory":
            self.kept = self.kept or MemoryJournal()
            return self.kept
        journal = await STORES[self.store].open(self.folder)
        self.opened.append(journal)
        return journal

    async def views(self) -> ViewStore:
        views = await ViewStore.open(self.folder / "views.sqlite")
        self.opened.append(views)
        return views

    async def close(self) -> None:
        """Close whatever was opened here: a connection's thread outlives a test that failed."""
        for one in self.opened:
            await one.close()


@asynccontextmanager
async def running(
    journal: Journal, views: Views, clock: Clock | None = None, limits: Limits | None = None
) -> AsyncIterator[Broker]:
    """A recovered broker that writes while in here. A new journal gets Ada, the channels and `builder`."""
    broker = await recover(journal, views, clock or ManualClock(), limits or Limits())
    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as tasks:
        writer = tasks.create_task(broker.run())
        failure: Exception | None = None
        if broker.state.seq == 0:
            await settle(broker)
        try:
            yield broker
        except Exception as error:  # noqa: BLE001 - raised below, where the task group does not wrap it
            failure = error
        finally:
            writer.cancel()
    if failure is not None:
        raise failure


@asynccontextmanager
async def opened(place: Place, clock: Clock | None = None) -> AsyncIterator[Broker]:
    """`running` over the place's own parts, closed afterwards."""
    journal, views = await place.journal(), await place.views()
    try:
        async with running(journal, views, clock) as broker:
            yield broker
    finally:
        await views.close()
        await journal.close()


async def settle(broker: Broker) -> None:
    """Somebody to speak, somewhere to do it, and an agent that every message wakes."""
    builder = declaration("builder", {GENERAL: "all"})
    for command in (
        c.OpenWorkspace(journal="0" * 32, channels=CHANNELS),
        c.AdmitPerson(person="ada", digest="ada's token"),
        c.DeclareAgents(agents=(builder,)),
    ):
        assert isinstance(await broker.submit(command), Outcome)


def post(name: str, *, keyed: bool = True) -> c.PostMessage:
    """Ada says `name`, under the client key `name`."""
    return c.PostMessage(by=ADA, said=chat(name), key=key_of(name) if keyed else None)


async def entries_of(journal: Journal) -> list[e.Recorded]:
    return [unseal(sealed) for sealed in await journal.read(0, 1_000_000)]


async def bodies_at(place: Place) -> list[str]:
    """Every message's words, by what a newly opened journal says."""
    journal = await place.journal()
    try:
        return bodies(await entries_of(journal))
    finally:
        await journal.close()


def bodies(entries: Sequence[e.Recorded]) -> list[str]:
    """The words of every message, in order; a message without its wake is a torn commit."""
    found: list[str] = []
    for place, recorded in enumerate(entries):
        assert recorded.seq == place + 1, "numbers are dense"
        if not isinstance(recorded.entry, e.MessagePosted):
            continue
        found.append((recorded.entry.text or {}).get("body", ""))
        assert recorded.entry.position == len(found), "positions are dense"
        follows = entries[place + 1].entry if place + 1 < len(entries) else None
        woken = isinstance(follows, e.AgentWoken) and follows.message == recorded.seq
        assert woken, f"message {recorded.seq} is there without its wake"
    return found


class Wrapped:
    """A journal that is another one; subclasses damage some verb."""

    trouble = None

    def __init__(self, inner: Journal) -> None:
        self.inner = inner

    async def append(self, record: Record, *, after: int) -> None:
        await self.inner.append(record, after=after)

    async def read(self, after: int, limit: int) -> list[Sealed]:
        return await self.inner.read(after, limit)

    async def head(self) -> Head:
        return await self.inner.head()

    def watch(self, after: int) -> AsyncIterator[Head]:
        return self.inner.watch(after)

    async def forget(self, seq: int) -> None:
        await self.inner.forget(seq)

    async def close(self) -> None:
        await self.inner.close()


class Failing(Wrapped):
    """Fails its k-th append (1, 2, 3 …), "before" the inner journal has it or "after", and every one behind that."""

    def __init__(self, inner: Journal, k: int, when: Literal["before", "after"]) -> None:
        super().__init__(inner)
        self.k = k
        self.when = when
        self.appends = 0

    async def append(self, record: Record, *, after: int) -> None:
        self.appends += 1
        if self.appends < self.k:
            await super().append(record, after=after)
            return
        if self.appends == self.k and self.when == "after":
            await super().append(record, after=after)
        raise JournalFailed("the disk failed")


class Gated(Wrapped):
    """Appends wait at a gate until the test opens it."""

    def __init__(self, inner: Journal) -> None:
        super().__init__(inner)
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()
        self.appends = 0

    async def append(self, record: Record, *, after: int) -> None:
        self.arrived.set()
        await self.gate.wait()
        self.appends += 1
        await super().append(record, after=after)


class FaultyViews:
    """Views that fail on demand: the next `apply` when `broken`, the next `facts` when `unreadable`, every `reset`
    when `dead`.
    """

    def __init__(self, inner: ViewStore) -> None:
        self.inner = inner
        self.broken = False
        self.unreadable = False
        self.dead = False
        self.resets = 0

    async def position(self) -> Head:
        return await self.inner.position()

    async def journal(self) -> str | None:
        return await self.inner.journal()

    async def apply(self, entries: Sequence[e.Recorded], head: Head) -> None:
        if self.broken:
            self.broken = False
            raise ViewsFailed("the disk of the views failed")
        await self.inner.apply(entries, head)

    async def facts(self, commands: Sequence[c.Command]) -> Facts:
        if self.unreadable:
            self.unreadable = False
            raise ViewsFailed("the disk of the views failed")
        return await self.inner.facts(commands)

    async def reset(self) -> None:
        if self.dead:
            raise ViewsFailed("the disk of the views is gone")
        self.resets += 1
        await self.inner.reset()

    async def load_snapshot(self) -> dict[str, Any] | None:
        return await self.inner.load_snapshot()

    async def save_snapshot(self, snapshot: dict[str, Any]) -> None:
        await self.inner.save_snapshot(snapshot)

    async def close(self) -> None:
        await self.inner.close()
