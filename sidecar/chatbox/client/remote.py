"""A caller over the WebSocket of whoever owns the workspace."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from chatbox.operations.caller import Lost, Refused

FRAME_BYTES_MAX = 256 * 1024 * 1024
"""More than any answer of ours: a page is bounded by the server, a thread only by what was said in it."""

CONNECT_SECONDS = 10.0
EVENTS_QUEUED_MAX = 1_024
"""Notifications held while their reader is busy; then the socket is not read, and the server sees a slow reader."""


class RemoteCaller:
    """One authenticated connection. Make it with `RemoteCaller.connect`."""

    def __init__(self, connection: ClientConnection) -> None:
        """Take over an open connection that has not authenticated yet."""
        self._connection = connection
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: asyncio.Queue[dict[str, Any] | None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self.identity: dict[str, Any] = {}

    @classmethod
    async def connect(cls, url: str, token: str) -> "RemoteCaller":
        """Connect to `url` (http://…) as the holder of `token`. Raises `Lost` or `Refused`."""
        address = f"ws{url.removeprefix('http')}/ws"
        try:
            connection = await connect(
                address, max_size=FRAME_BYTES_MAX, compression=None, open_timeout=CONNECT_SECONDS, proxy=None
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI, EOFError) as error:
            msg = f"nothing answers at {url}"
            raise Lost(msg) from error
        caller = cls(connection)
        caller._reading = asyncio.get_running_loop().create_task(caller._read())
        try:
            caller.identity = await caller._request("authenticate", {"token": token})
        except BaseException:
            await caller.close()
            raise
        return caller

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """See `Caller.call`."""
        return await self._request(f"chatbox/{operation}", params)

    async def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        """See `Caller.follow`. One follower a connection at a time."""
        events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(EVENTS_QUEUED_MAX)
        self._events = events
        await self._request("chatbox/follow", {} if after is None else {"after": after})
        try:
            while True:
                happened = await events.get()
                if happened is None:
                    msg = "the connection ended"
                    raise Lost(msg)
                yield happened
        finally:
            if self._events is events:
                self._events = None
                self._drop(events)
                with contextlib.suppress(Lost, Refused):
                    await self._request("chatbox/unfollow", {})

    async def closed(self) -> str:
        """Wait for the end of the connection; the reason that the server gave, if it did."""
        await self._connection.wait_closed()
        return self._connection.close_reason or ""

    async def close(self) -> None:
        """See `Caller.close`."""
        await self._connection.close()
        if self._reading is not None:
            await asyncio.wait([self._reading])

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.close()

    async def _request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        try:
            request = orjson.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).decode()
        except TypeError as error:
            code = "VALIDATION_ERROR"
            raise Refused(code, f"This cannot be sent: {error}. Text must be valid Unicode.") from error
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._connection.send(request)
            return await answer
        except ConnectionClosed as closed:
            msg = "the connection ended before the answer"
            raise Lost(msg) from closed
        finally:
            self._waiting.pop(number, None)

    async def _read(self) -> None:
        try:
            async for message in self._connection:
                heard = orjson.loads(message)
                if "method" in heard:
                    if self._events is not None:
                        await self._events.put(heard["params"])
                else:
                    self._settle(heard)
        except ConnectionClosed:
            pass
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Lost("the connection ended before the answer"))
                    # Who still waits is told; one whose caller is gone must not be complained about.
                    answer.exception()
            if self._events is not None:
                self._drop(self._events)
                self._events.put_nowait(None)

    @staticmethod
    def _drop(events: asyncio.Queue[dict[str, Any] | None]) -> None:
        """Make room: whoever waits to put something in goes on."""
        while not events.empty():
            events.get_nowait()

    def _settle(self, heard: dict[str, Any]) -> None:
        answer = self._waiting.get(heard.get("id", 0))
        if answer is None or answer.done():
            return
        error = heard.get("error")
        if error is None:
            answer.set_result(heard["result"])
            return
        code = (error.get("data") or {}).get("code", "UNAVAILABLE")
        answer.set_exception(Refused(code, error["message"]))
