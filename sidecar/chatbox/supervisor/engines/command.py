"""Any program as an agent: the turn as JSON on stdin, what it says as JSON lines on stdout.

It runs without a sandbox, so the declaration must say `unattended = true`. It gets a small environment: a person's
token is never in it. Whatever the program leaves running is ended with the turn.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from chatbox.ports import EngineFailed, TurnSpec
from chatbox.supervisor.processes import Leftovers, end_tree

OUTPUT_BYTES_MAX = 4 * 1024 * 1024
ERROR_LINES_KEPT = 20
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
        process = await self._start(spec)
        with self._leftovers.noted(spec.agent, process.pid):
            try:
                async with asyncio.timeout(self._timeout_seconds):
                    out, err = await process.communicate(_request(spec))
            except TimeoutError as error:
                msg = f"It took longer than {self._timeout_seconds:g} s and was ended."
                raise EngineFailed(msg) from error
            finally:
                await end_tree(process.pid)
        if process.returncode != 0:
            msg = f"It exited with {process.returncode}. {_tail(err)}".strip()
            raise EngineFailed(msg)
        return _said(out, spec)

    async def _start(self, spec: TurnSpec) -> asyncio.subprocess.Process:
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        environment |= {
            "AGENTCHAT_WORKSPACE": spec.workspace,
            "AGENTCHAT_URL": spec.url,
            "AGENTCHAT_AGENT_NAME": spec.agent,
            "AGENTCHAT_TOKEN": spec.token,
        }
        new_group = {"creationflags": _new_group()} if sys.platform == "win32" else {"start_new_session": True}
        try:
            return await asyncio.create_subprocess_exec(
                *self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=Path(spec.workspace),
                env=environment,
                limit=OUTPUT_BYTES_MAX,
                **new_group,
            )
        except OSError as error:
            msg = f"`{self._command[0]}` cannot be started: {error.strerror}. Check `command` in agents.toml."
            raise EngineFailed(msg) from error


def _new_group() -> int:
    return int(getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0))


def _request(spec: TurnSpec) -> bytes:
    """The turn, as the program reads it."""
    brief = spec.brief.model_dump(mode="json")
    turn = spec.model_dump(mode="json", include={"agent", "turn", "epoch", "attempt", "workspace"})
    return orjson.dumps(turn | brief) + b"\n"


def _said(out: bytes, spec: TurnSpec) -> list[dict[str, Any]]:
    """Each line is one thing to say; without `channel` or `post_id` it goes where the last message came from."""
    if len(out) > OUTPUT_BYTES_MAX:
        msg = f"It printed more than {OUTPUT_BYTES_MAX} bytes."
        raise EngineFailed(msg)
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
