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
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import aiosqlite
import orjson
import psutil
import pytest
from chatbox.attachments import durable, folder
from chatbox.broker import broker as broker_module
from chatbox.broker.broker import Answer, Broker
from chatbox.client.endpoint import Files, person_token
from chatbox.client.remote import RemoteCaller
from chatbox.connection import Connection
from chatbox.domain import batch
from chatbox.domain.chain import Verifier, unseal
from chatbox.domain.entries import Recorded
from chatbox.domain.refusal import Refusal
from chatbox.journal import sqlite
from chatbox.operations.caller import Lost
from chatbox.ports import JournalFailed

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

    async def read_to_its_end(self) -> None:
        """Until nobody holds its stdout any more: a tracer that ran beside it has then written everything."""
        assert self.process.stdout is not None
        async with asyncio.timeout(BOUND_SECONDS):
            await self.process.stdout.read()

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
    nothing = vars(sqlite)["_write_nothing"]

    def transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], None]) -> None:
        nonlocal done
        if work is nothing:
            return
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


def _go_on(_flag: str) -> None:
    """Known to be bad: a failed commit stops nobody."""
    real = Broker._write  # noqa: SLF001 - what the flag breaks

    async def write(broker: Broker, waiting: Any) -> None:
        with suppress(JournalFailed):
            await real(broker, waiting)

    Broker._write = write  # type: ignore[method-assign,assignment]  # noqa: SLF001
    sqlite.SqliteJournal._check_usable = lambda _journal: None  # type: ignore[method-assign,assignment]  # noqa: SLF001


def _deny_unknown(_flag: str) -> None:
    """Known to be bad: what may have been recorded is said not to have been."""
    real = vars(broker_module)["_answer"]

    def answer(waiting: Any, answers: Sequence[Answer]) -> None:
        real(waiting, [a.model_copy(update={"code": "UNAVAILABLE"}) if isinstance(a, Refusal) else a for a in answers])

    vars(broker_module)["_answer"] = answer


def _on_the_loop(_flag: str) -> None:
    """Known to be bad: whoever commits holds up everybody."""

    async def do(connection: Any, work: Callable[[sqlite3.Connection], T]) -> T:
        return work(connection._connection._conn)  # noqa: SLF001 - past its thread

    Connection.do = do  # type: ignore[method-assign,assignment]
    vars(aiosqlite)["connect"] = partial(aiosqlite.connect, check_same_thread=False)


def _backwards(_flag: str) -> None:
    """Known to be bad: who asked last is served first."""
    real = Broker._write  # noqa: SLF001 - what the flag breaks

    async def write(broker: Broker, waiting: Any) -> None:
        await real(broker, waiting[::-1])

    Broker._write = write  # type: ignore[method-assign,assignment]  # noqa: SLF001


def _trust_the_file(_flag: str) -> None:
    """Known to be bad: that nothing can be written is not noticed at the start."""
    real = vars(sqlite)["transaction"]
    nothing = vars(sqlite)["_write_nothing"]

    def transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], None]) -> None:
        if work is not nothing:
            real(db, work)

    vars(sqlite)["transaction"] = transaction


def _files_unsynced(_flag: str) -> None:
    """Known to be bad: files of messages are left to the kernel."""
    for module in (durable, folder):
        vars(module)["os"] = SimpleNamespace(**vars(os) | {"fsync": lambda _handle: None})


def _condemn_nothing(_flag: str) -> None:
    """Known to be bad: what is redacted is removed without a note that says so beforehand."""
    folder.Folder.condemn = lambda _folder, _contents: None  # type: ignore[method-assign,assignment]


def _die_removing(_flag: str) -> None:
    """Killed right before a file is removed that nothing names any more."""
    folder.Folder.settle = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]


def _log_everything(flag: str) -> None:
    path, _, level = flag.rpartition(":")
    logging.basicConfig(filename=path, level=level)


FLAGS: dict[str, Callable[[str], None]] = {
    "--backwards": _backwards,
    "--commit-rarely": _commit_rarely,
    "--condemn-nothing": _condemn_nothing,
    "--deny-unknown": _deny_unknown,
    "--die-removing": _die_removing,
    "--files-unsynced": _files_unsynced,
    "--forget-keys": _forget_keys,
    "--go-on": _go_on,
    "--log": _log_everything,
    "--on-the-loop": _on_the_loop,
    "--synchronous": _sync_less,
    "--trust-the-file": _trust_the_file,
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
