"""A folder of contents, each in a file named by its SHA-256.

    <sha256>                     a whole content, fsynced before anybody is told
    <sha256>.<size>.<who>.part   an upload under way
    <sha256>.<who>.by            this participant has sent all of it
    <sha256>.going               goes as soon as no message names it

Everybody uploads into a file of their own and proves what they hold by its last byte: what others have sent changes no
answer, so nobody learns what is here. One thread makes all changes, in order.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from chatbox.attachments.folder import Folder
from chatbox.domain.values import SECOND, Limits
from chatbox.ports import Clock, Content, Received

T = TypeVar("T")


class FolderAttachments:
    """Implements `Attachments` over a folder of this process alone. Open it with `FolderAttachments.open`."""

    def __init__(self, folder: Folder, clock: Clock) -> None:
        """Take over a folder; nothing in it is touched yet."""
        self._folder = folder
        self._clock = clock
        self._held: Counter[str] = Counter()
        self._condemned: set[str] = set()
        self._deciding = asyncio.Lock()
        """Held while it is decided what goes, so that nothing is held in between."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attachments")

    @classmethod
    async def open(cls, path: Path, clock: Clock, limits: Limits) -> "FolderAttachments":
        """Open the folder, without what was never sent to its end. Raises `AttachmentsFailed`."""
        made = cls(Folder(path, limits), clock)
        # The thread of its own begins with the first attachment: many rooms never see one.
        made._condemned = await asyncio.to_thread(made._folder.begin)
        return made

    async def receive(self, by: str, content: Content, offset: int, data: bytes) -> Received:
        """See `Attachments.receive`."""
        now = self._clock.now() / SECOND
        return await self._do(lambda: self._folder.receive(by, content, offset, data, now))

    async def uploaded(self, by: str, sha256: str) -> Content | None:
        """See `Attachments.uploaded`."""
        return await self._do(lambda: self._folder.uploaded(by, sha256))

    async def media_type(self, sha256: str) -> str:
        """See `Attachments.media_type`."""
        return await self._do(lambda: self._folder.media_type(sha256))

    async def has(self, sha256: str) -> bool:
        """See `Attachments.has`."""
        return await self._do(lambda: self._folder.size(sha256) is not None)

    async def read(self, sha256: str, offset: int, length: int) -> bytes | None:
        """See `Attachments.read`."""
        return await asyncio.to_thread(self._folder.read, sha256, offset, length)

    @asynccontextmanager
    async def held(self, contents: Collection[str]) -> AsyncIterator[None]:
        """See `Attachments.held`."""
        async with self._deciding:
            self._held.update(contents)
        try:
            yield
        finally:
            self._held.subtract(contents)

    async def condemn(self, contents: Collection[str]) -> None:
        """See `Attachments.condemn`."""
        await self._do(lambda: self._folder.condemn(contents))
        self._condemned.update(contents)

    async def remove(self, contents: Collection[str], is_named: Callable[[str], Awaitable[bool]]) -> None:
        """See `Attachments.remove`."""
        for one in self._condemned.intersection(contents):
            async with self._deciding:
                if self._held[one] > 0:
                    continue
                keeps = await is_named(one)
                await self._do(lambda one=one, keeps=keeps: self._folder.settle(one, keeps=keeps))  # type: ignore[misc]
                self._condemned.discard(one)

    async def finish(self, is_named: Callable[[str], Awaitable[bool]]) -> None:
        """Remove what a crash left condemned."""
        await self.remove(set(self._condemned), is_named)

    async def expire(self, is_named: Callable[[str], Awaitable[bool]]) -> None:
        """Remove what was sent a day ago or earlier and what no message names. It asks about every old content."""
        for one in await self._do(lambda: self._folder.orphans(self._clock.now() / SECOND)):
            if not await is_named(one):
                await self.condemn([one])
                await self.remove([one], is_named)

    async def close(self) -> None:
        """End the thread, after what it was asked."""
        await asyncio.to_thread(self._thread.shutdown)

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
