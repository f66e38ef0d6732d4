"""A journal out of the lines of an export: the very same entries with the very same hashes, or nothing at all.

The journal is made in a file of its own beside the place where it belongs, checked, and only then moved there.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import filelock
import orjson

from chatbox.app.carrying import Carried, carry_in, named_by
from chatbox.app.owning import prepare
from chatbox.app.verifying import Progress, Truncated, check, checked, verify
from chatbox.attachments.durable import sync_folder
from chatbox.client.endpoint import Files
from chatbox.domain.chain import Mismatch, Record, Sealed, Verifier, unseal
from chatbox.domain.entries import CredentialIssued, Entry, JournalCreated, TurnStarted
from chatbox.domain.shown import AttachmentView
from chatbox.journal.sqlite import SqliteJournal
from chatbox.mirrors.trail import from_line
from chatbox.views.store import remove

BATCH = 1_000
LINE_BYTES_MAX = 16 * 1024 * 1024


class Damaged(Exception):  # noqa: N818 - a finding
    """The file is not what was exported; the message names the line."""


class Taken(Exception):  # noqa: N818 - reads as the fact it states
    """Another journal is here, or somebody is about to write one; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import. `changed` is false when the journal was here already."""

    entries: int
    head: bytes
    changed: bool
    carried: Carried | None = None


def import_journal(
    files: Files, source: Path, attachments: Path | None = None, progress: Progress = lambda _done, _all: None
) -> Imported:
    """Make the workspace's journal what `source` says, with the files of `attachments` that its messages name.

    Raises `Damaged`, `Taken`, `Unverifiable` or `OSError`.
    """
    if _present(files.journal):
        return _compare(files, source, attachments)
    verifier = Verifier()
    named: list[AttachmentView] = []
    # All of it, before anything is made: a damaged file leaves no trace.
    for sealed in _sound(source, verifier, progress):
        named += named_by(sealed)
    if verifier.seq == 0:
        message = f"{source} holds no entry: name a file that `chatbox export` made"
        raise Damaged(message)
    prepare(files)
    try:
        with filelock.FileLock(files.lock, blocking=False):
            if _present(files.journal):
                return _compare(files, source, attachments)
            # First: a message that can be read has its files.
            carried = None if attachments is None else carry_in(attachments, files.attachments, named)
            return replace(asyncio.run(_restore(files, source)), carried=carried)
    except filelock.Timeout as taken:
        message = f"somebody is starting in {files.root}: `chatbox stop`, then try again"
        raise Taken(message) from taken


def _present(journal: Path) -> bool:
    """Whether a journal with an entry is here. Raises `Unverifiable`."""
    return journal.exists() and journal.stat().st_size > 0 and next(checked(journal), None) is not None


async def _restore(files: Files, source: Path) -> Imported:
    making = files.folder / "journal.importing.db"
    remove(making)
    foreign = Foreign()
    try:
        head = await _write(making, source, foreign)
        try:
            # What the views had seen must be in it, should a journal have been lost here.
            found = verify(making, files.views)
        except (Mismatch, Truncated) as other:
            message = f"{files.root} had another journal, or more of this one: import into an empty folder"
            raise Taken(message) from other
        assert found.head == head, "what was written is what was read"
        remove(files.journal)
        # Before the journal is in its place: at no moment do they admit anybody.
        fresh = files.imported.with_suffix(".new")
        fresh.write_bytes(orjson.dumps(foreign.digests()))
        fresh.replace(files.imported)
        making.replace(files.journal)
        sync_folder(files.folder)
    finally:
        remove(making)
    return Imported(found.entries, found.head, changed=True)


class Foreign:
    """The credentials that a journal brings along: whoever holds one got it from another workspace.

    They stay in the journal, whose hashes cover them; what admits here is a matter of this workspace.
    """

    def __init__(self) -> None:
        """None yet."""
        self._issued: set[str] = set()
        self._of_turns: dict[str, str] = {}

    def learn(self, entry: Entry) -> None:
        """Take the next entry. Of an agent's turns only the last one can still run."""
        match entry:
            case CredentialIssued(digest=digest):
                self._issued.add(digest)
            case TurnStarted(agent=agent, credential=digest) if digest:
                self._of_turns[agent] = digest
            case _:
                pass

    def digests(self) -> list[str]:
        """Of all that could admit somebody."""
        return sorted(self._issued | set(self._of_turns.values()))


async def _write(path: Path, source: Path, foreign: Foreign) -> bytes:
    journal = await SqliteJournal.open(path)
    verifier = Verifier()
    try:
        batch: list[Sealed] = []
        for sealed in _sound(source, verifier):
            foreign.learn(unseal(sealed).entry)
            batch.append(sealed)
            if len(batch) == BATCH:
                await journal.append(Record(entries=tuple(batch)), after=batch[0].seq - 1)
                batch = []
        if batch:
            await journal.append(Record(entries=tuple(batch)), after=batch[0].seq - 1)
    finally:
        await journal.close()
    return verifier.leaf


def _compare(files: Files, source: Path, attachments: Path | None) -> Imported:
    """The journal that is here, when `source` is a part of it or all of it. Raises `Taken` or `Damaged`."""
    verifier = Verifier()
    here = Verifier()
    # Of the journal that is here: what was redacted since the export does not come back.
    named: list[AttachmentView] = []
    for line, entry in zip_longest(_sound(source, verifier), _stored(files, here)):
        if line is not None and (entry is None or entry.leaf != line.leaf):
            what = "this journal, but not all of it" if entry is None else "another journal"
            message = f"{files.root} has {what}: import into an empty folder (--workspace DIR)"
            raise Taken(message)
        named += [] if entry is None else named_by(entry)
    carried = None if attachments is None else carry_in(attachments, files.attachments, named)
    return Imported(here.seq, here.leaf, changed=False, carried=carried)


def _stored(files: Files, here: Verifier) -> Iterator[Sealed]:
    for sealed in checked(files.journal):
        here.seq, here.leaf = sealed.seq, sealed.leaf
        yield sealed


def _sound(source: Path, verifier: Verifier, progress: Progress = lambda _done, _all: None) -> Iterator[Sealed]:
    """The file's entries, each checked. Raises `Damaged` or `Unverifiable`."""
    entire = max(source.stat().st_size, 1)
    read = 0
    with source.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES_MAX):
            number += 1
            read += len(line)
            if not line.endswith(b"\n"):
                message = f"{source}, line {number}: it has no end; the file was cut off"
                raise Damaged(message)
            try:
                sealed = from_line(line)
                check(verifier, sealed)
            except Mismatch as mismatch:
                message = f"{source}, line {number}: {mismatch}"
                raise Damaged(message) from mismatch
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                message = f"{source}, line {number}: it is no line of an export"
                raise Damaged(message) from error
            if number == 1 and not isinstance(unseal(sealed).entry, JournalCreated):
                message = f"{source}, line 1: it does not begin a journal"
                raise Damaged(message)
            yield sealed
            if number % BATCH == 0:
                progress(number, max(number, number * entire // read))
    if verifier.unexplained:
        lost = min(verifier.unexplained)
        message = f"{source}, line {lost}: its text is missing, and nobody redacted it"
        raise Damaged(message)


def is_journal(source: Path) -> bool:
    """Whether the first line of a file is one of an export. Raises `OSError`."""
    with source.open("rb") as file:
        first = file.readline(LINE_BYTES_MAX)
    try:
        fields = orjson.loads(first)
    except ValueError:
        # A damaged line of ours begins like one.
        return first.startswith(b'{"seq":')
    return isinstance(fields, dict) and {"seq", "leaf", "head"} <= fields.keys()
