"""Connections that cost the load generator next to nothing: one asyncio protocol, requests made beforehand.

A full client library would measure itself: it spends more on a request than either server does.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Protocol, cast

import orjson

Heard = Callable[[bytes], None]


class Framing(Protocol):
    """How messages are told apart on a connection."""

    def whole(self, held: bytearray) -> bytes | None:
        """Take the first whole message off `held`, or `None` when there is none yet."""


class Peer(asyncio.Protocol):
    """One connection. Each whole message goes to `heard`."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._held = bytearray()
        self._transport: asyncio.Transport | None = None
        self.heard: Heard = _ignored
        self.lost = asyncio.get_running_loop().create_future()

    def send(self, request: bytes) -> None:
        assert self._transport is not None, "send after the connection is made"
        self._transport.write(request)

    async def ask(self, request: bytes) -> bytes:
        """Send one request outside a measurement and wait for its answer."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.heard = lambda message: None if answer.done() else answer.set_result(message)
        self.send(request)
        async with asyncio.timeout(30):
            await asyncio.wait([answer, self.lost], return_when=asyncio.FIRST_COMPLETED)
        self.heard = _ignored
        if not answer.done():
            raise ConnectionError("the server hung up")
        return answer.result()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (message := self._framing.whole(self._held)) is not None:
            self.heard(message)


def _ignored(_message: bytes) -> None:
    return


class WebSocketFraming:
    """Server frames are unmasked and, here, never fragmented. The upgrade's answer counts as the first message."""

    def __init__(self) -> None:
        self._upgraded = False

    def whole(self, held: bytearray) -> bytes | None:
        if not self._upgraded:
            return self._upgrade(held)
        if len(held) < 2:
            return None
        start, size = 2, held[1]
        if size == 126:
            start, size = 4, int.from_bytes(held[2:4], "big")
        elif size == 127:
            start, size = 10, int.from_bytes(held[2:10], "big")
        if len(held) < start + size:
            return None
        message = bytes(held[start : start + size])
        del held[: start + size]
        return message

    def _upgrade(self, held: bytearray) -> bytes | None:
        end = held.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(held[:end])
        del held[: end + 4]
        self._upgraded = True
        return head


class RedisFraming:
    """RESP2 replies, delivered as they are."""

    def whole(self, held: bytearray) -> bytes | None:
        end = _reply_end(held, 0)
        if end < 0:
            return None
        reply = bytes(held[:end])
        del held[:end]
        return reply


def _reply_end(held: bytearray, start: int) -> int:
    """Where the reply that begins at `start` ends; negative when it is not whole."""
    line = held.find(b"\r\n", start)
    if line < 0:
        return -1
    kind = held[start]
    if kind == ord("$"):
        size = int(held[start + 1 : line])
        end = line + 2 if size < 0 else line + size + 4
        return end if len(held) >= end else -1
    end = line + 2
    if kind == ord("*"):
        for _ in range(max(0, int(held[start + 1 : line]))):
            end = _reply_end(held, end)
            if end < 0:
                return -1
    return end


def text_frame(payload: bytes) -> bytes:
    """A client's text frame. The masking key is zero: the server unmasks all the same, and nothing is masked here."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, 0x80 | size)) + bytes(4) + payload
    assert size < 65_536, "no load uses larger messages"
    return bytes((0x81, 0x80 | 126)) + size.to_bytes(2, "big") + bytes(4) + payload


def rpc(method: str, params: dict[str, object]) -> bytes:
    """A JSON-RPC request in a frame."""
    return text_frame(orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))


def redis_command(*parts: str | bytes) -> bytes:
    """A command in RESP."""
    encoded = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in encoded)


async def chatbox_peer(port: int, token: str) -> Peer:
    """An authenticated WebSocket."""
    peer = await _connected(port, WebSocketFraming())
    key = base64.b64encode(os.urandom(16)).decode()
    head = await peer.ask(
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    if b" 101 " not in head.split(b"\r\n", 1)[0]:
        raise ConnectionError(head.decode(errors="replace"))
    require(await peer.ask(rpc("authenticate", {"token": token})))
    return peer


async def redis_peer(port: int) -> Peer:
    """A plain connection to Redis."""
    return await _connected(port, RedisFraming())


def require(answer: bytes) -> dict[str, object]:
    """The result of a JSON-RPC answer. Raises `ConnectionError` with a refusal's text."""
    heard = orjson.loads(answer)
    if "result" not in heard:
        raise ConnectionError(str(heard.get("error")))
    return dict(heard["result"])


async def _connected(port: int, framing: Framing) -> Peer:
    loop = asyncio.get_running_loop()
    _, peer = await loop.create_connection(lambda: Peer(framing), "127.0.0.1", port)
    return peer
