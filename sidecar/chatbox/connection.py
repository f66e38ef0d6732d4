"""A SQLite connection on a thread of its own. The only place that knows aiosqlite.

aiosqlite's public calls take one hop to that thread for every statement; a transaction here takes one in all,
which halves the latency of a post. `_execute` is how aiosqlite makes the hop itself.
"""

import asyncio
import contextlib
import errno
import os
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

import aiosqlite

T = TypeVar("T")

CACHE_KIB = 512


class Connection:
    """Runs functions over a `sqlite3.Connection`, one at a time and in the order asked. Autocommit is on."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        """Take over an open connection."""
        self._connection: Any = connection

    @classmethod
    async def open(cls, path: Path, *, readonly: bool = False) -> "Connection":
        """Open `path`. Raises `sqlite3.Error`."""
        uri = f"file:{quote(os.fspath(path))}?mode={'ro' if readonly else 'rwc'}"
        opening = aiosqlite.connect(uri, uri=True, isolation_level=None)
        try:
            return cls(await opening)
        except BaseException:
            # aiosqlite tells its thread to end, but does not wait: it would speak to a loop that is closed by then.
            await asyncio.to_thread(opening._thread.join)  # noqa: SLF001
            raise

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What `work` returns or raises. It runs to its end even when the caller is cancelled."""
        return cast("T", await self._connection._execute(work, self._connection._conn))  # noqa: SLF001

    async def close(self) -> None:
        """Close, after everything asked before."""
        await self._connection.close()


def keep_little(db: sqlite3.Connection) -> None:
    """Keep 512 KiB of the file's pages, a quarter of SQLite's default: the system keeps them as well, once for all.

    It reads the file: what is no database fails here.
    """
    db.execute(f"PRAGMA cache_size=-{CACHE_KIB}")


def out_of_files() -> bool:
    """Whether no further file can be opened here: SQLite only says that it cannot open one."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    return False


ROWS_AT_ONCE = (64, 16, 4, 1)
"""Few sizes, so that their statements stay prepared; 64 rows of 16 columns are far below SQLite's 32,766 parameters."""


def insert_rows(db: sqlite3.Connection, into: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert all `rows` with `into` (up to and without VALUES), many with each statement.

    `executemany` gives the interpreter's lock away for every single row, and waits for it again each time.
    """
    done = 0
    for size in ROWS_AT_ONCE:
        while len(rows) - done >= size:
            some = rows[done : done + size]
            db.execute(_statement(into, len(some[0]), size), tuple(chain.from_iterable(some)))
            done += size


@cache
def _statement(into: str, columns: int, rows: int) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{into} VALUES {', '.join([row] * rows)}"


def transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], None]) -> None:
    """Run `work` as one transaction: all of it or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        work(db)
        db.execute("COMMIT")
    except BaseException:
        # What made it fail (a full disk) may have ended the transaction already; the first error is the one to tell.
        with contextlib.suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
