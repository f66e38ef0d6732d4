"""The views file: opened, applied to, asked, and thrown away when it does not fit the journal.

One connection writes, another one reads (`mode=ro`), each on its own thread: a long question never holds up a post.
Nothing here is fsynced; the journal is.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import orjson

from chatbox.connection import Connection, keep_little, transaction
from chatbox.domain.chain import GENESIS
from chatbox.domain.commands import Command
from chatbox.domain.decide import needs
from chatbox.domain.entries import ContentRedacted, Recorded
from chatbox.domain.facts import Facts, KeyName, KnownKey, KnownMessage
from chatbox.ports import Head, ViewsFailed, ViewsFull
from chatbox.views.applying import apply_entries

SCHEMA = 4
TABLES = frozenset(
    (
        *("meta", "snapshot", "channel", "participant", "subscription", "message", "client_key", "approval", "turn"),
        *("wording", "message_text", "charge", "proposal", "vote", "attachment", "speaker"),
    )
)

T = TypeVar("T")

_KNOWN = """
SELECT m.seq, m.author, m.channel, m.kind, m.thread, m.root, m.depth, a.status, p.id IS NOT NULL, p.outcome,
 m.pinned, m.closed, m.resolved, m.body IS NULL, a.decision
 FROM message m LEFT JOIN approval a ON a.id = m.seq LEFT JOIN proposal p ON p.id = m.seq WHERE m.seq = ?
