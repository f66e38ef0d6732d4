"""Clients that post while their owner is killed, and what may be wrong with the journal that is left."""

import asyncio
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field

from chatbox.client.endpoint import Files, read_endpoint
from chatbox.client.remote import RemoteCaller
from chatbox.domain import entries as e
from chatbox.operations.caller import Lost

from tests.support.owners import OwnerProcess
from tests.support.processes import BOUND_SECONDS, LINK

CLIENTS = 8
ANSWERS_MAX = 60
"""How many answers an owner gives, at most, before its end is decided."""

MOMENT_SECONDS = 0.02
"""How long after that, at most, it is killed: anywhere in a commit or between two."""

STARTING_SECONDS = 1.0
"""About how long a start takes; one owner in five is killed within it."""

Starting = Callable[[], AbstractAsyncContextManager[OwnerProcess]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a client was told about one of its posts."""

    body: str
    message: int


Told = dict[str, Answered]


@dataclass(slots=True)
class Posting:
    """A client that posts one thing after another, and repeats what was not answered."""

    name: str
    told: Told = field(default_factory=dict)
    count: int = 0
    waiting: bool = False
    repeated: int = 0

    async def go_on(self, caller: RemoteCaller, answered: asyncio.Semaphore) -> None:
        """Until the connection ends."""
        with suppress(Lost):
            while True:
                if self.waiting:
                    self.repeated += 1
                else:
                    self.count += 1
                self.waiting = True
                key = f"{self.name}-{self.count}"
                body = f"{self.name} says {self.count}: {'x' * (self.count * 37 % 2_000)}"
                answer = await caller.call("chat", {"channel": "general", "body": body, "client_key": key})
                self.told[key] = Answered(body, answer["message_id"])
                self.waiting = False
                answered.release()


@asynccontextmanager
async def the_program(files: Files, *flags: str, tracer: Sequence[str] = ()) -> AsyncIterator[OwnerProcess]:
    """`chatbox up`, as a person starts it; it is killed at the end, unless it has ended before.

    A `tracer` runs beside it, not as its parent: the process that is started is `chatbox up` itself.
    """
    process = await launched(files, *flags, tracer=tracer)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(BOUND_SECONDS):
            while not LINK.search((line := await process.stdout.readline()).decode()):
                assert line, (files.root.parent / "up.stderr").read_text()[-3_000:]
        endpoint = read_endpoint(files.endpoint)
        assert endpoint is not None
        assert endpoint.pid == process.pid
        yield OwnerProcess(files, endpoint.url, process.pid, process)
    finally:
        await killed(process)


async def launched(files: Files, *flags: str, tracer: Sequence[str] = ()) -> asyncio.subprocess.Process:
    """`chatbox up`, not yet ready."""
    arguments = (sys.executable, "-m", "chatbox", "up", *flags, "--workspace", str(files.root))
    with (files.root.parent / "up.stderr").open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            *tracer,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=os.environ | {"HOME": str(files.root.parent)},
        )


async def killed(process: asyncio.subprocess.Process) -> None:
    """With SIGKILL; nothing is left of it afterwards."""
    with suppress(ProcessLookupError):
        process.kill()
    assert process.stdout is not None
    await process.stdout.read()
    await process.wait()


async def killed_while_starting(files: Files, rng: random.Random, *flags: str) -> None:
    """An owner that does not live to answer, or hardly."""
    process = await launched(files, *flags)
    with suppress(TimeoutError):
        async with asyncio.timeout(rng.uniform(0, STARTING_SECONDS)):
            await process.wait()
    await killed(process)


async def killed_while_they_post(start: Starting, clients: Sequence[Posting], rng: random.Random) -> None:
    """One owner's life: the clients repeat what the last one left unanswered, then go on until this one dies."""
    answered = asyncio.Semaphore(0)
    async with start() as owner:
        callers = [await owner.person() for _ in clients]
        async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
            for client, caller in zip(clients, callers, strict=True):
                tasks.create_task(client.go_on(caller, answered))
            for _ in range(rng.randint(1, ANSWERS_MAX)):
                await answered.acquire()
            asyncio.get_running_loop().call_later(rng.uniform(0, MOMENT_SECONDS), owner.process.kill)
        await owner.process.wait()
        for caller in callers:
            await caller.close()


async def all_answered(start: Starting, clients: Sequence[Posting]) -> None:
    """The last owner's life: each client gets at least one more answer, hence also the one it waited for."""
    answered = asyncio.Semaphore(0)
    async with start() as owner:
        callers = [await owner.person() for _ in clients]
        async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
            for client, caller in zip(clients, callers, strict=True):
                tasks.create_task(client.go_on(caller, answered))
            before = {client.name: len(client.told) for client in clients}
            while any(len(client.told) == before[client.name] for client in clients):
                await answered.acquire()
            owner.process.kill()
        await owner.process.wait()
        for caller in callers:
            await caller.close()


def wrongs(told: Mapping[str, Answered], history: Sequence[e.Recorded]) -> list[str]:
    """Each answered post that is not there exactly once as it was answered, each doubled key, each gap."""
    posted = [(r, r.entry) for r in history if isinstance(r.entry, e.MessagePosted)]
    keyed = defaultdict[str, list[Answered]](list)
    positions = defaultdict[str, list[int]](list)
    for recorded, message in posted:
        positions[message.channel].append(message.position)
        if recorded.key is not None:
            keyed[recorded.key.key].append(Answered((message.text or {}).get("body", ""), recorded.seq))
    found = [f"{key} was answered, and is {keyed[key]}" for key, one in told.items() if keyed[key] != [one]]
    keys = Counter((r.by, r.key.operation, r.key.key) for r, _ in posted if r.key is not None)
    found += [f"{key} is there {count} times" for (_, _, key), count in keys.items() if count > 1]
    for channel, held in positions.items():
        if held != list(range(1, len(held) + 1)):
            found.append(f"the positions of {channel} have gaps or doubles")
    return found
