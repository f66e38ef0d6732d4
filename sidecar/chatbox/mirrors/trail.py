"""`.agentchat/trail.jsonl`: the whole journal as lines, with all that is needed to verify it without ChatBox.

A line: `{"seq", "leaf", "head", "salt", "content"}`. `head` and `content` stand as they were sealed, in canonical JSON
(RFC 8785): whoever writes them canonically again has the bytes that were hashed. `leaf` and `salt` are hex; salt and
content are null where there is none, or where a person had it redacted.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import orjson

from chatbox.domain.chain import Sealed, canonical, unseal
from chatbox.domain.entries import ContentRedacted
from chatbox.mirrors.lines import Lines
from chatbox.ports import Journal

PAGE = 1_000
REDACTION = ContentRedacted.__name__.encode()


class Trail:
    """The file beside one journal."""

    def __init__(self, path: Path, journal: Journal) -> None:
        """Nothing is read or written yet."""
        self._lines = Lines(path)
        self._journal = journal
        self._seq = 0
        self._redacted = set[int]()

    async def begin(self) -> None:
        """Find where the file ends; one that is not of this journal is made anew. Raises `OSError`."""
        last = await asyncio.to_thread(self._lines.repaired)
        self._seq = await self._position(last)
        if self._seq == 0:
            await asyncio.to_thread(self._lines.rewrite, [])

    async def catch_up(self) -> None:
        """Write what the journal has gained. Raises `OSError`."""
        while page := await self._journal.read(self._seq, PAGE):
            redacted = redacted_by(page)
            if redacted:
                self._redacted |= redacted
                await self._make_anew(page[-1].seq)
                continue
            await asyncio.to_thread(self._lines.append, [line_of(sealed) for sealed in page])
            self._seq = page[-1].seq

    async def _make_anew(self, through: int) -> None:
        """What was redacted stands in earlier lines, and for a moment still in the journal.

        It ends with entry `through`: what is recorded meanwhile may be another redaction, whose text is still there.
        """
        fresh = Lines(self._lines.path.with_name(f"{self._lines.path.name}.making"))
        await asyncio.to_thread(fresh.rewrite, [])
        async for page in self._pages(through):
            kept = [without_text(sealed) if sealed.seq in self._redacted else sealed for sealed in page]
            await asyncio.to_thread(fresh.append, [line_of(sealed) for sealed in kept])
        fresh.path.replace(self._lines.path)
        self._seq = through

    async def _pages(self, through: int) -> AsyncIterator[list[Sealed]]:
        after = 0
        while after < through and (page := await self._journal.read(after, min(PAGE, through - after))):
            yield page
            after = page[-1].seq

    async def _position(self, last: bytes | None) -> int:
        """The entry of the last line, when the journal has the very same one; else 0."""
        if last is None:
            return 0
        try:
            line = orjson.loads(last)
            seq, leaf = int(line["seq"]), bytes.fromhex(line["leaf"])
        except (ValueError, KeyError, TypeError):
            return 0
        found = await self._journal.read(seq - 1, 1) if seq > 0 else []
        return seq if found and found[0].seq == seq and found[0].leaf == leaf else 0


def redacted_by(page: Iterable[Sealed]) -> set[int]:
    """The entries whose text the entries of `page` take away. Looks closely only where the word stands."""
    read = (unseal(sealed).entry for sealed in page if REDACTION in sealed.head)
    return {entry.target for entry in read if isinstance(entry, ContentRedacted)}


def without_text(sealed: Sealed) -> Sealed:
    """An entry as it is once it was redacted."""
    return sealed._replace(salt=None, content=None)


def line_of(sealed: Sealed) -> bytes:
    """An entry as its line, without the line break. Nothing is encoded anew: this happens for every entry."""
    salt = b"null" if sealed.salt is None else b'"%b"' % sealed.salt.hex().encode()
    content = b"null" if sealed.content is None else sealed.content
    return b'{"seq":%d,"leaf":"%b","head":%b,"salt":%b,"content":%b}' % (
        sealed.seq,
        sealed.leaf.hex().encode(),
        sealed.head,
        salt,
        content,
    )


def from_line(line: bytes) -> Sealed:
    """The reverse of `line_of`; nothing is checked. Raises `ValueError`, `KeyError` or `TypeError`."""
    fields = orjson.loads(line)
    salt, content = fields["salt"], fields["content"]
    return Sealed(
        seq=fields["seq"],
        head=canonical(fields["head"]),
        leaf=bytes.fromhex(fields["leaf"]),
        salt=None if salt is None else bytes.fromhex(salt),
        content=None if content is None else canonical(content),
    )
