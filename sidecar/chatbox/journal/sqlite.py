"""The embedded journal: one SQLite file, one connection, one thread that owns it.

`synchronous=FULL` makes every commit an fsync of the WAL; the broker's batches are the group commit. All that is
known of the file is kept up to date on the owning thread, in the order of the work: so a caller that is cancelled
while its commit goes on changes nothing. The first failed append ends the store for good: after a failed fsync the
kernel may have dropped the pages, and trying again on the same handle would lie (fsyncgate, 2018).
"""

import asyncio
import errno
import logging
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from chatbox.connection import Connection, insert_rows, keep_little, out_of_files, transaction
from chatbox.domain.chain import GENESIS, Record, Sealed
from chatbox.ports import Conflict, Head, JournalFailed

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY,
    head BLOB NOT NULL,
    leaf BLOB NOT NULL,
    salt BLOB,
    content BLOB
) STRICT
"""
_INTO = "INSERT INTO entry (seq, head, leaf, salt, content)"
_READ = "SELECT seq, head, leaf, salt, content FROM entry WHERE seq > ? ORDER BY seq LIMIT ?"

LOG_BYTES_MAX = 8 * 1024 * 1024
"""SQLite folds its log in at half of that. It tells nobody when it cannot."""

_log = logging.getLogger("chatbox.journal")


class SqliteJournal:
    """The port's five verbs over one file. Open it with `SqliteJournal.open`."""

    def __init__(self, path: Path, connection: Connection, head: Head) -> None:
        """Take over an open connection that stands at `head`."""
        self._path = path
        self._connection = connection
        self._head = head
        self._moved = asyncio.Event()
        self._failure: JournalFailed | None = None
        self._folding = _Folding(path)
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(cls, path: Path, *, synchronous: str = "FULL") -> "SqliteJournal":
        """Open or create the file. Raises `JournalFailed` saying what is wrong with it.

        `synchronous` exists for the tests' control, which must lose data with NORMAL.
        """
        try:
            connection = await Connection.open(path)
        except sqlite3.Error as error:
            raise _explained(path, error) from error
        try:
            head = await connection.do(lambda db: _prepare(db, synchronous))
        except sqlite3.Error as error:
            # Before it is closed, which may free what was missing.
            explained = _explained(path, error)
            await connection.close()
            raise explained from error
        return cls(path, connection, head)

    @property
    def trouble(self) -> str | None:
        """See `Journal.trouble`."""
        return self._folding.trouble

    async def append(self, record: Record, *, after: int) -> None:
        """See `Journal.append`."""
        await self._connection.do(lambda db: self._append(db, record, after))

    async def read(self, after: int, limit: int) -> list[Sealed]:
        """See `Journal.read`."""
        try:
            rows = await self._connection.do(lambda db: db.execute(_READ, (after, limit)).fetchall())
        except sqlite3.Error as error:
            raise _explained(self._path, error) from error
        return [_sealed(row) for row in rows]

    async def head(self) -> Head:
        """See `Journal.head`."""
        return self._head

    async def watch(self, after: int) -> AsyncIterator[Head]:
        """See `Journal.watch`."""
        while True:
            moved = self._moved
            if self._head.seq > after:
                after = self._head.seq
                yield self._head
            else:
                await moved.wait()

    async def forget(self, seq: int) -> None:
        """See `Journal.forget`. Overwritten on disk too: `secure_delete`, then the WAL is folded in."""
        await self._connection.do(lambda db: self._forget(db, seq))

    async def close(self) -> None:
        """See `Journal.close`."""
        await self._connection.close()

    def _append(self, db: sqlite3.Connection, record: Record, after: int) -> None:
        """Runs on the owning thread."""
        self._check_usable()
        if self._head.seq != after or record.first != after + 1:
            msg = f"the journal ends at {self._head.seq}, not at {after}"
            raise Conflict(msg)
        rows = [(s.seq, s.head, s.leaf, s.salt, s.content) for s in record.entries]
        try:
            transaction(db, lambda db: _insert(db, rows))
        except (sqlite3.Error, OSError) as error:
            self._failure = _explained(self._path, error)
            raise self._failure from error
        self._head = Head(seq=record.last.seq, leaf=record.last.leaf)
        self._folding.look(db)
        self._loop.call_soon_threadsafe(self._announce)

    def _forget(self, db: sqlite3.Connection, seq: int) -> None:
        """Runs on the owning thread."""
        self._check_usable()
        try:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("UPDATE entry SET salt = NULL, content = NULL WHERE seq = ?", (seq,))
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except (sqlite3.Error, OSError) as error:
            self._failure = _explained(self._path, error)
            raise self._failure from error

    def _check_usable(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _announce(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


class _Folding:
    """Whether the write-ahead log is still folded into the file: a log that only grows fills the disk, unannounced.

    What it finds stops nobody: every commit is durable in the log.
    """

    def __init__(self, path: Path) -> None:
        """The log lies beside `path`."""
        self.trouble: str | None = None
        self._path = path
        self._log_path = path.with_name(f"{path.name}-wal")
        self._looked_at = 0

    def look(self, db: sqlite3.Connection) -> None:
        """After a commit, on the owning thread. A log that has not grown is not looked at, unless there is trouble."""
        try:
            size = self._log_path.stat().st_size
        except OSError:
            return
        if self.trouble is None and size < self._looked_at + LOG_BYTES_MAX:
            return
        self._looked_at = size
        told, self.trouble = self.trouble, self._tried(db)
        if self.trouble is not None and told is None:
            _log.error("%s", self.trouble)
        elif self.trouble is None and told is not None:
            _log.info("the log of %s is folded in again", self._path)

    def _tried(self, db: sqlite3.Connection) -> str | None:
        """What keeps the log from being folded in, by trying to."""
        try:
            _, frames, folded = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:
            return f"The log of {self._path} grows and cannot be folded in ({error}): check the disk and its free space"
        if folded < frames:
            return f"The log of {self._path} grows, because another program keeps reading the file: end that program"
        return None


def _prepare(db: sqlite3.Connection, synchronous: str) -> Head:
    keep_little(db)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute(f"PRAGMA synchronous={synchronous}")
    db.execute("PRAGMA mmap_size=0")
    if sys.platform == "darwin":
        db.execute("PRAGMA fullfsync=ON")
    db.execute(_SCHEMA)
    # A read-only file opens well and fails at the first post: better to hear of it now.
    transaction(db, _write_nothing)
    _confirm(db)
    row = db.execute("SELECT seq, leaf FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(seq=row[0], leaf=row[1]) if row else Head(seq=0, leaf=GENESIS)


def _confirm(db: sqlite3.Connection) -> None:
    """Make sure of what an owner left that was killed, or whose fsync failed: no fsync has confirmed its last commits.

    SQLite takes them up all the same. So before anybody is answered for them they are written anew, into the file;
    then the log begins again, durably: what a failed fsync left of it on the disk must not be taken up later.
    """
    busy, frames, _ = db.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
    if busy:
        msg = "another program holds it"
        raise sqlite3.OperationalError(msg)
    if frames:
        db.execute("PRAGMA user_version = 1")


def _write_nothing(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM entry WHERE seq < 0")


def _insert(db: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    insert_rows(db, _INTO, rows)


def _sealed(row: tuple[int, bytes, bytes, bytes | None, bytes | None]) -> Sealed:
    seq, head, leaf, salt, content = row
    return Sealed(seq=seq, head=head, leaf=leaf, salt=salt, content=content)


def _explained(path: Path, error: Exception) -> JournalFailed:
    """What happened to the file, and what a person does about it."""
    text = str(error)
    if "unable to open" in text and out_of_files():
        why = (
            f"{path} cannot be opened, because too many files are open: raise that limit (ulimit -n), then start again"
        )
    elif "readonly" in text or "unable to open" in text:
        why = f"{path} cannot be written: check the permissions of the file and its folder, then start again"
    elif "full" in text or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        why = f"the disk of {path} is full: free some space, then start again. Nothing answered was lost"
    elif "malformed" in text or "not a database" in text:
        why = f"{path} is damaged ({text}): run `chatbox verify`, and restore the file from a backup"
    else:
        why = f"{path} failed ({text}): check the disk, then start again"
    return JournalFailed(why)
