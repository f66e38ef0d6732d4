"""What each path answers. The same routes serve one room at `/` and every room under `/rooms/<id>`."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chatbox.rooms.room import Room
from chatbox.transports.rooms import admission, answers, page, wire
from chatbox.transports.rooms.entrance import Entrance

PREFIX = "/rooms/"
NOT_SUPPORTED = 501


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way: to which room, by which path below it, and where that room's paths begin."""

    room: Room
    path: str
    base: str


class RoomsApplication:
    """An ASGI application for whoever knows a room's password. There is nothing here but rooms."""

    def __init__(
        self, find: Callable[[str], Room | None], entrance: Entrance, first: Room | None = None, *, beside: bool = False
    ) -> None:
        """`find` knows the rooms under `/rooms/`, `first` is the one at `/`.

        `beside` a workspace, that is on its origin, pages are kept to their room's path.
        """
        self._find = find
        self._entrance = entrance
        self._first = first
        self._beside = beside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if not self._entrance.admits(request.headers.getlist("host")):
            return answers.error(403, "The Host header must name this server", cors=False)
        if request.method == "OPTIONS":
            return answers.preflight()
        if request.method not in ("GET", "POST"):
            return answers.error(NOT_SUPPORTED, f"Unsupported method ({request.method!r})", cors=False)
        # As it was sent: an escaped path is another one, as in the original.
        path = request.scope.get("raw_path", b"").decode("latin-1")
        if request.method == "GET" and path == "/health":
            return answers.raw(b'{"status": "ok"}', cors=False)
        call = self._call(path)
        if call is None:
            return answers.not_found()
        return await (self._get if request.method == "GET" else self._post)(call, request)

    def _call(self, path: str) -> Call | None:
        if path.startswith(PREFIX):
            identity, slash, rest = path.removeprefix(PREFIX).partition("/")
            room = self._find(identity)
            return None if room is None else Call(room, slash + rest, f"{PREFIX}{identity}/")
        return None if self._first is None else Call(self._first, path, "/")

    async def _get(self, call: Call, request: Request) -> Response:
        own = call.base if self._beside else ""
        match call.path:
            case "":
                return page.with_slash(call.room)
            case "/":
                return page.index(call.room, request, own)
            case "/health":
                return answers.raw(b'{"status": "ok"}', cors=False)
            case "/messages" | "/messages/poll" | "/messages/stream" | "/about":
                return await self._refused(call, request) or await self._read(call, request)
            case _ if call.path.startswith("/assets/"):
                return page.asset(request, own, call.path.removeprefix("/assets/"))
            case _:
                return answers.not_found()

    async def _read(self, call: Call, request: Request) -> Response:
        match call.path:
            case "/messages":
                return wire.messages(call.room, request)
            case "/messages/poll":
                return await wire.poll(call.room, request)
            case "/messages/stream":
                return wire.stream(call.room, request)
            case _:
                return page.about(call.room, request)

    async def _post(self, call: Call, request: Request) -> Response:
        match call.path:
            case "/messages":
                return await self._refused(call, request) or await wire.say(call.room, request)
            case "/session":
                return await page.session(call.room, self._entrance, request, call.base)
            case _:
                return answers.not_found()

    async def _refused(self, call: Call, request: Request) -> Response | None:
        return await admission.refused(call.room, self._entrance, request)
