"""What is said over one WebSocket: authenticate first, then requests, answers and events (docs/transports.md)."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic_core import to_json
from websockets.http11 import Request

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity, Scope
from chatbox.operations.calling import invoke
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.feed import Feed, Notice, Notices
from chatbox.operations.tokens import digest_of
from chatbox.operations.workspace import STOPPED, Workspace
from chatbox.transports import jsonrpc
from chatbox.transports.border import Place, cookie_of, refused
from chatbox.transports.websocket.socket import Socket

AUTHENTICATE_SECONDS = 10.0
STALLED_SECONDS = 10.0
"""A follower that takes nothing for this long is told where to resume and let go."""

FAREWELL_SECONDS = 5.0
"""How long a peer that does not read has to take the reason why it was let go."""

REQUESTS_MAX = 256
NOTIFICATION_BYTES_MAX = 128 * 1024

BEHIND = 4008
NOT_AUTHENTICATED = 4001
TOO_MANY = 4029

_log = logging.getLogger("chatbox.websocket")


class Conversation:
    """One authenticated caller. Its tasks end with its socket."""

    def __init__(self, socket: Socket, workspace: Workspace, feed: Feed, place: Place) -> None:
        """Nothing is known of the caller yet."""
        self._socket = socket
        self._workspace = workspace
        self._feed = feed
        self._place = place
        self._cookie: str | None = None
        self._by: Identity | None = None
        self._digest = ""
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._following: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._release: Callable[[], None] = lambda: None

    def opened(self, request: Request) -> int | None:
        """See `Talker.opened`."""
        headers = request.headers
        if request.path.partition("?")[0] != "/ws":
            return 404
        if refused(self._place, headers.get_all("Host"), headers.get_all("Origin")) is not None:
            return 403
        self._cookie = cookie_of(self._place, headers.get("Cookie"))
        late = "authenticate within 10 seconds"
        self._deadline = self._loop.call_later(
            AUTHENTICATE_SECONDS, lambda: self._socket.close(NOT_AUTHENTICATED, late)
        )
        return None

    def farewell(self) -> str:
        """See `Talker.farewell`. Whoever was asked to stop must not be replaced by its clients."""
        return STOPPED if self._workspace.stopping.is_set() else "the server is ending"

    def closed(self) -> None:
        """See `Talker.closed`."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._release()
        if self._by is not None:
            self._workspace.presence.connected -= 1
        for task in list(self._tasks):
            task.cancel()

    def heard(self, message: bytes) -> None:
        """See `Talker.heard`."""
        try:
            request = orjson.loads(message)
        except orjson.JSONDecodeError:
            self._fail(None, jsonrpc.PARSE_ERROR, "This is not JSON.")
            return
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            self._fail(None, jsonrpc.INVALID_REQUEST, "Send one JSON-RPC 2.0 request a message.")
            return
        number, method, params = request.get("id"), request["method"], request.get("params") or {}
        if not isinstance(params, dict):
            self._fail(number, jsonrpc.INVALID_PARAMS, "`params` must be an object.")
        elif method == "authenticate":
            self._begin(self._authenticate(number, params))
        elif self._by is None:
            self._refuse(number, Refusal(code="AUTH_ERROR", message="`authenticate` first."))
        elif method == "chatbox/follow":
            self._follow(number, params)
        elif method == "chatbox/unfollow":
            self._unfollow(number)
        elif len(self._tasks) >= REQUESTS_MAX:
            self._refuse(number, Refusal(code="LIMIT_REACHED", message="Too many requests at once: wait for answers."))
        else:
            self._begin(self._invoke(number, method.removeprefix(jsonrpc.PREFIX), params))

    async def _authenticate(self, number: object, params: dict[str, Any]) -> None:
        token = params.get("token") or self._cookie
        if not isinstance(token, str):
            self._refuse(number, Refusal(code="AUTH_ERROR", message="Send a `token`."))
            return
        by = self._workspace.door.identify(token)
        if isinstance(by, Refusal):
            self._refuse(number, by)
            return
        if self._by is None:
            self._workspace.presence.connected += 1
        self._by, self._digest = by, digest_of(token)
        self._release()
        self._release = self._workspace.door.hold(by.participant, self._let_go)
        if self._deadline is not None:
            self._deadline.cancel()
        found = await invoke(self._workspace, by, "websocket", "whoami", {})
        # The admission token may say hello and nothing else, not even ask who it is.
        self._answer(number, {} if isinstance(found, Refusal) else found)

    def _let_go(self) -> None:
        """What this caller may do has changed, or is over: whoever is still admitted connects again."""
        self._socket.close(NOT_AUTHENTICATED, "authenticate again: what you may do here has changed")

    async def _invoke(self, number: object, operation: str, params: dict[str, Any]) -> None:
        by = self._workspace.door.identify_digest(self._digest)
        if isinstance(by, Refusal):
            self._refuse(number, by)
            return
        try:
            answer = await invoke(self._workspace, by, "websocket", operation, params)
        except Exception:  # noqa: BLE001 - a bug is logged here, and must not end the caller's other requests
            _log.exception("%s failed", operation)
            self._fail(number, jsonrpc.INTERNAL_ERROR, "This failed inside ChatBox: see its log.")
            return
        if isinstance(answer, Refusal):
            unknown = answer.code == "NOT_FOUND" and operation not in OPERATIONS
            code = jsonrpc.METHOD_NOT_FOUND if unknown else jsonrpc.code_of(answer)
            self._fail(number, code, answer.message, answer.code)
        else:
            self._answer(number, answer)

    def _follow(self, number: object, params: dict[str, Any]) -> None:
        assert self._by is not None, "only the authenticated follow"
        if Scope.READ not in self._by.scopes:
            sentence = "The admission token cannot read: say `hello` first."
            self._refuse(number, Refusal(code="AUTH_ERROR", message=sentence))
            return
        after = params.get("after")
        start = self._feed.head if after is None else after
        if not isinstance(start, int) or not 0 <= start <= self._feed.head:
            sentence = f"`after` must be 0 to {self._feed.head}."
            self._refuse(number, Refusal(code="VALIDATION_ERROR", message=sentence))
            return
        self._stop_following()
        self._answer(number, {"cursor": start})
        self._following = self._begin(self._tell(start))

    def _unfollow(self, number: object) -> None:
        self._stop_following()
        self._answer(number, {})

    def _stop_following(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    async def _tell(self, after: int) -> None:
        """Send what happens. Nothing is buffered for a peer that does not read: it gets a cursor instead."""
        assert self._by is not None, "only the authenticated follow"
        cursor = after
        async for found in self._feed.follow(self._by, after):
            for part in _parts(found):
                self._socket.send(b'{"jsonrpc":"2.0","method":"chatbox/events","params":%b}' % part.encoded)
                try:
                    async with asyncio.timeout(STALLED_SECONDS):
                        await self._socket.drained()
                except TimeoutError:
                    self._socket.close(BEHIND, f"resume after {cursor}")
                    self._loop.call_later(FAREWELL_SECONDS, self._socket.abort)
                    return
                cursor = part.cursor
        self._let_go()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _answer(self, number: object, result: BaseModel | dict[str, Any]) -> None:
        encoded = to_json(result) if isinstance(result, BaseModel) else orjson.dumps(result)
        self._socket.send(b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (orjson.dumps(number), encoded))

    def _refuse(self, number: object, refusal: Refusal) -> None:
        self._fail(number, jsonrpc.code_of(refusal), refusal.message, refusal.code)

    def _fail(self, number: object, code: int, message: str, name: str | None = None) -> None:
        error: dict[str, Any] = {"code": code, "message": message}
        if name is not None:
            error["data"] = {"code": name}
        self._socket.send(orjson.dumps({"jsonrpc": "2.0", "id": number, "error": error}))


def _parts(found: Notices) -> Iterator[Notices]:
    """The notices in notifications of a bounded size."""
    held: list[Notice] = []
    size = 0
    for notice in found.notices:
        if held and size + len(notice.encoded) > NOTIFICATION_BYTES_MAX:
            yield Notices(notices=held, cursor=held[-1].seq)
            held, size = [], 0
        held.append(notice)
        size += len(notice.encoded)
    yield Notices(notices=held, cursor=found.cursor, supervisors=found.supervisors)
