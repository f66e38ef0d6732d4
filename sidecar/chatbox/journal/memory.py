"""A journal in memory: for tests, the simulation and rooms. Durable as long as the process."""

import asyncio
from collections.abc import AsyncIterator

from chatbox.domain.chain import GENESIS, Record, Sealed
from chatbox.ports import Conflict, Head


class MemoryJournal:
    """The port's five verbs over a list."""

    trouble = None

    def __init__(self) -> None:
        """Empty."""
        self._entries: list[Sealed] = []
        self._moved = asyncio.Event()

    async def append(self, record: Record, *, after: int) -> None:
        """See `Journal.append`."""
        if len(self._entries) != after or record.first != after + 1:
            msg = f"the journal ends at {len(self._entries)}, not at {after}"
            raise Conflict(msg)
        self._entries.extend(record.entries)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def read(self, after: int, limit: int) -> list[Sealed]:
        """See `Journal.read`."""
        return self._entries[after : after + limit]

    async def head(self) -> Head:
        """See `Journal.head`."""
        if not self._entries:
            return Head(seq=0, leaf=GENESIS)
        return Head(seq=len(self._entries), leaf=self._entries[-1].leaf)

    async def watch(self, after: int) -> AsyncIterator[Head]:
        """See `Journal.watch`."""
        while True:
            moved = self._moved
            head = await self.head()
            if head.seq > after:
                after = head.seq
                yield head
            else:
                await moved.wait()

    async def forget(self, seq: int) -> None:
        """See `Journal.forget`."""
        sealed = self._entries[seq - 1]
        self._entries[seq - 1] = sealed._replace(salt=None, content=None)

    async def close(self) -> None:
        """See `Journal.close`."""
