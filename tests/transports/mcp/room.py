"""A workspace that answers on a real port, and MCP clients of it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx2
from chatbox.app.assembling import assembled
from chatbox.attachments.store import FolderAttachments
from chatbox.broker.waiting import Heard, Waiting
from chatbox.domain.commands import AdmitPerson
from chatbox.domain.values import Limits
from chatbox.journal.memory import MemoryJournal
from chatbox.operations.door import Admission
from chatbox.operations.tokens import digest_of
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place
from chatbox.transports.http.application import application
from chatbox.transports.http.server import Server, listen
from chatbox.transports.mcp.mounting import PROGRESS_SECONDS, LazyMcp
from chatbox.transports.mcp.mounting import refused as refused_by
from chatbox.views.store import ViewStore
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support.clocks import ManualClock

Era = Literal["legacy", "2026-07-28"]
Over = Literal["http", "stdio"]

ERAS: tuple[Era, ...] = ("legacy", "2026-07-28")
ADMISSION = "the admission token"
PERSON = "the person's token"
BOUND_SECONDS = 60
SHIM = "import asyncio, sys; from chatbox.transports.mcp.stdio import shim; "


class Watched(Waiting):
    """Counts who waits, and lets a test wait for that number."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__(waiting._broker, waiting._reading)  # noqa: SLF001 - the same one, watched
        self.waiters = 0
        self._came = 0
        self._changed = asyncio.Condition()

    async def listen(self, *asked: Any, **options: Any) -> Heard:
        await self._count(1)
        try:
            return await super().listen(*asked, **options)
        finally:
            await self._count(-1)

    async def are(self, waiters: int) -> None:
        """Return when exactly so many wait."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.waiters == waiters)

    async def have_come(self, waiters: int) -> None:
        """Return when so many have begun to wait, whether they still do or not."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._came >= waiters)

    async def _count(self, more: int) -> None:
        async with self._changed:
            self.waiters += more
            self._came += max(more, 0)
            self._changed.notify_all()


@dataclass(slots=True)
class Room:
    """A running workspace."""

    port: int
    workspace: Workspace
    mcp: LazyMcp
    waiting: Watched

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def client(self, token: str, era: Era, over: Over = "http") -> AsyncIterator[Client]:
        """A connected client that holds `token`."""
        if over == "stdio":
            async with Client(shim_of(self.url, token), mode=era) as client:
                yield client
            return
        headers = {"authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=BOUND_SECONDS, trust_env=False) as http,
            Client(streamable_http_client(f"{self.url}/mcp", http_client=http), mode=era) as client,
        ):
            yield client

    async def session(self, name: str, *channels: str) -> str:
        """The session token of a visiting agent."""
        by = self.workspace.door.identify(ADMISSION)
        token = await self.workspace.door.admit(by, name, list(channels))  # type: ignore[arg-type]
        assert isinstance(token, str)
        return token


@dataclass(slots=True)
class Memory:
    """What outlives a server: its journal, its time and its port."""

    folder: Path
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    clock: ManualClock = field(default_factory=ManualClock)
    port: int = 0


class Signing:
    """Puts a token into each request that has none."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._header = (b"authorization", f"Bearer {token}".encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not any(name == b"authorization" for name, _ in scope["headers"]):
            scope = {**scope, "headers": [*scope["headers"], self._header]}
        await self._app(scope, receive, send)


@asynccontextmanager
async def room(
    memory: Memory, progress_seconds: float = PROGRESS_SECONDS, signed_as: str | None = None
) -> AsyncIterator[Room]:
    """Open the workspace and serve it, as the composition root does. Nothing in here takes forever.

    `signed_as` is the agent that speaks in every request without a token, for programs that know of none.
    """
    sockets = listen(memory.port)
    memory.port = sockets[0].getsockname()[1]
    place = Place(port=memory.port)
    views = await ViewStore.open(memory.folder / "views.db")
    attachments = await FolderAttachments.open(memory.folder / "attachments", memory.clock, Limits())
    try:
        async with (
            asyncio.timeout(BOUND_SECONDS),
            assembled(
                memory.journal,
                views,
                attachments,
                memory.clock,
                name="tests",
                url=f"http://127.0.0.1:{memory.port}",
                admission=Admission(ADMISSION),
                journal_id="0" * 32,
            ) as parts,
            asyncio.TaskGroup() as tasks,
            LazyMcp(parts.workspace, place, progress_seconds) as mcp,
        ):
            await parts.workspace.broker.submit(AdmitPerson(person="ada", digest=digest_of(PERSON)))
            parts.workspace.waiting = waiting = Watched(parts.workspace.waiting)
            app = application(parts.workspace, parts.feed, place, [Route("/mcp", mcp)], {"/mcp": refused_by})
            here = Room(memory.port, parts.workspace, mcp, waiting)
            served: ASGIApp = app if signed_as is None else Signing(app, await here.session(signed_as, "#general"))
            server = Server(served, asyncio.Protocol)  # nobody here asks for a WebSocket
            tasks.create_task(server.serve(sockets))
            try:
                yield here
            finally:
                mcp.end()
                server.end()
    finally:
        await attachments.close()
        await views.close()


def shim_of(url: str, token: str, name: str | None = None) -> StdioServerParameters:
    """The stdio shim as a process."""
    code = f"{SHIM} asyncio.run(shim(sys.argv[1], sys.argv[2], {name!r}))"
    return StdioServerParameters(command=sys.executable, args=["-c", code, url, token])


async def tell(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured result of a tool that must succeed."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer
    assert isinstance(answer.structured_content, dict)
    return answer.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """The code with which a tool refuses."""
    answer: CallToolResult = await client.call_tool(tool, arguments)
    assert answer.is_error, answer
    error = answer.structured_content["error"]
    assert answer.content[0].text == f"{error['code']}: {error['message']}"  # type: ignore[union-attr]
    return str(error["code"])
