"""A tunnel: a program that runs as long as the room, and says under which address it can be reached."""

import asyncio
import contextlib
import subprocess
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import chatbox

START_SECONDS = 20.0
SETTLE_SECONDS = 6.0
ENDING_SECONDS = 5.0
LINE_BYTES_MAX = 64 * 1024
LINES_KEPT = 8

_LEASH = "import sys; sys.path[:0] = [sys.argv.pop(1)]; from chatbox.tunnels.leash import main; main()"
"""Our package may lie in an archive, which is no program that Python could be given by its path."""

Noted = Callable[[int], AbstractContextManager[object]]
"""Remembers a process for as long as it runs, so that it can be ended after a crash of ours."""


class TunnelFailed(Exception):  # noqa: N818 - reads as the fact it states
    """There is no tunnel; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """How to start one, and what its lines say: its address, and that it is connected (at once, if it never says)."""

    name: str
    command: tuple[str, ...]
    address_in: Callable[[str], str | None]
    is_connected: Callable[[str], bool]
    """Also asked of the line with the address."""


@dataclass(slots=True)
class Tunnel:
    """One that runs. `ended` is set when its program goes away by itself."""

    url: str
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def host(self) -> str:
        """The Host header of the requests that come through it."""
        return urlsplit(self.url).netloc


def unnoted(_pid: int) -> AbstractContextManager[object]:
    """Where nobody could look the note up."""
    return contextlib.nullcontext()


@asynccontextmanager
async def running(program: Program, noted: Noted = unnoted) -> AsyncIterator[Tunnel]:
    """Keep the tunnel open while in here. Raises `TunnelFailed`."""
    process = await _started(program)
    assert process.stdout is not None, "made with a pipe"
    try:
        with noted(process.pid):
            tunnel = Tunnel(await _address(program, process.stdout))
            async with asyncio.TaskGroup() as tasks:
                reader = tasks.create_task(_drain(process.stdout, tunnel))
                try:
                    yield tunnel
                finally:
                    reader.cancel()
    finally:
        await _end(process)


def leashed(command: tuple[str, ...]) -> tuple[str, ...]:
    """The command as a child of `chatbox.tunnels.leash`, which ends it when the pipe to its stdin ends."""
    # Isolated: neither the user's environment nor the folder that this runs in has a say in what it imports.
    return (sys.executable, "-I", "-S", "-c", _LEASH, str(Path(chatbox.__file__).parents[1]), *command)


async def _started(program: Program) -> asyncio.subprocess.Process:
    # In a group of its own: Ctrl-C is for us, and we end it when the guests have been told.
    new_group = int(getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0))
    options = {"creationflags": new_group} if sys.platform == "win32" else {"start_new_session": True}
    try:
        return await asyncio.create_subprocess_exec(
            *leashed(program.command),
            # Never written to: it ends when we do, however that happens.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            limit=LINE_BYTES_MAX,
            **options,
        )
    except OSError as error:
        msg = f"{program.name} cannot be started ({error.strerror}): check {sys.executable}"
        raise TunnelFailed(msg) from error


async def _address(program: Program, stdout: asyncio.StreamReader) -> str:
    lines: deque[str] = deque(maxlen=LINES_KEPT)
    found: str | None = None
    try:
        async with asyncio.timeout(START_SECONDS) as limit:
            while True:
                line = await _line(stdout)
                if line is None:
                    msg = f"{program.name} ended before it had an address. It said: {' / '.join(lines) or 'nothing'}"
                    raise TunnelFailed(msg)
                lines.append(line)
                if found is None:
                    found = program.address_in(line)
                    if found is not None:
                        limit.reschedule(asyncio.get_running_loop().time() + SETTLE_SECONDS)
                if found is not None and program.is_connected(line):
                    return found
    except TimeoutError as late:
        if found is not None:
            # It has an address and is still connecting: guests can try.
            return found
        msg = f"{program.name} had no address within {START_SECONDS:g} s. It said: {' / '.join(lines) or 'nothing'}"
        raise TunnelFailed(msg) from late


async def _line(stdout: asyncio.StreamReader) -> str | None:
    """The next line, `None` at the end; one that is far too long is passed over."""
    while True:
        try:
            read = await stdout.readline()
        except ValueError:
            continue
        return read.decode("utf-8", "replace").strip() if read else None


async def _drain(stdout: asyncio.StreamReader, tunnel: Tunnel) -> None:
    """Read on, so that its pipe never fills, until it ends."""
    while await _line(stdout) is not None:
        pass
    tunnel.ended.set()


async def _end(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None, "made with a pipe"
    process.stdin.close()
    try:
        async with asyncio.timeout(ENDING_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
