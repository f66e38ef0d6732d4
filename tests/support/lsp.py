"""An editor, as far as ChatBox sees one: the real `chatbox lsp` process and JSON-RPC over its stdio."""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
from chatbox.client.endpoint import Files
from chatbox.operations.caller import Lost, Refused

from tests.support.owners import BOUND_SECONDS

_PROGRAM = """
import asyncio, sys
from pathlib import Path
from chatbox.app.editor import serve_editor
from chatbox.client.endpoint import Files
asyncio.run(serve_editor(Files(Path(sys.argv[1])), supervise=True))
"""


class Editor:
    """Implements `Caller` over LSP; its identity is the person of the workspace."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.statuses: list[dict[str, Any]] = []
        self.error_codes: list[int] = []
        self.heard: list[str] = []
        """What came, in order: `answer <id>`, or a notification's method."""
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._told = asyncio.Condition()

    async def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The result; `Refused` when it is an error, `Lost` when the process ends before."""
        return await self.raw(method, orjson.dumps(params))

    async def raw(self, method: str, params: bytes) -> dict[str, Any]:
        """The same, with params that are sent as they are."""
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self.send_bytes(
            b'{"jsonrpc": "2.0", "id": %d, "method": "%b", "params": %b}' % (number, method.encode(), params)
        )
        async with asyncio.timeout(BOUND_SECONDS):
            heard = await answer
        if "error" not in heard:
            return heard["result"] or {}
        error = heard["error"]
        self.error_codes.append(error["code"])
        raise Refused((error.get("data") or {}).get("code", str(error["code"])), error["message"])

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        return await self.request(f"chatbox/{operation}", params)

    async def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        await self.request("chatbox/unfollow", {})
        self._events = asyncio.Queue()
        await self.request("chatbox/follow", {} if after is None else {"after": after})
        while (events := await self._events.get()) is not None:
            yield events
        raise Lost("the process ended")

    async def status(self, state: str, since: int = 0) -> dict[str, Any]:
        """Wait to be told this state; statuses before number `since` don't count."""
        async with asyncio.timeout(BOUND_SECONDS), self._told:
            await self._told.wait_for(lambda: any(s["state"] == state for s in self.statuses[since:]))
        return next(s for s in self.statuses[since:] if s["state"] == state)

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    def leave(self) -> None:
        """Close the pipe, as an editor does that goes away."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    async def ended(self) -> int:
        """The exit code of the process, once it has ended."""
        async with asyncio.timeout(BOUND_SECONDS):
            return await self.process.wait()

    async def close(self) -> None:
        self.leave()

    async def read(self) -> None:
        """Take what the process says, until it says nothing more."""
        out = self.process.stdout
        assert out is not None
        while header := await out.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                header = await out.readline()
            await self._heard(orjson.loads(await out.readexactly(length)))
        self._events.put_nowait(None)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Lost("the process ended"))

    async def _heard(self, message: dict[str, Any]) -> None:
        self.heard.append(message.get("method") or f"answer {message['id']}")
        match message.get("method"):
            case None:
                self._answers.pop(message["id"]).set_result(message)
            case "chatbox/status":
                async with self._told:
                    self.statuses.append(message["params"])
                    self._told.notify_all()
            case "chatbox/events":
                self._events.put_nowait(message["params"])
            case _:
                pass

    def _send(self, message: dict[str, Any]) -> None:
        self.send_bytes(orjson.dumps(message))

    def send_bytes(self, body: bytes) -> None:
        """One framed message, whatever is in it."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


@asynccontextmanager
async def an_editor(files: Files, pid: int | None = None) -> AsyncIterator[Editor]:
    """A `chatbox lsp` that was greeted by process `pid`; killed at the end unless it has ended before."""
    with (files.root.parent / "editor.stderr").open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _PROGRAM,
            str(files.root),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    editor = Editor(process)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(editor.read())
        try:
            await editor.request("initialize", {"processId": pid, "rootUri": None, "capabilities": {}})
            editor.notify("initialized", {})
            yield editor
        finally:
            await editor.kill()
