"""The Starlette application: what each path answers. The border stands before every route."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from chatbox import __version__
from chatbox.domain.attachments import IMAGES
from chatbox.domain.refusal import Refusal
from chatbox.operations.attachments import whole
from chatbox.operations.calling import invoke
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.feed import Feed, Notices
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place, sender
from chatbox.transports.http import openapi, original, page
from chatbox.transports.http.border import BODY_BYTES_MAX, VOICELESS, Border, Voice
from chatbox.transports.http.statuses import STATUS

SEQ_DIGITS_MAX = 16
COOKIE_SECONDS = 365 * 24 * 3600
"""The longest that a session lasts; when it really ends is the owner's to say."""

_OF_BYTES = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=31536000, immutable",
}


class Routes:
    """The routes of one workspace."""

    def __init__(self, workspace: Workspace, feed: Feed, place: Place) -> None:
        """All of the same workspace."""
        self._workspace = workspace
        self._feed = feed
        self._place = place

    async def health(self, _request: Request) -> Response:
        """The only answer that needs no token; it says nothing about the content."""
        broker = self._workspace.broker
        status = "ok" if broker.failed is None else "stopped"
        return JSONResponse({"status": status, "version": __version__, "detail": broker.detail})

    async def call(self, request: Request) -> Response:
        """POST /api/<operation>."""
        by = sender(self._workspace.door, self._place, request.headers)
        if isinstance(by, Refusal):
            return refusal(by)
        params = await body(request)
        if isinstance(params, Refusal):
            return refusal(params)
        answer = await invoke(self._workspace, by, "http", request.path_params["operation"], params)
        return refusal(answer) if isinstance(answer, Refusal) else json(answer)

    async def call_of_the_original(self, request: Request) -> Response:
        """POST /<operation>, and GET with its arguments in the query."""
        name = request.url.path[1:]
        params = original.named(name, request.query_params) if request.method == "GET" else await body(request)
        if isinstance(params, Refusal):
            return refusal(params, **original.refused(params))
        found = original.identified(self._workspace.door, self._place, request.headers, params)
        if isinstance(found, Refusal):
            return refusal(found, **original.refused(found))
        answer = await original.ask(self._workspace, found[0], name, found[1])
        return refusal(answer, **original.refused(answer)) if isinstance(answer, Refusal) else json(answer)

    async def openapi(self, _request: Request) -> Response:
        """GET /openapi.json: what can be asked."""
        return Response(openapi.document(), media_type="application/json")

    async def events(self, request: Request) -> Response:
        """GET /events: what happens, as Server-Sent Events; resumes behind `Last-Event-ID` or `after`."""
        by = sender(self._workspace.door, self._place, request.headers)
        if isinstance(by, Refusal):
            return refusal(by)
        if "read" not in by.scopes:
            return refusal(Refusal(code="AUTH_ERROR", message="The admission token cannot read: say `hello` first."))
        asked = request.headers.get("last-event-id") or request.query_params.get("after") or str(self._feed.head)
        if not asked.isascii() or not asked.isdigit() or len(asked) > SEQ_DIGITS_MAX or int(asked) > self._feed.head:
            return refusal(Refusal(code="VALIDATION_ERROR", message=f"`after` must be 0 to {self._feed.head}."))
        stream = self._stream(self._feed.follow(by, int(asked)))
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _stream(self, found: AsyncIterator[Notices]) -> AsyncIterator[bytes]:
        self._workspace.presence.connected += 1
        try:
            yield b": connected\n\n"
            async for notices in found:
                if notices.supervisors is not None:
                    # Without an `id`: presence is no entry, so it must not move where the reader resumes.
                    yield b"event: supervisors\ndata: %b\n\n" % notices.encoded_supervisors
                for notice in notices.notices:
                    yield b"id: %d\ndata: %b\n\n" % (notice.seq, notice.encoded)
        finally:
            self._workspace.presence.connected -= 1

    async def attachment(self, request: Request) -> Response:
        """GET /attachments/<sha256>: the bytes alone, for pages. What they are never makes a page of them."""
        by = sender(self._workspace.door, self._place, request.headers)
        if isinstance(by, Refusal):
            return refusal(by)
        found = await whole(self._workspace, by, request.path_params["sha256"])
        if isinstance(found, Refusal):
            return refusal(found)
        headers = _OF_BYTES if found.media_type in IMAGES else _OF_BYTES | {"Content-Disposition": "attachment"}
        return Response(found.data, media_type=found.media_type, headers=headers)

    async def session(self, request: Request) -> Response:
        """POST /session: a link's code becomes a cookie."""
        params = await body(request)
        if isinstance(params, Refusal):
            return refusal(params)
        code = params.get("code")
        if not isinstance(code, str):
            return refusal(Refusal(code="VALIDATION_ERROR", message="Send the link's `code`."))
        token = await self._workspace.door.redeem(code)
        if isinstance(token, Refusal):
            return refusal(token)
        answer = Response(status_code=204)
        answer.set_cookie(self._place.cookie, token, max_age=COOKIE_SECONDS, httponly=True, samesite="strict", path="/")
        return answer


