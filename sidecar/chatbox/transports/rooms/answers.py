"""Answers in the original's words. Each has a length, so that clients that keep a connection open do not hang."""

import json

from starlette.responses import Response

from chatbox.rooms.room import Wait

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, X-Room-Password",
}


def raw(body: bytes, status: int = 200, *, cors: bool = True) -> Response:
    """JSON that is bytes already."""
    headers = {"Content-Type": "application/json", **(CORS if cors else {})}
    return Response(body, status_code=status, headers=headers)


def error(status: int, sentence: str, *, cors: bool = True) -> Response:
    """What is wrong."""
    return raw(json.dumps({"error": sentence}).encode("ascii"), status, cors=cors)


def not_found() -> Response:
    """There is nothing here; without CORS, as in the original."""
    return error(404, "Not found", cors=False)


def wrong_password() -> Response:
    """Also for no password at all."""
    return error(401, "Invalid password")


def guessed_too_often(wait: Wait) -> Response:
    """Whatever was sent was not looked at."""
    answer = error(429, f"Too many wrong passwords: try again in {wait.seconds} s")
    answer.headers["Retry-After"] = str(wait.seconds)
    return answer


def preflight() -> Response:
    """Any page may ask with a password in the header; none may with a cookie."""
    return Response(b"", headers=CORS)
