"""Keeping the mirrors in step with the journal. A mirror that cannot be written stops; nothing else does."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from chatbox.broker.broker import Broker
from chatbox.client.endpoint import Files
from chatbox.domain.entries import ContentRedacted, MessagePosted, OfMessage, Recorded
from chatbox.mirrors.dispatch import CHANNEL, Dispatch
from chatbox.mirrors.trail import Trail
from chatbox.ports import Journal, JournalFailed, Reading, ViewsFailed

GATHERED_SECONDS = 0.2
"""How long entries are gathered before they are written: mirrors are behind by this much."""

_log = logging.getLogger("chatbox.mirrors")


@asynccontextmanager
async def mirroring(files: Files, journal: Journal, broker: Broker, reading: Reading) -> AsyncIterator[None]:
    """Keep `trail.jsonl` and `dispatch_comms.jsonl` up to date while in here; they are whole at the end."""
    mirrors = Mirrors(Trail(files.trail, journal), Dispatch(files.dispatch, reading), broker)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(mirrors.run())
        try:
            yield
        finally:
            # Ended, not cancelled: a thread that writes would go on writing.
            mirrors.ending.set()


class Mirrors:
    """Both files of a workspace."""

    def __init__(self, trail: Trail, dispatch: Dispatch, broker: Broker) -> None:
        """All of one workspace."""
        self.ending = asyncio.Event()
        self._trail = trail
        self._dispatch = dispatch
        self._broker = broker

    async def run(self) -> None:
        """Write until `ending`, or until a file cannot be written."""
        announcer = self._broker.announcer
        try:
            done = announcer.seq
            await self._trail.begin()
            await self._trail.catch_up()
            await self._dispatch.begin()
            while not self.ending.is_set() or done < announcer.seq:
                while done < announcer.seq:
                    batch = await announcer.since(done)
                    await self._write(batch)
                    done = batch[-1].seq
                await self._moved(done)
                # Whoever reads files counts no milliseconds, and a write costs as much for one entry as for many.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(GATHERED_SECONDS):
                        await self.ending.wait()
        except (OSError, JournalFailed, ViewsFailed) as failed:
            _log.warning("the mirrors are not written any more: %s", failed)

    async def _write(self, batch: Sequence[Recorded]) -> None:
        await self._trail.catch_up()
        entries = [recorded.entry for recorded in batch]
        # A redaction names no channel.
        theirs = [one for one in entries if getattr(one, "channel", CHANNEL) == CHANNEL]
        if any(isinstance(one, ContentRedacted | OfMessage) for one in theirs):
            await self._dispatch.make_anew()
        elif any(isinstance(one, MessagePosted) for one in theirs):
            await self._dispatch.catch_up()

    async def _moved(self, after: int) -> None:
        """Wait for something behind `after`, or for the end."""
        async with asyncio.TaskGroup() as waits:
            either = [waits.create_task(self._broker.announcer.moved(after)), waits.create_task(self.ending.wait())]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            for wait in either:
                wait.cancel()
