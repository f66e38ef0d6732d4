"""The web page: one shell of HTML around the UI bundle that the build put into `chatbox/web`."""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".map": "application/json"}

_POLICY = "; ".join(  # noqa: FLY002 - one directive a line
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

_SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ChatBox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/chatbox.css">
<script type="module" src="/assets/chatbox.js"></script>
</head>
<body><noscript>ChatBox needs JavaScript for this page. The command line does without: chatbox listen.</noscript></body>
</html>
"""


async def index(_request: Request) -> Response:
    """The page. It holds nothing secret: the bundle asks for everything with its cookie."""
    return HTMLResponse(_SHELL, headers=_HEADERS)


async def asset(request: Request) -> Response:
    """One file of the bundle."""
    name = request.path_params["name"]
    suffix = name[name.rfind(".") :] if "." in name else ""
    found = files("chatbox").joinpath("web", name)
    if suffix not in _TYPES or "/" in name or "\\" in name or not found.is_file():
        return PlainTextResponse("There is no such file. Build the page with `npm run build`.", status_code=404)
    return Response(found.read_bytes(), media_type=_TYPES[suffix], headers=_HEADERS)
