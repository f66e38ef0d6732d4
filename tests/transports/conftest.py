"""One scene for every transport: the same workspace, and somebody who speaks through the transport under test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files, admission_token, person_token
from chatbox.client.remote import RemoteCaller
from chatbox.domain.values import Identity
from chatbox.operations.caller import Caller
from mcp import Client

from tests.support.lsp import an_editor
from tests.support.owners import BOUND_SECONDS, a_workspace
from tests.support.talkers import HttpCaller, McpCaller, OriginalCaller, over_mcp
from tests.transports.house import House
from tests.transports.mcp.room import shim_of

TRANSPORTS = ("local", "websocket", "http", "lsp", "lsp-client", "mcp")


@dataclass(slots=True)
class Scene:
    """A workspace that answers at `url`; `me` speaks through the transport under test."""

    files: Files
    url: str
    transport: str
    owner: Owner | None
    stack: AsyncExitStack
    tasks: asyncio.TaskGroup
    over_now: asyncio.Event = field(default_factory=asyncio.Event)
    me: Caller = field(init=False)

    @property
    def name(self) -> str:
        """Who speaks through the transport: agents over MCP, else the person."""
        return "me" if self.transport == "mcp" else "root"

    async def again(self) -> Caller:
        """Me, after my connection was made anew where there is one."""
        if self.transport != "websocket":
            return self.me
        token = person_token(self.files)
        assert token is not None
        return await self.over("websocket", token)

    async def agent(self, name: str, *channels: str) -> Caller:
        """A visiting agent, over a WebSocket."""
        return await self.over("websocket", await self.session(name, *channels))

    async def session(self, name: str, *channels: str) -> str:
        """The session token of a visiting agent."""
        admission = admission_token(self.files)
        assert admission is not None
        door = HttpCaller(self.url, admission)
        self.stack.push_async_callback(door.close)
        hello = await door.call("hello", {"name": name, "default_channels": list(channels)})
        return str(hello["session_token"])

    async def over(self, transport: str, token: str) -> Caller:
        """Whoever holds `token`, through a transport."""
        caller: Caller
        match transport:
            case "local":
                assert self.owner is not None
                by = self.owner.workspace.door.identify(token)
                assert isinstance(by, Identity)
                caller = self.owner.caller(by)
            case "http":
                caller = HttpCaller(self.url, token)
            case "original":
                caller = OriginalCaller(self.url, token)
            case "mcp":
                return await self._held(over_mcp(self.url, token))
            case "stdio":
                return await self._held(over_stdio(self.url, token))
            case _:
                caller = await RemoteCaller.connect(self.url, token)
        self.stack.push_async_callback(caller.close)
        return caller

    async def _held(self, connecting: AbstractAsyncContextManager[Caller]) -> Caller:
        ready: asyncio.Future[Caller] = asyncio.get_running_loop().create_future()

        async def hold() -> None:
            # In a task of its own: the SDK's cancel scopes must be left in the task that entered them.
            async with connecting as caller:
                ready.set_result(caller)
                await self.over_now.wait()

        self.tasks.create_task(hold())
        async with asyncio.timeout(BOUND_SECONDS):
            return await ready


@asynccontextmanager
async def around(files: Files, url: str, transport: str, owner: Owner | None) -> AsyncIterator[Scene]:
    """A scene around a workspace that runs; whoever came in leaves at the end."""
    async with asyncio.TaskGroup() as tasks, AsyncExitStack() as stack:
        scene = Scene(files, url, transport, owner, stack, tasks)
        try:
            yield scene
        finally:
            scene.over_now.set()


@asynccontextmanager
async def a_scene(files: Files, transport: str) -> AsyncIterator[Scene]:
    """The workspace is owned here, except for `lsp`, where the editor's own process owns it."""
    if transport == "lsp":
        async with an_editor(files) as editor:
            url = (await editor.status("owner"))["url"]
            async with around(files, url, transport, None) as scene:
                scene.me = editor
                yield scene
        return
    async with owning(files, Options()) as owner, around(files, owner.url, transport, owner) as scene:
        if transport == "lsp-client":
            editor = await scene.stack.enter_async_context(an_editor(files))
            await editor.status("client")
            scene.me = editor
        elif transport == "mcp":
            scene.me = await scene.over("mcp", await scene.session("me", "#general", "#human"))
        else:
            token = person_token(files)
            assert token is not None
            scene.me = await scene.over(transport, token)
        yield scene


@asynccontextmanager
async def over_stdio(url: str, token: str) -> AsyncIterator[Caller]:
    """The shim as a process, which holds `token`."""
    async with Client(shim_of(url, token)) as client:
        yield McpCaller(client)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    return a_workspace(tmp_path, monkeypatch)


@pytest.fixture(params=TRANSPORTS)
async def scene(files: Files, request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async with a_scene(files, request.param) as found:
        yield found


@pytest.fixture
async def house(files: Files) -> AsyncIterator[House]:
    async with owning(files, Options(supervise=False)) as owner, AsyncExitStack() as stack:
        yield House(owner, files, stack)
