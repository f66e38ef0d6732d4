"""Telling who listens. Nobody is buffered for: a listener is a cursor, and whoever falls behind reads the journal."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence

from chatbox.domain.chain import unseal
from chatbox.domain.entries import ContentRedacted, Recorded
from chatbox.ports import Journal

RECENT_MAX = 512
RECENT_CHARACTERS_MAX = 1_048_576
"""Entries kept in memory for those who follow closely, and what may be said in them."""

PAGE = 500


class Announcer:
    """Every entry in order to everybody who follows, each at their own pace."""

    def __init__(self, journal: Journal, seq: int) -> None:
        """`seq` is the journal's head; nothing has been announced yet."""
        self.seq = seq
        self._journal = journal
        self._recent: deque[Recorded] = deque()
        self._characters = 0
        self._moved = asyncio.Event()
        self.stirs = 0
        """How often followers were stirred."""

    def publish(self, entries: Sequence[Recorded]) -> None:
        """Announce entries that are durable; never before."""
        for recorded in entries:
            self._recent.append(recorded)
            self._characters += _characters(recorded)
            if isinstance(recorded.entry, ContentRedacted):
                self._forget(recorded.entry.target)
        while len(self._recent) > RECENT_MAX or self._characters > RECENT_CHARACTERS_MAX:
            self._characters -= _characters(self._recent.popleft())
        self.seq = entries[-1].seq
        self._wake()

    def stir(self) -> None:
        """Have every follower look up: something that is not in the journal has changed."""
        self.stirs += 1
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def _forget(self, target: int) -> None:
        """A redacted text is told to nobody any more, however recent it is."""
        place = target - self._recent[0].seq
        if place >= 0:
            held = self._recent[place]
            self._characters -= _characters(held)
            self._recent[place] = held._replace(entry=held.entry.model_copy(update={"text": None}))

    async def follow(self, after: int, stirs: int | None = None) -> AsyncIterator[list[Recorded]]:
        """Yield everything behind `after` in order, as it comes.

        An empty list says that followers were stirred, once or more, since the count was `stirs` (left out: since
        now). Whoever reads the count first, then what may change, misses no change.
        """
        stirs = self.stirs if stirs is None else stirs
        while True:
            # Everything up to the wait is one step: nothing can come between looking and waiting.
            moved = self._moved
            if self.stirs != stirs:
                stirs = self.stirs
                yield []
                continue
            if after >= self.seq:
                await moved.wait()
                continue
            batch = await self.since(after)
            after = batch[-1].seq
            yield batch

    async def since(self, after: int) -> list[Recorded]:
        """What directly follows `after`, from memory when it is recent, else a page of the journal."""
        if self._recent and self._recent[0].seq <= after + 1:
            skip = after + 1 - self._recent[0].seq
            return [self._recent[i] for i in range(skip, min(skip + PAGE, len(self._recent)))]
        page = await self._journal.read(after, PAGE)
        return [unseal(sealed) for sealed in page if sealed.seq <= self.seq]

    async def moved(self, after: int) -> None:
        """Wait until something behind `after` has been announced."""
        while self.seq <= after:
            await self._moved.wait()


def _characters(recorded: Recorded) -> int:
    return sum(map(len, (recorded.entry.text or {}).values()))
