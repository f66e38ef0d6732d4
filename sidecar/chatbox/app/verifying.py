"""Checking a journal file from its first entry to its last, whether or not somebody owns the workspace.

Nothing is written, and no broker is asked: the file itself is read, page by page. That entries are missing at its
end no chain can say; what the views had seen of the journal can.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from chatbox.app.carrying import named_by, sound
from chatbox.domain.chain import Mismatch, Sealed, Verifier, as_stored, unseal

PAGE = 2_000
BUSY_SECONDS = 10.0

_READ = "SELECT seq, head, leaf, salt, content FROM entry WHERE seq > ? ORDER BY seq LIMIT ?"
_SIZE = "SELECT coalesce(max(seq), 0) FROM entry"

Progress = Callable[[int, int], None]


class Unverifiable(Exception):  # noqa: N818 - reads as the fact it states
    """The file cannot be read, so nothing can be said about it; the message says why and what to do."""


class Truncated(Exception):  # noqa: N818 - a finding
    """The journal is sound as far as it goes, but it went further."""

    def __init__(self, entries: int, recorded: int) -> None:
        """`entries` there are, `recorded` there were."""
        super().__init__(
            f"the journal ends at entry {entries}, but entry {recorded} had been recorded: "
            "restore the journal from a backup"
        )
        self.entries = entries
        self.recorded = recorded


@dataclass(frozen=True, slots=True)
class Verified:
    """A sound journal. `compared` says whether there was anything to tell a missing end by.

    `named` are the contents that its messages name, each with the first entry that does.
    """

    journal: str | None
    entries: int
    head: bytes
    compared: bool
    named: dict[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry that was there once."""

    seq: int
    leaf: bytes


def verify(journal: Path, views: Path, progress: Progress = lambda _done, _all: None) -> Verified:
    """Check every entry. Raises `Mismatch`, `Truncated` or `Unverifiable`."""
    # Before the journal, which an owner may be writing: what the views have seen must then be in it.
    marks = recorded(views)
    awaited = {mark.seq: [one for one in marks if one.seq == mark.seq] for mark in marks}
    verifier = Verifier()
    first: str | None = None
    named: dict[str, int] = {}
    for sealed in _entries(journal, verifier, progress, is_expected=bool(marks)):
        check(verifier, sealed)
        if sealed.seq == 1:
            first = _identity(sealed)
        for one in named_by(sealed):
            named.setdefault(one.id, sealed.seq)
        for mark in awaited.pop(sealed.seq, ()):
            if mark.leaf != sealed.leaf:
                raise Mismatch(sealed.seq, "is another one than had been recorded: the journal was replaced")
    if verifier.unexplained:
        raise Mismatch(min(verifier.unexplained), "has lost its text, and nobody redacted it")
    if awaited:
        raise Truncated(verifier.seq, max(awaited))
    return Verified(first, verifier.seq, verifier.leaf, compared=bool(marks), named=named)


def missing_files(store: Path, named: Mapping[str, int]) -> list[int]:
    """The entries whose files are not in `store`. Raises `Mismatch` for one that is not what the entry names."""
    missing: list[int] = []
    for sha256, seq in named.items():
        if not (store / sha256).exists():
            missing.append(seq)
        elif sound(store / sha256, sha256) is None:
            raise Mismatch(seq, f"names a file that was changed since: {store / sha256}")
    return missing


def checked(journal: Path, progress: Progress = lambda _done, _all: None) -> Iterator[Sealed]:
    """Every entry, each after it was checked. Raises `Mismatch` or `Unverifiable`, some of them only at the end."""
    verifier = Verifier()
    for sealed in _entries(journal, verifier, progress, is_expected=False):
        check(verifier, sealed)
        yield sealed
    if verifier.unexplained:
        raise Mismatch(min(verifier.unexplained), "has lost its text, and nobody redacted it")


def recorded(views: Path) -> list[Mark]:
    """How far the views and their snapshot had seen the journal; empty when they are missing or damaged."""
    marks: list[Mark] = []
    # What is readable counts, whatever else is not.
    with suppress(sqlite3.Error, OSError, ValueError, KeyError, TypeError), _reading(views) as db:
        seq, leaf = db.execute("SELECT seq, leaf FROM meta").fetchone()
        marks.append(Mark(seq=seq, leaf=leaf))
        snapshot = db.execute("SELECT state FROM snapshot").fetchone()
        if snapshot is not None:
            state = orjson.loads(snapshot[0])
            marks.append(Mark(seq=state["seq"], leaf=bytes.fromhex(state["leaf"])))
    return [mark for mark in marks if mark.seq > 0]


def _entries(path: Path, verifier: Verifier, progress: Progress, *, is_expected: bool) -> Iterator[Sealed]:
    """Everything behind what `verifier` has checked. Raises `Unverifiable`."""
    if not path.is_file():
        message = f"there is no journal at {path}: check the folder"
        raise Unverifiable(message)
    try:
        with _reading(path) as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone() is None:
                if not is_expected:
                    message = f"{path} holds no journal: restore it from a backup"
                    raise Unverifiable(message)
                return
            size = db.execute(_SIZE).fetchone()[0]
            while page := db.execute(_READ, (verifier.seq, PAGE)).fetchall():
                for row in page:
                    yield _sealed(verifier.seq + 1, row)
                progress(verifier.seq, max(size, verifier.seq))
    except (sqlite3.Error, OSError) as error:
        after = f" behind entry {verifier.seq}" if verifier.seq else ""
        message = f"{path} cannot be read{after} ({error}): restore it from a backup"
        raise Unverifiable(message) from error


def _sealed(seq: int, row: tuple[Any, ...]) -> Sealed:
    number, head, leaf, salt, content = row
    try:
        return as_stored(number, head, leaf, salt, content)
    except ValueError as error:
        raise Mismatch(seq, "was changed: it is not stored as an entry") from error


def check(verifier: Verifier, sealed: Sealed) -> None:
    """Take the next entry. Raises `Mismatch`, or `Unverifiable` when only a later version can read it."""
    try:
        verifier.check(sealed)
    except (KeyError, TypeError) as error:
        raise Mismatch(sealed.seq, "was changed: its head is not one that ChatBox writes") from error
    try:
        read = unseal(sealed)
    except (KeyError, TypeError, ValueError) as error:
        message = f"entry {sealed.seq} is whole, but this version cannot read it ({_first_line(error)}): update ChatBox"
        raise Unverifiable(message) from error
    if read.seq != sealed.seq:
        raise Mismatch(sealed.seq, "was changed: it reads back under another number")


def _identity(sealed: Sealed) -> str | None:
    found = getattr(unseal(sealed).entry, "journal", None)
    return found if isinstance(found, str) else None


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, and takes every cell as the bytes that are there."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)) as db:
        db.text_factory = bytes
        yield db


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
