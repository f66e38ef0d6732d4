"""One `Caller` a transport, so that one conversation can be held over all of them; and bare HTTP for the border."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx2
import orjson
from chatbox.operations.caller import Refused
from chatbox.transports.http.original import ASKED, RENAMED
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.support.owners import BOUND_SECONDS

JSON = "application/json"


class HttpCaller:
    """Implements `Caller` over `POST /api/…` and `GET /events`."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=BOUND_SECONDS)

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        # Not orjson: it would refuse what the server is to refuse.
        return _found(await self.client.post(f"/api/{operation}", json=params))

    async def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        async with self.client.stream("GET", "/events", headers=headers) as answer:
            if answer.status_code != 200:
                error = orjson.loads(await answer.aread())["error"]
                raise Refused(error["code"], error["message"])
            number, kind = after or 0, "message"
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    number = int(value)
                elif name == "event":
                    kind = value
                elif name == "data":
                    found = orjson.loads(value)
                    if kind == "supervisors":
                        yield {"events": [], "cursor": number, "supervisors": found}
                    else:
                        yield {"events": [found], "cursor": number, "supervisors": None}
                    kind = "message"

    async def close(self) -> None:
        await self.client.aclose()


class OriginalCaller(HttpCaller):
    """The same on the paths of the system before this one."""

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        if operation in ASKED:
            names = {long: short for short, long in RENAMED.get(operation, {}).items()}
            query = {names.get(name, name): value for name, value in params.items()}
            answer = await self.client.get(f"/{operation}", params=query)
        else:
            answer = await self.client.post(f"/{operation}", json=params)
        return _found(answer)


def _found(answer: httpx2.Response) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(answer.content)
    if answer.status_code != 200:
        raise Refused(found["error"]["code"], found["error"]["message"])
    return found


class McpCaller:
    """Implements `call` of `Caller` over MCP; there is no following there."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        answer = await self._client.call_tool(operation, params)
        found = answer.structured_content
        assert isinstance(found, dict)
        if answer.is_error:
            raise Refused(found["error"]["code"], found["error"]["message"])
        return found

    def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        raise NotImplementedError(after)

    async def close(self) -> None:
        pass


@asynccontextmanager
async def over_mcp(url: str, token: str) -> AsyncIterator[McpCaller]:
    """A connected MCP client that holds `token`."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=BOUND_SECONDS, trust_env=False) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        yield McpCaller(client)


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an HTTP answer, and as much of its body as its length says."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def bare(
    port: int,
    method: str,
    path: str,
    headers: Mapping[str, str | None],
    body: bytes = b"",
) -> Answer:
    """One request with exactly these headers (`None` leaves one out), and the answer's head and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items() if v is not None)]
        if body and "Content-Length" not in headers:
            lines.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + body)
        async with asyncio.timeout(BOUND_SECONDS):
            return await _answer(reader)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    status = int((await reader.readline()).split()[1])
    headers: dict[str, str] = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(": ")
        headers[name.lower()] = value
    length = int(headers.get("content-length", "0"))
    return Answer(status, MappingProxyType(headers), await reader.readexactly(length))
