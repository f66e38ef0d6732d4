"""Checks each request before routing: Host, Origin, content type, length."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from chatbox.domain.refusal import Refusal
from chatbox.transports.border import Place, refused

BODY_BYTES_MAX = 2 * 1024 * 1024

Voice = Callable[[int, Refusal], ASGIApp]
"""Answers with a status and a refusal, in the words of a protocol."""

VOICELESS: Mapping[str, Voice] = MappingProxyType({})


class Border:
    """Plain ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, place: Place, voices: Mapping[str, Voice] = VOICELESS) -> None:
        """`place` names the hosts and origins that are this server; who comes to a path of `voices` is refused in it.

        A client shows a refusal only when it can read it.
        """
        self._app = app
        self._place = place
        self._voices = voices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a sound request through, answer any other."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._voices.get(scope["path"], _answer)
        found = refused(self._place, headers.getlist("host"), headers.getlist("origin"))
        if found is not None:
            await answer(403, found)(scope, receive, send)
        elif scope["method"] == "POST" and not _is_json(headers.get("content-type", "")):
            wrong = Refusal(code="VALIDATION_ERROR", message="POST needs `Content-Type: application/json`.")
            await answer(415, wrong)(scope, receive, send)
        elif _length(headers) > BODY_BYTES_MAX:
            large = Refusal(code="PAYLOAD_TOO_LARGE", message=f"A request has at most {BODY_BYTES_MAX} bytes.")
            await answer(413, large)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def _length(headers: Headers) -> int:
    declared = headers.get("content-length", "0")
    return int(declared) if declared.isascii() and declared.isdigit() else 0


def _answer(status: int, found: Refusal) -> JSONResponse:
    return JSONResponse({"error": {"code": found.code, "message": found.message}}, status_code=status)
