"""Owners of a workspace, in a process of their own, and what the journal that they leave says.

Run as a program, this file is such an owner; its flags make it one that is known to be bad, for the controls.
"""

import asyncio
import logging
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson
import psutil
import pytest
from chatbox.client.endpoint import Files, person_token
from chatbox.client.remote import RemoteCaller
from chatbox.domain import batch
from chatbox.domain.chain import Verifier, unseal
from chatbox.domain.entries import Recorded
from chatbox.journal import sqlite
from chatbox.operations.caller import Lost

BOUND_SECONDS = 15.0
"""How long anything that a test waits for may take."""

T = TypeVar("T")


def a_workspace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """The files of a new workspace, whose person's token lies in this test's own folder."""
    for name in [name for name in os.environ if name.startswith("AGENTCHAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    root = folder / "ws"
    root.mkdir()
    return Files(root)


async def eventually(check: Callable[[], Awaitable[T]]) -> T:
    """The first true answer of `check`, asked again and again within the bound."""
    async with asyncio.timeout(BOUND_SECONDS):
        while True:
            found = await check()
            if found:
                return found
            await asyncio.sleep(0.02)


async def gone(pid: int) -> bool:
    """Whether no such process runs any more."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def verified(files: Files) -> list[Recorded]:
    """Every entry of a journal that nobody owns, after its chain was checked."""
    journal = await sqlite.SqliteJournal.open(files.journal)
    try:
        return await _checked(journal)
    finally:
        await journal.close()


async def _checked(journal: sqlite.SqliteJournal) -> list[Recorded]:
    verifier, found = Verifier(), list[Recorded]()
    while page := await journal.read(verifier.seq, 1_000):
        for sealed in page:
            verifier.check(sealed)
            found.append(unseal(sealed))
    assert not verifier.unexplained
    return found


@dataclass(slots=True)
class OwnerProcess:
    """A running owner."""

    files: Files
    url: str
    pid: int
    process: asyncio.subprocess.Process

    async def person(self) -> RemoteCaller:
        """The person of the workspace, over a WebSocket."""
        return await connected(self.files, self.url)

    async def kill(self) -> None:
        """As a power button would, but for the disk."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> None:
        """As a person would."""
        person = await self.person()
        with suppress(Lost):
            await person.call("stop", {})
        await person.close()
        async with asyncio.timeout(BOUND_SECONDS):
            await self.process.wait()


async def connected(files: Files, url: str) -> RemoteCaller:
    """The person of `files`, connected to `url`."""
    token = person_token(files)
    assert token is not None
    return await RemoteCaller.connect(url, token)


@asynccontextmanager
async def an_owner(files: Files, *flags: str, tracer: Sequence[str] = ()) -> AsyncIterator[OwnerProcess]:
    """A process that owns the workspace; it is killed at the end, unless it has ended before."""
    with (files.root.parent / "owner.stderr").open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *tracer, sys.executable, __file__, str(files.root), *flags, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    assert process.stdout is not None
    pid = process.pid
    try:
        async with asyncio.timeout(BOUND_SECONDS):
            line = await process.stdout.readline()
        assert line, (files.root.parent / "owner.stderr").read_text()[-3_000:]
        ready = orjson.loads(line)
        pid = ready["pid"]
        yield OwnerProcess(files, ready["url"], pid, process)
    finally:
        for one in {pid, process.pid}:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        await process.wait()


def _commit_rarely(flag: str) -> None:
    """Known to be bad: answers are given before their commit, which takes place once in a while."""
    every, done = int(flag), 0

    def transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], None]) -> None:
        nonlocal done
        if not db.in_transaction:
            db.execute("BEGIN IMMEDIATE")
        work(db)
        done += 1
        if done % every == 0:
            db.execute("COMMIT")

    vars(sqlite)["transaction"] = transaction


def _forget_keys(_flag: str) -> None:
    """Known to be bad: a repeated request is carried out again."""
    vars(batch)["_repeated"] = lambda *_: None


def _sync_less(flag: str) -> None:
    """Known to be bad when `flag` is NORMAL: a commit is not synced."""
    real = sqlite.SqliteJournal.open

    async def less(path: Path) -> sqlite.SqliteJournal:
        return await real(path, synchronous=flag)

    sqlite.SqliteJournal.open = less  # type: ignore[method-assign,assignment]


def _log_everything(flag: str) -> None:
    path, _, level = flag.rpartition(":")
    logging.basicConfig(filename=path, level=level)


FLAGS: dict[str, Callable[[str], None]] = {
    "--commit-rarely": _commit_rarely,
    "--forget-keys": _forget_keys,
    "--synchronous": _sync_less,
    "--log": _log_everything,
}


async def _own(root: str, flags: Sequence[str]) -> None:
    for flag in flags:
        name, _, value = flag.partition("=")
        FLAGS[name](value)
    from chatbox.app.owning import Options, owning  # noqa: PLC0415 - after what is known to be bad was put in place

    async with owning(Files(Path(root)), Options()) as owner:
        ready: dict[str, Any] = {"url": owner.url, "pid": os.getpid()}
        sys.stdout.buffer.write(orjson.dumps(ready) + b"\n")
        sys.stdout.buffer.flush()
        await owner.workspace.stopping.wait()


if __name__ == "__main__":
    asyncio.run(_own(sys.argv[1], sys.argv[2:]))