"""
_TO_INDEX = """
SELECT seq, title, body, names FROM message WHERE seq > (SELECT indexed FROM meta) ORDER BY seq LIMIT ?
"""
_EDITS = "SELECT seq FROM wording WHERE message = ? AND seq != message ORDER BY seq"
_KEY = "SELECT params, seq FROM client_key WHERE participant = ? AND operation = ? AND key = ?"


class ViewStore:
    """The writing side of the views. Open it with `ViewStore.open`; ask questions of `Questions`."""

    def __init__(self, path: Path, writer: Connection) -> None:
        """Take over an open connection."""
        self.path = path
        self.generation = 0
        self.steady = asyncio.Lock()
        """Held while the file is made anew, and while it is asked: nobody reads a file that is being deleted."""
        self._writer = writer

    @classmethod
    async def open(cls, path: Path) -> "ViewStore":
        """Open the file, making it anew when it is missing, damaged or of another schema."""
        try:
            return await cls._open(path)
        except ViewsFull:
            raise
        except (ViewsFailed, _OtherSchema):
            remove(path)
        return await cls._open(path)

    @classmethod
    async def _open(cls, path: Path) -> "ViewStore":
        try:
            writer = await Connection.open(path)
        except sqlite3.Error as error:
            raise _explained(path, error) from error
        try:
            await writer.do(_prepare)
        except BaseException as error:
            await writer.close()
            if isinstance(error, sqlite3.Error):
                raise _explained(path, error) from error
            raise
        return cls(path, writer)

    async def position(self) -> Head:
        """See `Views.position`."""
        seq, leaf = await self._do(lambda db: db.execute("SELECT seq, leaf FROM meta").fetchone())
        return Head(seq=seq, leaf=leaf)

    async def journal(self) -> str | None:
        """See `Views.journal`."""
        found = await self._do(lambda db: db.execute("SELECT journal FROM meta").fetchone())
        return None if found is None else found[0]

    async def apply(self, entries: Sequence[Recorded], head: Head) -> None:
        """See `Views.apply`."""
        await self._do(lambda db: transaction(db, lambda db: _apply(db, entries, head)))
        if any(isinstance(recorded.entry, ContentRedacted) for recorded in entries):
            # The old page is still in the WAL.
            await self._do(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    async def facts(self, commands: Sequence[Command]) -> Facts:
        """See `Views.facts`."""
        keys: list[KeyName] = []
        messages: list[int] = []
        for command in commands:
            asked = needs(command)
            keys.extend(asked.keys)
            messages.extend(asked.messages)
        if not keys and not messages:
            return Facts()
        return await self._do(lambda db: _facts(db, keys, messages))

    async def index(self, limit: int) -> bool:
        """Take the next `limit` messages at most into the search index; whether it has caught up."""
        return await self._do(lambda db: _index(db, limit))

    async def reset(self) -> None:
        """See `Views.reset`."""
        async with self.steady:
            await self._writer.close()
            remove(self.path)
            fresh = await self._open(self.path)
            self._writer = fresh._writer  # noqa: SLF001 - another one of this class
            self.generation += 1

    async def load_snapshot(self) -> dict[str, Any] | None:
        """See `Views.load_snapshot`."""
        row = await self._do(lambda db: db.execute("SELECT state FROM snapshot").fetchone())
        return orjson.loads(row[0]) if row else None

    async def save_snapshot(self, snapshot: dict[str, Any]) -> None:
        """See `Views.save_snapshot`."""
        text = orjson.dumps(snapshot).decode()
        await self._do(lambda db: db.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?)", (text,)).fetchall())

    async def close(self) -> None:
        """See `Views.close`."""
        await self._writer.close()

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._writer.do(work)
        except sqlite3.Error as error:
            raise _explained(self.path, error) from error


class _OtherSchema(Exception):  # noqa: N818 - private, never reported
    """The file was made by another version."""


def remove(path: Path) -> None:
    """Delete a SQLite file with its companions, or whatever stands in its place. Raises `ViewsFailed`."""
    for suffix in ("", "-wal", "-shm"):
        one = path.with_name(path.name + suffix)
        try:
            if one.is_dir():
                one.rmdir()
            else:
                one.unlink(missing_ok=True)
        except OSError as error:
            raise _explained(one, error) from error


def _explained(path: Path, error: Exception) -> ViewsFailed:
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        return ViewsFull(f"the disk of {path} is full: free some space")
    return ViewsFailed(f"{path}: {error}")


def _prepare(db: sqlite3.Connection) -> None:
    keep_little(db)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA mmap_size=0")
    db.execute("PRAGMA secure_delete=ON")
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        script = files("chatbox.views").joinpath("schema.sql").read_text(encoding="utf-8")
        db.executescript(f"BEGIN;\n{script}\nCOMMIT;")
        db.execute("INSERT INTO meta (one, schema, seq, leaf) VALUES (1, ?, 0, ?)", (SCHEMA, GENESIS))
    found = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not found >= TABLES:
        raise _OtherSchema
    row = db.execute("SELECT schema FROM meta").fetchone()
    if row is None or row[0] != SCHEMA:
        raise _OtherSchema


def _apply(db: sqlite3.Connection, entries: Sequence[Recorded], head: Head) -> None:
    apply_entries(db, entries)
    db.execute("UPDATE meta SET seq = ?, leaf = ?", (head.seq, head.leaf))


def _index(db: sqlite3.Connection, limit: int) -> bool:
    behind = db.execute(_TO_INDEX, (limit,)).fetchall()
    if behind:
        transaction(db, lambda db: _take(db, behind))
    return len(behind) < limit


def _take(db: sqlite3.Connection, said: Sequence[tuple[Any, ...]]) -> None:
    words = [row for row in said if row[2] is not None]
    db.executemany("INSERT INTO message_text (rowid, title, body, names) VALUES (?, ?, ?, ?)", words)
    db.execute("UPDATE meta SET indexed = ?", (said[-1][0],))


def _facts(db: sqlite3.Connection, keys: list[KeyName], messages: list[int]) -> Facts:
    facts = Facts()
    for name in keys:
        row = db.execute(_KEY, name).fetchone()
        if row is not None:
            facts.keys[name] = KnownKey(params=row[0], seq=row[1])
    for number in messages:
        row = db.execute(_KNOWN, (number,)).fetchone()
        if row is not None:
            edits = [seq for (seq,) in db.execute(_EDITS, (number,))]
            facts.messages[number] = _known(row, edits)
    return facts


def _known(row: tuple[Any, ...], edits: list[int]) -> KnownMessage:
    seq, author, channel, kind, thread, root, depth, status, proposes, outcome, pinned, closed, *rest = row
    resolved, redacted, decision = rest
    words = [*edits, closed, decision if status in ("approved", "denied") else None]
    return KnownMessage(
        id=seq,
        author=author,
        channel=channel,
        kind=kind,
        thread=thread,
        root=root,
        depth=depth,
        verdict=status if status in ("approved", "denied", "expired") else None,
        asks=status is not None,
        proposes=bool(proposes),
        outcome=outcome,
        pinned=bool(pinned),
        closed=closed is not None,
        resolved=bool(resolved),
        redacted=bool(redacted),
        words=tuple(sorted(number for number in words if number is not None)),
    )
