"""The owner's network transports on one port."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbox.app.clock import SystemClock
from chatbox.app.rooms.beside import RoomsBeside
from chatbox.operations.feed import Feed
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place
from chatbox.transports.http.application import application
from chatbox.transports.http.server import Server
from chatbox.transports.mcp.mounting import LazyMcp, refused
from chatbox.transports.rooms.application import PREFIX, RoomsApplication
from chatbox.transports.rooms.entrance import Entrance
from chatbox.transports.websocket.conversation import Conversation
from chatbox.transports.websocket.socket import Socket
from chatbox.tunnels.tunnel import Noted, unnoted

# uvicorn's own log would show query strings.
logging.getLogger("uvicorn").setLevel(logging.WARNING)


class Beside:
    """Two applications on one port. Rooms come first: their border is another one, and they see nothing of the rest."""

    def __init__(self, workspace: ASGIApp, rooms: ASGIApp) -> None:
        """`rooms` answers below `/rooms/`."""
        self._workspace = workspace
        self._rooms = rooms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        is_rooms = scope["type"] == "http" and scope["raw_path"].startswith(PREFIX.encode("ascii"))
        await (self._rooms if is_rooms else self._workspace)(scope, receive, send)


@asynccontextmanager
async def serving(
    workspace: Workspace, feed: Feed, sockets: list[socket.socket], port: int, noted: Noted = unnoted
) -> AsyncIterator[None]:
    """Serve HTTP and WebSockets, and the rooms that are opened, while in here. `noted` remembers tunnels."""
    place = Place(port=port)
    mcp = LazyMcp(workspace, place)
    beside = RoomsBeside(SystemClock(), port, noted)
    workspace.rooms = beside
    app = application(workspace, feed, place, [Route("/mcp", mcp)], {"/mcp": refused})
    rooms = RoomsApplication(beside.rooms.find, Entrance(port), beside=True)

    def take_over(*, server_state: Any, **_config: Any) -> Socket:
        return Socket(server_state.connections, lambda held: Conversation(held, workspace, feed, place))

    server = Server(Beside(app, rooms), take_over)
    async with mcp, beside, asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets))
        try:
            yield
        finally:
            mcp.end()
            beside.end()
            server.end()
