"""The room's web page: a shell of HTML around the bundle that the build put into `chatbox/web`.

The password is posted once and becomes a cookie for the room's own path. The page shows nothing before that.
"""

import json
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from chatbox.rooms.room import Room
from chatbox.transports.rooms import answers
from chatbox.transports.rooms.admission import cookie_name, judged
from chatbox.transports.rooms.entrance import Entrance, is_own_page, source
from chatbox.transports.rooms.wire import body_of, parsed

ASSETS = {"room.js": "text/javascript", "room.css": "text/css"}
SESSION_SECONDS = 7 * 24 * 3600
PASSWORD_BYTES_MAX = 64 * 1024

BUFFERING = ".trycloudflare.com"
"""Quick tunnels of cloudflared hand on an event stream only when it ends."""

_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<title>Room</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/room.css">
<script type="module" src="assets/room.js"></script>
</head>
<body><noscript>This page needs JavaScript. The command line does without: agent-chat join.</noscript></body>
</html>
"""


def index(_room: Room, request: Request, own: str) -> Response:
    """The page. It holds nothing secret."""
    return HTMLResponse(_SHELL, headers=_headers(request, own))


def with_slash(room: Room) -> Response:
    """The page's addresses are relative, so its own ends with a slash. The fragment survives this."""
    return RedirectResponse(f"{room.id}/", status_code=307)


def asset(request: Request, own: str, name: str) -> Response:
    """One file of the bundle."""
    found = files("chatbox").joinpath("web", name)
    if name not in ASSETS:
        return answers.not_found()
    if not found.is_file():
        return PlainTextResponse("The page is not built. Build it with `npm run build`.", status_code=404)
    return Response(found.read_bytes(), media_type=ASSETS[name], headers=_headers(request, own))


def about(room: Room, request: Request) -> Response:
    """GET about: what the page needs to know of its room."""
    host = request.headers.get("host", "")
    live = "poll" if host.lower().endswith(BUFFERING) else "stream"
    return answers.raw(json.dumps({"name": room.name, "live": live}).encode("ascii"), cors=False)


async def session(room: Room, entrance: Entrance, request: Request, path: str) -> Response:
    """POST session: the password becomes a cookie, for the room's own page only."""
    if not is_own_page(request) or not _is_json(request):
        return answers.error(403, "Only the room's own page can do this", cors=False)
    body = await body_of(request, PASSWORD_BYTES_MAX)
    found = None if body is None else parsed(body)
    password = found.get("password") if found else None
    if not isinstance(password, str):
        return answers.error(400, "Send the room's `password`", cors=False)
    wrong = await judged(room, password.encode("utf-8", "surrogatepass"), source(entrance, request))
    if wrong is not None:
        return wrong
    answer = Response(status_code=204)
    answer.set_cookie(
        cookie_name(room, entrance),
        room.sessions.open(),
        max_age=SESSION_SECONDS,
        path=path,
        httponly=True,
        samesite="strict",
        secure=entrance.is_tunnel(request.headers.get("host", "")),
    )
    return answer


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _headers(request: Request, own: str) -> dict[str, str]:
    """`own` is the room's path where a workspace lives on the same origin: the page reaches nothing outside it."""
    host = request.headers.get("host", "")
    # A policy cannot name an IPv6 address; there the whole origin has to do.
    place = f"{host}{own}" if own and not host.startswith("[") else "'self'"
    policy = (
        "default-src 'none'",
        f"script-src {place}",
        f"style-src {place}",
        "img-src data:",
        f"connect-src {place}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-cache",
    }
