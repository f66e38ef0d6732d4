"""Who dribbles a request is hung up on; who waits for an answer is not."""

import asyncio
from urllib.parse import urlsplit

import orjson
import pytest
from chatbox.client.endpoint import person_token
from chatbox.transports.http import patience
from websockets.asyncio.client import connect

from tests.support.owners import BOUND_SECONDS
from tests.transports.house import House

SHORT_SECONDS = 0.1


def _head(house: House, path: str, method: str = "GET") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(house.owner.url).netloc}\r\n"
    return f"{head}Authorization: Bearer {person_token(house.files)}\r\n".encode()


async def _opened(house: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", urlsplit(house.owner.url).port)


@pytest.mark.parametrize("beginning", [0, 1, 20])
async def test_a_head_that_dribbles_in_is_hung_up_on(
    house: House, monkeypatch: pytest.MonkeyPatch, beginning: int
) -> None:
    monkeypatch.setattr(patience, "HEADER_SECONDS", SHORT_SECONDS)
    reader, writer = await _opened(house)
    writer.write(_head(house, "/health")[:beginning])
    async with asyncio.timeout(BOUND_SECONDS):
        assert await reader.read() == b""
    writer.close()


async def test_so_is_the_next_one_on_a_connection_that_was_used(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = await _opened(house)
    writer.write(_head(house, "/health") + b"\r\n")
    await reader.readuntil(b"}")
    monkeypatch.setattr(patience, "HEADER_SECONDS", SHORT_SECONDS)
    writer.write(b"GET /hea")
    async with asyncio.timeout(BOUND_SECONDS):
        assert await reader.read() == b""
    writer.close()


async def test_control_with_more_time_the_same_head_is_answered(house: House) -> None:
    reader, writer = await _opened(house)
    head = _head(house, "/health") + b"\r\n"
    writer.write(head[:20])
    await writer.drain()
    writer.write(head[20:])
    async with asyncio.timeout(BOUND_SECONDS):
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_held_listen_a_slow_body_and_a_websocket_have_their_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEADER_SECONDS", SHORT_SECONDS)
    agent = await house.agent("waits", "general")
    reader, writer = await _opened(house)
    body = b"{}"
    head = _head(house, "/api/whoami", "POST") + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    writer.write(head + body[:1])
    async with asyncio.timeout(BOUND_SECONDS), connect(f"ws{house.owner.url[4:]}/ws", proxy=None) as held:
        # Five times as long as a head may take.
        await agent.call("listen", {"channels": ["#general"], "timeout_ms": int(5_000 * SHORT_SECONDS)})
        await held.send(orjson.dumps({"id": 0, "method": "authenticate", "params": {"token": "?"}}).decode())
        assert b"error" in orjson.dumps(orjson.loads(await held.recv()))
        writer.write(body[1:])
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
