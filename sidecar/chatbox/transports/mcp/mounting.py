"""The route `/mcp`, without the MCP SDK until somebody asks. Who has no valid token never reaches the SDK."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

import anyio
import orjson
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbox.domain.refusal import Refusal
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place, sender

PARTICIPANT = "chatbox.participant"
"""The key of the ASGI scope that says whose token a request has; empty for a newcomer."""

PROGRESS_SECONDS = 5.0

_REFUSED = -32001
_GONE = Refusal(code="UNAVAILABLE", message="MCP has ended or could not start here: see ChatBox's log.")
_log = logging.getLogger("chatbox.mcp")


class LazyMcp:
    """An ASGI application that loads the SDK and begins its sessions at the first request.

    Its life is an `async with`. The sessions run in a task of its own, since they must end in the task that
    began them, and no request lives that long.
    """

    def __init__(self, workspace: Workspace, place: Place, progress_seconds: float = PROGRESS_SECONDS) -> None:
        """A client that asks for progress hears every `progress_seconds` that its call still waits."""
        self._workspace = workspace
        self._place = place
        self._progress_seconds = progress_seconds
        self._tasks = asyncio.TaskGroup()
        self._owner: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._settled = asyncio.Event()
        self._app: ASGIApp | None = None
        self._held: set[anyio.CancelScope] = set()

    async def __aenter__(self) -> Self:
        """Ready for requests."""
        await self._tasks.__aenter__()
        self._owner = self._tasks.create_task(self._own())
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """End everything, and wait for it."""
        self.end()
        await self._tasks.__aexit__(None, None, None)

    def end(self) -> None:
        """End all sessions and let go of all requests: a parked `listen` must not hold up the end."""
        self._app = None
        self._settled.set()
        if self._owner is not None:
            self._owner.cancel()
        for held in self._held:
            held.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        by = sender(self._workspace.door, self._place, Headers(scope=scope))
        if isinstance(by, Refusal):
            await refused(401, by)(scope, receive, send)
            return
        self._wanted.set()
        await self._settled.wait()
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        with anyio.CancelScope() as held:
            if self._app is None:
                held.cancel()
            else:
                self._held.add(held)
                release = self._workspace.door.hold(by.participant, held.cancel)
                try:
                    await self._app({**scope, PARTICIPANT: by.participant}, receive, noted)
                finally:
                    release()
                    self._held.discard(held)
        if held.cancel_called and not begun:
            now = self._workspace.current(by)
            gone = refused(401, now) if isinstance(now, Refusal) else refused(503, _GONE)
            await gone(scope, receive, send)

    async def _own(self) -> None:
        await self._wanted.wait()
        try:
            # In a thread, since loading takes half a second in which everybody else would stand still.
            answering = await asyncio.to_thread(_load)
            async with answering(self._workspace, self._place, self._progress_seconds) as app:
                self._app = app
                self._settled.set()
                await asyncio.Event().wait()
        except Exception:  # noqa: BLE001 - everything else of the owner goes on without MCP
            _log.exception("MCP could not start")
        finally:
            self._app = None
            self._settled.set()


def _load() -> Callable[[Workspace, Place, float], AbstractAsyncContextManager[ASGIApp]]:
    from chatbox.transports.mcp.server import answering  # noqa: PLC0415 - the one place that loads the SDK

    return answering


def refused(status: int, refusal: Refusal) -> Response:
    """A refusal in JSON-RPC, so that MCP clients show its sentence."""
    message = f"{refusal.code}: {refusal.message}"
    error = {"code": _REFUSED, "message": message, "data": {"code": refusal.code}}
    return Response(
        orjson.dumps({"jsonrpc": "2.0", "id": None, "error": error}),
        status_code=status,
        headers={"WWW-Authenticate": "Bearer"} if status == 401 else None,  # noqa: PLR2004 - as HTTP calls it
        media_type="application/json",
    )
