"""Any program as an agent: the turn as JSON on stdin, what it says as JSON lines on stdout.

It runs without a sandbox, so the declaration must say `unattended = true`. It gets a small environment: a person's
token is never in it. Whatever the program leaves running is ended with the turn.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from chatbox.ports import EngineFailed, TurnSpec
from chatbox.supervisor.jobs import new_group
from chatbox.supervisor.leftovers import Leftovers
from chatbox.supervisor.processes import end_tree

OUTPUT_BYTES_MAX = 4 * 1024 * 1024
STREAM_BYTES = 64 * 1024
ERROR_LINES_KEPT = 20
ERROR_BYTES_KEPT = 64 * 1024
ENVIRONMENT = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "USERNAME",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
)


class CommandEngine:
    """Runs `command` in the workspace's folder, once a turn."""

    def __init__(self, command: tuple[str, ...], timeout_seconds: float, leftovers: Leftovers) -> None:
        """`leftovers` remembers what runs, for an owner that comes after a crash of this one."""
        self._command = command
        self._timeout_seconds = timeout_seconds
        self._leftovers = leftovers

    async def run(self, spec: TurnSpec) -> list[dict[str, Any]]:
        """See `Engine.run`."""
        process, exited, transport = await self._start(spec)
        with self._leftovers.noted(spec.agent, process.pid) as end_job:
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    out, err = await _converse(process, exited, _request(spec), end_job)
            except TimeoutError as error:
                msg = f"It took longer than {self._timeout_seconds:g} s and was ended."
                raise EngineFailed(msg) from error
            finally:
                await end_tree(process.pid)
                # Whoever else may hold its pipes: our ends are closed.
                transport.close()
        if process.returncode != 0:
            msg = f"It exited with {process.returncode}. {_tail(err)}".strip()
            raise EngineFailed(msg)
        return _said(out, spec)

    async def _start(
        self, spec: TurnSpec
    ) -> tuple[asyncio.subprocess.Process, asyncio.Event, asyncio.SubprocessTransport]:
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        environment |= {
            "AGENTCHAT_WORKSPACE": spec.workspace,
            "AGENTCHAT_URL": spec.url,
            "AGENTCHAT_AGENT_NAME": spec.agent,
            "AGENTCHAT_TOKEN": spec.token,
        }
        # On Windows a name alone does not find `npx.cmd`.
        program = (sys.platform == "win32" and shutil.which(self._command[0])) or self._command[0]
        loop = asyncio.get_running_loop()
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: _Watched(STREAM_BYTES, loop),
                program,
                *self._command[1:],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=Path(spec.workspace),
                env=environment,
                **new_group(),
            )
        except OSError as error:
            msg = f"`{self._command[0]}` cannot be started: {error.strerror}. Check `command` in agents.toml."
            raise EngineFailed(msg) from error
        return asyncio.subprocess.Process(transport, protocol, loop), protocol.exited, transport


class _Watched(asyncio.subprocess.SubprocessStreamProtocol):
    """Says when the program has exited; asyncio's own `wait` also waits for whoever else holds its pipes."""

    def __init__(self, limit: int, loop: asyncio.AbstractEventLoop) -> None:
        """`limit` bounds what is buffered of each stream."""
        super().__init__(limit, loop)
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        """See `asyncio.SubprocessProtocol`."""
        super().process_exited()
        self.exited.set()


async def _converse(
    process: asyncio.subprocess.Process, exited: asyncio.Event, request: bytes, end_job: Callable[[], None]
) -> tuple[bytes, bytes]:
    """Its output and its errors. It ends when the program does, whoever else still holds the pipes."""
    assert process.stdin is not None, "made with pipes"
    assert process.stdout is not None, "made with pipes"
    assert process.stderr is not None, "made with pipes"
    async with asyncio.TaskGroup() as pipes:
        out = pipes.create_task(_read(process.stdout, OUTPUT_BYTES_MAX))
        err = pipes.create_task(_read_tail(process.stderr))
        # Whoever reads nothing may have closed it already; uvloop says that with a RuntimeError.
        with contextlib.suppress(ConnectionError, RuntimeError):
            process.stdin.write(request)
            await process.stdin.drain()
        process.stdin.close()
        ended = pipes.create_task(exited.wait())
        await asyncio.wait((ended, out), return_when=asyncio.FIRST_COMPLETED)
        if not out.done() or len(out.result()) <= OUTPUT_BYTES_MAX:
            await ended
        await end_tree(process.pid)
        # Where there are no sessions, only the job knows what a program that has gone left behind with its pipes.
        end_job()
    if len(out.result()) > OUTPUT_BYTES_MAX:
        msg = f"It printed more than {OUTPUT_BYTES_MAX} bytes and was ended."
        raise EngineFailed(msg)
    return out.result(), err.result()


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    """Everything, or a little more than `most` of it."""
    held = bytearray()
    while len(held) <= most and (chunk := await stream.read(STREAM_BYTES)):
        held += chunk
    return bytes(held)


async def _read_tail(stream: asyncio.StreamReader) -> bytes:
    held = bytearray()
    while chunk := await stream.read(STREAM_BYTES):
        held += chunk
        del held[:-ERROR_BYTES_KEPT]
    return bytes(held)


def _request(spec: TurnSpec) -> bytes:
    """The turn, as the program reads it."""
    brief = spec.brief.model_dump(mode="json")
    turn = spec.model_dump(mode="json", include={"agent", "turn", "epoch", "attempt", "workspace"})
    return orjson.dumps(turn | brief) + b"\n"


def _said(out: bytes, spec: TurnSpec) -> list[dict[str, Any]]:
    """Each line is one thing to say; without `channel` or `post_id` it goes where the last message came from."""
    said: list[dict[str, Any]] = []
    for number, line in enumerate(out.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            msg = f"Line {number} of its output is not JSON: {line[:200]!r}"
            raise EngineFailed(msg) from error
        if not isinstance(one, dict):
            msg = f'Line {number} of its output must be an object such as {{"body": "…"}}.'
            raise EngineFailed(msg)
        said.append(_addressed(one, spec))
    return said


def _addressed(one: dict[str, Any], spec: TurnSpec) -> dict[str, Any]:
    if "kind" not in one:
        one["kind"] = "reply" if "post_id" in one else "post" if "title" in one else "chat"
    if "channel" not in one and "post_id" not in one:
        brief = spec.brief
        newest = brief.messages[-1].channel if brief.messages else None
        one["channel"] = newest or (brief.decisions[-1].channel if brief.decisions else "#general")
    return one


def _tail(err: bytes) -> str:
    lines = err.decode("utf-8", "replace").strip().splitlines()
    return "\n".join(lines[-ERROR_LINES_KEPT:])
