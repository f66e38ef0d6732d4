"""The owner's network transports on one port."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.routing import Route

from chatbox.operations.feed import Feed
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place
from chatbox.transports.http.application import application
from chatbox.transports.http.server import Server
from chatbox.transports.mcp.mounting import LazyMcp
from chatbox.transports.websocket.conversation import Conversation
from chatbox.transports.websocket.socket import Socket

# uvicorn's own log would show query strings.
logging.getLogger("uvicorn").setLevel(logging.WARNING)


@asynccontextmanager
async def serving(workspace: Workspace, feed: Feed, sockets: list[socket.socket], port: int) -> AsyncIterator[None]:
    """Serve HTTP and WebSockets while in here."""
    place = Place(port=port)
    mcp = LazyMcp(workspace, place)
    app = application(workspace, feed, place, [Route("/mcp", mcp)])

    def take_over(*, server_state: Any, **_config: Any) -> Socket:
        return Socket(server_state.connections, lambda held: Conversation(held, workspace, feed, place))

    server = Server(app, take_over)
    async with mcp, asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets))
        try:
            yield
        finally:
            mcp.end()
            server.end()
