"""`dispatch_comms.jsonl`: one line for each message in #dispatch, as the earlier ChatBox wrote it.

`{"id", "type", "source", "tier", "phase", "message", "timestamp", "resolved"}`; `timestamp` counts seconds since 1970,
`phase` is null: nobody's is known.

A file of that name that is not ours was the earlier ChatBox's, and may be all there is of it: it is kept beside.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

import orjson

from chatbox.domain.shown import MessageView
from chatbox.domain.values import SECOND
from chatbox.mirrors.lines import Lines
from chatbox.ports import Reading

CHANNEL = "#dispatch"
PAGE = 500
EARLIER = "dispatch_comms.earlier.jsonl"

_log = logging.getLogger("chatbox.mirrors")


class Dispatch:
    """The file of one workspace. It appears with the first message in #dispatch."""

    def __init__(self, path: Path, reading: Reading) -> None:
        """Nothing is read or written yet."""
        self._lines = Lines(path)
        self._reading = reading
        self._last = 0

    async def begin(self) -> None:
        """Write the whole file at the start; what stood there stays, unless it was ours. Raises `OSError`."""
        lines = await self._all()
        if await asyncio.to_thread(_is_foreign, self._lines, lines):
            kept = await asyncio.to_thread(self._lines.set_aside, EARLIER)
            _log.warning("%s was written by another program: it is kept as %s", self._lines.path, kept.name)
        await self._write(lines)

    async def make_anew(self) -> None:
        """Write the whole file, because an older message has changed. Raises `OSError`."""
        await self._write(await self._all())

    async def catch_up(self) -> None:
        """Write what was said since. Raises `OSError`."""
        lines = await self._gained()
        if lines:
            await asyncio.to_thread(self._lines.append, lines)

    async def _write(self, lines: list[bytes]) -> None:
        if lines or self._lines.path.exists():
            await asyncio.to_thread(self._lines.rewrite, lines)

    async def _all(self) -> list[bytes]:
        self._last = 0
        return await self._gained()

    async def _gained(self) -> list[bytes]:
        lines: list[bytes] = []
        more = True
        while more:
            page, more = await self._reading.page(CHANNEL, before=None, after=self._last, limit=PAGE)
            lines += [_line(message) for message in page]
            self._last = page[-1].id if page else self._last
        return lines


def _is_foreign(file: Lines, ours: Sequence[bytes]) -> bool:
    """Whether the file has lines, and none of them is one of `ours` as it stands or stood."""
    known = {_identity(line) for line in ours}
    found = [identity for line in file.read() if (identity := _identity(line)) is not None]
    return bool(found) and known.isdisjoint(found)


def _identity(line: bytes) -> tuple[object, ...] | None:
    """What never changes of a line; `None` when it is no line of such a file, or only the beginning of one."""
    try:
        fields = orjson.loads(line)
        return str(fields.get("id")), str(fields["source"]), str(fields["timestamp"])
    except (AttributeError, ValueError, KeyError, TypeError):
        return None


def _line(message: MessageView) -> bytes:
    words = [part for part in (message.title, message.body) if part]
    return orjson.dumps(
        {
            "id": message.id,
            "type": message.post_type or message.kind,
            "source": message.author,
            "tier": message.tier,
            "phase": None,
            "message": "\n\n".join(words),
            "timestamp": message.at / SECOND,
            "resolved": message.resolved or message.closed,
        }
    )
