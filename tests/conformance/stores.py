"""The journal stores that are held to the port. A new one joins by adding itself to `STORES`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from chatbox.journal.memory import MemoryJournal
from chatbox.journal.sqlite import SqliteJournal
from chatbox.ports import Journal


@dataclass(frozen=True, slots=True)
class Store:
    """How to open a store over a folder of its own, and what it can do.

    `durable`: opened again, it has what it had. `shared`: any number of handles append to one log, and who was
    late is told so by `Conflict`; a store without it has one owner at a time.
    """

    open: Callable[[Path], Awaitable[Journal]]
    durable: bool
    shared: bool


async def _memory(_: Path) -> Journal:
    return MemoryJournal()


async def _sqlite(folder: Path) -> Journal:
    return await SqliteJournal.open(folder / "journal.sqlite")


STORES: dict[str, Store] = {
    "memory": Store(open=_memory, durable=False, shared=False),
    "sqlite": Store(open=_sqlite, durable=True, shared=False),
}
