"""`dispatch_comms.jsonl`: one line for each message in #dispatch, as the earlier ChatBox wrote it.

`{"id", "type", "source", "tier", "phase", "message", "timestamp", "resolved"}`; `timestamp` counts seconds since 1970,
`phase` is null: nobody's is known. There it never was, which tells a file of that system: it is kept aside.
"""

import asyncio
from pathlib import Path

import orjson

from chatbox.domain.shown import MessageView
from chatbox.domain.values import SECOND
from chatbox.mirrors.lines import Lines
from chatbox.ports import Reading

CHANNEL = "#dispatch"
PAGE = 500
LINE_BYTES_MAX = 1024 * 1024


class Dispatch:
    """The file of one workspace. It appears with the first message in #dispatch."""

    def __init__(self, path: Path, reading: Reading) -> None:
        """Nothing is read or written yet."""
        self._lines = Lines(path)
        self._reading = reading
        self._last = 0

    async def make_anew(self) -> None:
        """Write the whole file: at the start, and when an older message has changed. Raises `OSError`."""
        self._last = 0
        lines = await self._gained()
        await asyncio.to_thread(_keep_aside, self._lines.path)
        if lines or self._lines.path.exists():
            await asyncio.to_thread(self._lines.rewrite, lines)

    async def catch_up(self) -> None:
        """Write what was said since. Raises `OSError`."""
        lines = await self._gained()
        if lines:
            await asyncio.to_thread(self._lines.append, lines)

    async def _gained(self) -> list[bytes]:
        lines: list[bytes] = []
        more = True
        while more:
            page, more = await self._reading.page(CHANNEL, before=None, after=self._last, limit=PAGE)
            lines += [_line(message) for message in page]
            self._last = page[-1].id if page else self._last
        return lines


def _keep_aside(path: Path) -> None:
    """Rename a file that the earlier ChatBox wrote: `chatbox import` reads it, and it may be the only copy."""
    try:
        with path.open("rb") as file:
            first = orjson.loads(file.readline(LINE_BYTES_MAX))
    except (OSError, ValueError):
        return
    if isinstance(first, dict) and isinstance(first.get("phase"), str):
        number = 1
        while (kept := path.with_name(f"{path.stem}.earlier{'' if number == 1 else f'-{number}'}.jsonl")).exists():
            number += 1
        path.rename(kept)


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