def application(
    workspace: Workspace,
    feed: Feed,
    place: Place,
    others: Sequence[BaseRoute] = (),
    voices: Mapping[str, Voice] = VOICELESS,
) -> Starlette:
    """The application; `others` are the routes of transports that live on the same port, `voices` how they refuse."""
    routes = Routes(workspace, feed, place)
    return Starlette(
        routes=[
            Route("/health", routes.health, methods=["GET"]),
            Route("/openapi.json", routes.openapi, methods=["GET"]),
            *(Route(f"/{name}", routes.call_of_the_original, methods=["POST"]) for name in original.POSTED),
            *(Route(f"/{name}", routes.call_of_the_original, methods=["GET"]) for name in original.ASKED),
            Route("/session", routes.session, methods=["POST"]),
            Route("/events", routes.events, methods=["GET"]),
            Route("/attachments/{sha256}", routes.attachment, methods=["GET"]),
            Route("/api/{operation}", routes.call, methods=["POST"]),
            Route("/", page.index, methods=["GET"]),
            Route("/assets/{name}", page.asset, methods=["GET"]),
            *others,
        ],
        middleware=[Middleware(Border, place=place, voices=voices)],
        exception_handlers={404: _not_found, 405: _not_allowed, 500: _failed},
    )


def refusal(refused: Refusal, **beside: Any) -> Response:
    """A refusal with the status that fits, and what else its reader looks for."""
    status = STATUS.get(refused.code, 409)
    return Response(
        orjson.dumps({"error": {"code": refused.code, "message": refused.message}, **beside}),
        status_code=status,
        media_type="application/json",
    )


def json(answer: BaseModel) -> Response:
    """A result."""
    return Response(orjson.dumps(answer.model_dump(mode="json")), media_type="application/json")


async def body(request: Request) -> dict[str, Any] | Refusal:
    """The JSON object that was sent; an empty body is an empty object."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > BODY_BYTES_MAX:
            return Refusal(code="PAYLOAD_TOO_LARGE", message=f"A request has at most {BODY_BYTES_MAX} bytes.")
    try:
        parsed = orjson.loads(bytes(held)) if held else {}
    except orjson.JSONDecodeError:
        return Refusal(code="VALIDATION_ERROR", message="The body is not JSON.")
    if not isinstance(parsed, dict):
        return Refusal(code="VALIDATION_ERROR", message="The body must be a JSON object.")
    return parsed


async def _not_found(request: Request, _exc: Exception) -> Response:
    known = ", ".join(sorted(name for name, op in OPERATIONS.items() if "http" in op.transports))
    return refusal(
        Refusal(code="NOT_FOUND", message=f"There is no {request.url.path}. POST /api/<operation>: {known}.")
    )


async def _not_allowed(request: Request, _exc: Exception) -> Response:
    answer = refusal(Refusal(code="VALIDATION_ERROR", message=f"{request.url.path} does not take {request.method}."))
    answer.status_code = 405
    return answer


async def _failed(_request: Request, _exc: Exception) -> Response:
    return JSONResponse(
        {"error": {"code": "UNAVAILABLE", "message": "This failed inside ChatBox: see its log."}},
        status_code=500,
    )
