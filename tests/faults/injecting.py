"""Faults of the disk that strace injects into the system calls of a real owner, and what may be wrong after one.

strace runs beside its owner (`-D`): the process that was started is the owner itself, and the trace is whole once
the owner's stdout has ended.
"""

import asyncio
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from chatbox.app.owning import Options, owning
from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.domain import entries as e
from chatbox.operations.caller import Refused

from tests.faults.killing import Answered, Told
from tests.support.owners import OwnerProcess, verified
from tests.support.processes import BOUND_SECONDS

CLIENTS = 8
POSTS_MAX = 30
"""How many posts a client sends, at most, before it must have been refused."""

BEFORE = "before everything"
"""What a workspace that is filled holds."""

_CODES = ("", "UNKNOWN_OUTCOME", "UNAVAILABLE")
_STRACE = ("strace", "-D", "--seccomp-bpf", "-f", "-y", "-s", "5000")
_WRITES = "write,pwrite64,writev,pwritev,ftruncate"
_TRACED = f"trace={_WRITES},fsync,fdatasync,openat,pread64"
_WRITE = re.compile(rf"^\d+ +({_WRITES.replace(',', '|')})\(")
_SYNCED = re.compile(r"^\d+ +(fdatasync\(.*|<\.\.\. fdatasync resumed>.*)= 0$")
_KEY = re.compile(r"<(client\d+-\d+)>")
_FAILED = "(INJECTED)"


def failing(trace: Path, path: Path, fault: str) -> tuple[str, ...]:
    """A tracer that injects `fault` into calls about `path` alone; only those are counted and traced."""
    assert path == path.resolve(), "strace compares paths as they are"
    return (*_STRACE, "-P", str(path), "-e", _TRACED, "-e", f"inject={fault}", "-o", str(trace))


def log_of(journal: Path) -> Path:
    """SQLite's write-ahead log, where every commit goes; the journal itself is written by a checkpoint."""
    return journal.with_name(f"{journal.name}-wal")


@dataclass(frozen=True, slots=True)
class Said:
    """A post and what its client was told: an answer, or a code and a sentence."""

    key: str
    body: str
    answer: Answered | None
    code: str = ""
    message: str = ""


async def post(caller: RemoteCaller, key: str, size: int = 0) -> Said:
    body = f"<{key}> {'x' * size}"
    try:
        answer = await caller.call("chat", {"channel": "general", "body": body, "client_key": key})
    except Refused as refused:
        return Said(key, body, None, refused.code, refused.message)
    return Said(key, body, Answered(body, answer["message_id"]))


async def post_until_refused(callers: Sequence[RemoteCaller], size: int = 0) -> list[list[Said]]:
    """What each client was told, in order. It goes on after an unknown outcome, and ends with `UNAVAILABLE`."""

    async def go_on(name: str, caller: RemoteCaller) -> list[Said]:
        said: list[Said] = []
        while len(said) < POSTS_MAX and not (said and said[-1].code == "UNAVAILABLE"):
            said.append(await post(caller, f"{name}-{len(said)}", size))
        return said

    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        going = [tasks.create_task(go_on(f"client{number}", caller)) for number, caller in enumerate(callers)]
    return [one.result() for one in going]


def answered(said: Sequence[Sequence[Said]]) -> Told:
    return {one.key: one.answer for of_client in said for one in of_client if one.answer is not None}


def refused(said: Sequence[Sequence[Said]], *codes: str) -> list[Said]:
    return [one for of_client in said for one in of_client if one.code in codes]


async def heard(caller: RemoteCaller) -> list[str]:
    """Every body that the owner shows, in order."""
    messages: list[dict[str, object]] = []
    more = True
    while more:
        after = messages[-1]["id"] if messages else 0
        page = await caller.call("history", {"channel": "general", "after": after, "limit": 500})
        messages += page["messages"]
        more = page["more"]
    return [str(message["body"]) for message in messages]


async def health(url: str) -> dict[str, object]:
    """What the owner says about itself, over a connection of its own."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(f"GET /health HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        async with asyncio.timeout(BOUND_SECONDS):
            answer = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    found: dict[str, object] = orjson.loads(answer.partition(b"\r\n\r\n")[2])
    return found


async def filled(files: Files) -> None:
    """A workspace that was used and ended properly: the next commit is the first in a new log."""
    async with owning(files, Options(supervise=False)) as owner:
        assert owner.person is not None
        await owner.caller(owner.person).call("chat", {"channel": "general", "body": BEFORE})
    assert not log_of(files.journal).exists()


def wrongs_of_the_stop(said: Sequence[Sequence[Said]]) -> list[str]:
    """What the clients of an owner whose journal failed should not have been told."""
    found = []
    for of_client in said:
        codes = [one.code for one in of_client]
        after = codes[next((at for at, code in enumerate(codes) if code), len(codes)) :]
        if "" in after:
            found.append(f"{of_client[0].key} and those behind it: one was answered after a refusal")
        if after.count("UNKNOWN_OUTCOME") > 1:
            found.append(f"{of_client[0].key} and those behind it: two have an unknown outcome")
        if codes[-1] != "UNAVAILABLE":
            found.append(f"{of_client[-1].key} was not told that nothing goes on any more")
        found += [f"{one.key} was told {one.code}" for one in of_client if one.code not in _CODES]
    if not refused(said, "UNKNOWN_OUTCOME"):
        found.append("nobody was told that an outcome is unknown")
    for code in _CODES:
        if len({one.message for one in refused(said, code)}) > 1:
            found.append(f"{code} was explained in different ways")
    return found


def writes_after_the_failure(trace: Path) -> list[str]:
    """Every call that changes the traced file after the first one that failed."""
    lines = trace.read_text().splitlines()
    failed = [at for at, line in enumerate(lines) if _FAILED in line]
    assert failed, "nothing was injected"
    return [line[:200] for line in lines[failed[0] + 1 :] if _WRITE.match(line)]


def failed_batch(trace: Path, told: Mapping[str, Answered]) -> set[str]:
    """The keys of those posts that were written since the last fsync that did not fail."""
    written: set[str] = set()
    for line in trace.read_text().splitlines():
        if _FAILED in line:
            return written - set(told)
        if _SYNCED.match(line):
            written.clear()
        elif _WRITE.match(line):
            written |= set(_KEY.findall(line))
    msg = "nothing was injected"
    raise AssertionError(msg)


async def wrongs_on_disk(files: Files, image: Path, said: Sequence[Sequence[Said]]) -> list[str]:
    """What the files of an owner that has ended hold, against what its clients were told. They stay as they are."""
    copy = Files(image)
    copy.folder.mkdir(parents=True)
    for path in (files.journal, log_of(files.journal)):
        if path.exists():
            shutil.copy(path, copy.folder)
    history = await verified(copy)
    there = {r.key.key for r in history if isinstance(r.entry, e.MessagePosted) and r.key is not None}
    unavailable = refused(said, "UNAVAILABLE")
    return [f"{one.key} was UNAVAILABLE, and is there" for one in unavailable if one.key in there]


async def repeated(owner: OwnerProcess, said: Sequence[Sequence[Said]]) -> Told:
    """Whatever was not answered is asked for again with the same client key; everything that is answered by now."""
    told = answered(said)
    person = await owner.person()
    for one in refused(said, "UNKNOWN_OUTCOME", "UNAVAILABLE"):
        again = await post(person, one.key, len(one.body) - len(f"<{one.key}> "))
        assert again.answer is not None, again
        told[one.key] = again.answer
    assert sorted(await heard(person)) == sorted([BEFORE, *(one.body for one in told.values())])
    await person.close()
    return told
