"""The I/O shell of one WebSocket: websockets' sans-I/O protocol on an asyncio transport.

uvicorn hands the connection over at the upgrade. Going around ASGI saves two task switches a message, and lets
the socket see what it has not managed to send: that is how a slow reader is noticed.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Protocol, cast

from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

FRAME_BYTES_MAX = 2 * 1024 * 1024
BUFFER_BYTES_HIGH = 256 * 1024


class Talker(Protocol):
    """What is said over the socket."""

    def opened(self, request: Request) -> int | None:
        """The upgrade request: `None` accepts it, else the HTTP status that refuses it."""

    def heard(self, message: bytes) -> None:
        """A whole text message."""

    def farewell(self) -> str:
        """Why the server ends."""

    def closed(self) -> None:
        """The socket is gone."""


class Socket(asyncio.Protocol):
    """One connection."""

    def __init__(self, connections: set[Any], make_talker: Callable[["Socket"], Talker]) -> None:
        """`connections` is the server's set of those to end at shutdown."""
        self._connections = connections
        self._talker = make_talker(self)
        # Not this library's default logger: it would log the upgrade's headers.
        self._protocol = ServerProtocol(max_size=FRAME_BYTES_MAX, logger=logging.getLogger("chatbox.websocket"))
        self._transport: asyncio.Transport | None = None
        self._fragments: list[bytes] = []
        self._writable = asyncio.Event()
        self._writable.set()

    def send(self, message: bytes) -> None:
        """Send one text message; whoever sends much awaits `drained` in between."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            self._protocol.send_text(message)
        except InvalidState:
            return
        self._flush()

    async def drained(self) -> None:
        """Wait until the peer has taken most of what was sent."""
        await self._writable.wait()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and hang up."""
        if self._transport is None or self._transport.is_closing():
            return
        with contextlib.suppress(InvalidState):
            self._protocol.send_close(code, reason)
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Hang up on a peer that does not read: what it has not taken is dropped."""
        if self._transport is not None:
            self._transport.abort()

    def shutdown(self) -> None:
        """The server is ending (called by uvicorn)."""
        self.close(1012, self._talker.farewell())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=BUFFER_BYTES_HIGH)
        self._connections.add(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._connections.discard(self)
        self._writable.set()
        self._talker.closed()

    def pause_writing(self) -> None:
        """The peer does not keep up: take no further requests from it either."""
        self._writable.clear()
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self._writable.set()
        if self._transport is not None:
            self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._accept(event)
            elif isinstance(event, Frame):
                self._take(event)
        self._flush()
        if self._protocol.close_expected() and self._transport is not None:
            self._transport.close()

    def _accept(self, request: Request) -> None:
        status = self._talker.opened(request)
        if status is None:
            response = self._protocol.accept(request)
        else:
            response = self._protocol.reject(status, "This WebSocket is not for you.\n")
        self._protocol.send_response(response)

    def _take(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.TEXT | Opcode.CONT:
                self._fragments.append(bytes(frame.data))
                if frame.fin:
                    message, self._fragments = b"".join(self._fragments), []
                    self._talker.heard(message)
            case Opcode.BINARY:
                self.close(1003, "send text")
            case _:
                pass

    def _flush(self) -> None:
        if self._transport is not None:
            chunks = [chunk for chunk in self._protocol.data_to_send() if chunk]
            if chunks and not self._transport.is_closing():
                self._transport.write(b"".join(chunks))
