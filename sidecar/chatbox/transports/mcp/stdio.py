"""MCP on stdin and stdout, for clients that know nothing else: a thin shim over the owner's HTTP endpoint.

Nothing but the protocol goes to stdout. The shim ends when stdin does.
"""

import asyncio
import signal
from collections.abc import AsyncIterable, Callable
from typing import Protocol

import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp.server.stdio import stdio_server
from mcp.shared.inbound import (
    MCP_METHOD_HEADER,
    MCP_NAME_HEADER,
    MCP_PROTOCOL_VERSION_HEADER,
    NAME_BEARING_METHODS,
    encode_header_value,
)
from mcp.shared.message import ClientMessageMetadata, SessionMessage
from mcp.types import (
    PARSE_ERROR,
    PROTOCOL_VERSION_META_KEY,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)

from chatbox.transports.mcp.line import GONE, TIMEOUT, Line, NotAdmitted

_BROKEN = "SSE stream"
"""How the SDK's sentences about a stream that ended without the answer begin."""

_Heard = AsyncIterable[SessionMessage | Exception]


class _Said(Protocol):
    """Where messages are written."""

    async def send(self, item: SessionMessage, /) -> None:
        """Write one."""


async def shim(url: str, token: str, name: str | None, admission: Callable[[], str | None] = lambda: None) -> None:
    """Serve one client on stdio from the server at `url` until stdin ends.

    With a `name`, `token` is the admission token and the agent is introduced first. `admission` reads that token
    again, should it be replaced while the client lives.
    Raises `NotAdmitted` when the server does not let it in or does not answer.
    """
    # A thread waits in stdin, and a gentler end would wait for it. There is nothing here to lose.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    line = Line(url, token, name, admission)
    try:
        if name is not None:
            await line.hello()
    except httpx2.TransportError as gone:
        raise NotAdmitted("UNAVAILABLE", f"ChatBox does not answer at {url}: open its workspace first.") from gone
    async with (
        # The server is on this machine, whatever the environment says about proxies.
        httpx2.AsyncClient(transport=line, timeout=TIMEOUT, trust_env=False) as client,
        stdio_server() as (heard, said),
        streamable_http_client(f"{url}/mcp", http_client=client, max_sse_event_size=None) as (
            answers,
            requests,
        ),
        said,
    ):
        era = _Era()
        async with asyncio.TaskGroup() as pumps:
            back = pumps.create_task(_back(era, answers, said))
            await _forth(era, heard, requests, said)
            back.cancel()


async def _forth(era: "_Era", heard: _Heard, requests: _Said, said: _Said) -> None:
    async for message in heard:
        if isinstance(message, SessionMessage):
            await requests.send(era.addressed(message))
        else:
            error = ErrorData(code=PARSE_ERROR, message="This is not a JSON-RPC message.")
            await said.send(SessionMessage(JSONRPCError(jsonrpc="2.0", id=None, error=error)))


async def _back(era: "_Era", answers: _Heard, said: _Said) -> None:
    async for message in answers:
        if isinstance(message, SessionMessage):
            era.noticed(message)
            await said.send(_told(message))


def _told(message: SessionMessage) -> SessionMessage:
    """In our words, when the SDK says that the answer's stream broke: a model can do something about those."""
    content = message.message
    if not isinstance(content, JSONRPCError) or not content.error.message.startswith(_BROKEN):
        return message
    error = ErrorData(code=content.error.code, message=GONE)
    return SessionMessage(JSONRPCError(jsonrpc="2.0", id=content.id, error=error), message.metadata)


class _Era:
    """The protocol version that the client speaks: HTTP wants it in headers, which stdio does not have."""

    def __init__(self) -> None:
        """Not known before `initialize` is answered; in the stateless era each message says it."""
        self._initialize: RequestId | None = None
        self._agreed: str | None = None

    def addressed(self, message: SessionMessage) -> SessionMessage:
        """The client's message with the headers that it has over HTTP."""
        content = message.message
        if not isinstance(content, JSONRPCRequest | JSONRPCNotification):
            return message
        if isinstance(content, JSONRPCRequest) and content.method == "initialize":
            self._initialize, self._agreed = content.id, None
            return message
        params = content.params or {}
        version = (params.get("_meta") or {}).get(PROTOCOL_VERSION_META_KEY)
        headers: dict[str, str] = {}
        if isinstance(version, str):
            headers = {MCP_PROTOCOL_VERSION_HEADER: version, MCP_METHOD_HEADER: content.method}
            name = params.get(NAME_BEARING_METHODS.get(content.method, ""))
            if isinstance(name, str):
                headers[MCP_NAME_HEADER] = encode_header_value(name)
        elif self._agreed is not None:
            headers = {MCP_PROTOCOL_VERSION_HEADER: self._agreed}
        return SessionMessage(content, ClientMessageMetadata(headers=headers))

    def noticed(self, message: SessionMessage) -> None:
        """Remember what `initialize` agreed on."""
        content = message.message
        if isinstance(content, JSONRPCResponse) and content.id == self._initialize:
            self._agreed = content.result.get("protocolVersion")
            self._initialize = None
