"""The HTTP line of the stdio shim. A stdio client cannot connect again, so the line outlives its server.

It hides from the client a server that is away for a moment, a session token that has expired, an admission token
that was replaced meanwhile, and a protocol session that a restarted server no longer knows. What it cannot hide it
answers as a JSON-RPC error. It never repeats a request that may have reached the server.
"""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

import httpx2
import orjson
from mcp.types import CONNECTION_CLOSED

AWAY_SECONDS = 10.0
"""How long a request waits for a server that does not answer."""

GONE = (
    "UNKNOWN_OUTCOME: ChatBox went away before it answered: look whether it was done, then go on. A question that you "
    "asked people stays open: `search` finds its post_id, and `ask_human` with that waits for the answer."
)
"""What a model is told whose request may have been carried out."""

_RETRY_SECONDS = 0.2
_SESSION = "mcp-session-id"
_INITIALIZED = b'{"jsonrpc":"2.0","method":"notifications/initialized"}'
_JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}

# A parked `listen` sends a sign of life every 15 s, so a minute of silence means that the server is gone.
TIMEOUT = httpx2.Timeout(5.0, read=60.0)


class NotAdmitted(Exception):  # noqa: N818 - reads as the fact it states
    """The server does not let this agent in, or is none; the code and the message say why."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is that of the refusal."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Line(httpx2.AsyncBaseTransport):
    """Requests to one server, as whoever `token` or, after `hello`, the session says."""

    def __init__(
        self,
        url: str,
        token: str,
        name: str | None,
        admission: Callable[[], str | None] = lambda: None,
        away_seconds: float = AWAY_SECONDS,
    ) -> None:
        """`name` is whom to introduce with `token`; `None` when the token speaks for somebody itself.

        `admission` reads the token that admits agents now, where `token` is one of these.
        """
        self._url = url
        self._admission = token
        self._admission_now = admission
        self._token = token
        self._name = name
        self._away_seconds = away_seconds
        self._wire = httpx2.AsyncHTTPTransport()
        self._opening: httpx2.Request | None = None
        self._session = ""
        self._renewing = asyncio.Lock()

    async def hello(self) -> None:
        """Introduce the agent. Raises `NotAdmitted`."""
        answer = await self._post("/api/hello", orjson.dumps({"name": self._name}), self._admission)
        if answer.status_code != httpx2.codes.OK:
            raise _refused(answer)
        self._token = orjson.loads(answer.content)["session_token"]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """See `AsyncBaseTransport`. Failures become answers, since an exception would end the whole shim."""
        try:
            if request.method != "POST":
                return await self._wire.handle_async_request(self._signed(request))
            return await self._answered(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            return _failure(f"ChatBox does not answer at {self._url}: open its workspace, then try again.")
        except NotAdmitted as refused:
            return _failure(str(refused))
        except httpx2.TransportError:
            return _failure(GONE)

    async def aclose(self) -> None:
        """Hang up."""
        await self._wire.aclose()

    async def _answered(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._reached(self._signed(request))
        if answer.status_code == httpx2.codes.UNAUTHORIZED:
            await answer.aread()
            if await self._is_admitted_again(request.headers["authorization"]):
                answer = await self._reached(self._signed(request))
        if answer.status_code == httpx2.codes.NOT_FOUND and _SESSION in request.headers:
            await answer.aclose()
            await self._open_again(request.headers[_SESSION])
            answer = await self._reached(self._signed(request))
        if _SESSION in answer.headers and _SESSION not in request.headers:
            self._opening, self._session = request, answer.headers[_SESSION]
        if answer.headers.get("content-type", "").startswith("application/json"):
            await answer.aread()
        return answer

    async def _is_admitted_again(self, used: str) -> bool:
        """Whether there is another token than `used` now. Raises `NotAdmitted`."""
        async with self._renewing:
            if used != self._bearer:
                return True
            self._admission = self._admission_now() or self._admission
            if self._name is not None:
                await self.hello()
            else:
                self._token = self._admission
            return used != self._bearer

    async def _open_again(self, used: str) -> None:
        """A new session of the protocol, unless another request has opened one since `used`."""
        async with self._renewing:
            if used != self._session or self._opening is None:
                return
            opened = await self._post("/mcp", self._opening.content, self._token)
            self._session = opened.headers.get(_SESSION, "")
            await self._post("/mcp", _INITIALIZED, self._token, {_SESSION: self._session})

    async def _post(
        self, path: str, body: bytes, token: str, extra: Mapping[str, str] = MappingProxyType({})
    ) -> httpx2.Response:
        """A request of the line's own, with its whole answer."""
        headers = {**_JSON, "authorization": f"Bearer {token}", **extra}
        request = httpx2.Request(
            "POST",
            f"{self._url}{path}",
            content=body,
            headers=headers,
            extensions={"timeout": TIMEOUT.as_dict()},
        )
        answer = await self._reached(request)
        await answer.aread()
        await answer.aclose()
        return answer

    @property
    def _bearer(self) -> str:
        return f"Bearer {self._token}"

    def _signed(self, request: httpx2.Request) -> httpx2.Request:
        request.headers["authorization"] = self._bearer
        if _SESSION in request.headers:
            request.headers[_SESSION] = self._session
        return request

    async def _reached(self, request: httpx2.Request) -> httpx2.Response:
        """Wait for a server that is away: nothing was sent to it, so asking again is safe."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._away_seconds
        while True:
            try:
                return await self._wire.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if clock() >= until:
                    raise
                await asyncio.sleep(_RETRY_SECONDS)


def _refused(answer: httpx2.Response) -> NotAdmitted:
    try:
        error = orjson.loads(answer.content)["error"]
        return NotAdmitted(error["code"], error["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        message = f"What answers there is not ChatBox (HTTP {answer.status_code}): look at the address."
        return NotAdmitted("NO_ANSWER", message)


def _failure(message: str) -> httpx2.Response:
    """An error that the SDK gives to whoever made the request, under the id that it had."""
    error = {"code": CONNECTION_CLOSED, "message": message}
    return httpx2.Response(503, json={"jsonrpc": "2.0", "id": None, "error": error})
