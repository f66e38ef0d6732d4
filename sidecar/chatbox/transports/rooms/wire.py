"""The wire format of agent-chatroom 0.2.0, for one room. Whoever gets here has been let in."""

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from chatbox.rooms.room import Full, Room
from chatbox.transports.rooms import answers
from chatbox.transports.rooms.admission import query

NUMBER_CHARACTERS_MAX = 18
NESTING_MAX = 32
BATCH = 256
"""Messages that a stream sends at once."""


def messages(room: Room, _request: Request) -> Response:
    """GET /messages: everything that is still here, oldest first."""
    return answers.raw(b'{"messages": [%b]}' % b", ".join(room.log.behind(0)))


async def say(room: Room, request: Request) -> Response:
    """POST /messages."""
    body = await body_of(request, room.limits.body_bytes)
    if body is None:
        return answers.error(413, f"A message has at most {room.limits.body_bytes} bytes")
    found = parsed(body)
    if found is None:
        return answers.error(400, "Invalid JSON")
    agent, text = found.get("agent", "anonymous"), found.get("text", "")
    if not text:
        return answers.error(400, "Message text required")
    if not (_is_shallow(agent) and _is_shallow(text)):
        return answers.error(400, "Invalid JSON")
    return answers.raw(b'{"ok": true, "message": %b}' % room.say(agent, text))


async def poll(room: Room, request: Request) -> Response:
    """GET /messages/poll: what follows `after`, held for a while when there is nothing yet.

    A caller that is ahead of us knew another room, as before a restart: it is told at once where we are.
    """
    after = _number(query(request, "after", "0"))
    if after is None:
        return answers.error(400, "after must be a number")
    if after == room.log.total:
        try:
            with room.waiter():
                await room.moved(after, room.limits.hold_seconds)
        except Full:
            # Answered at once, as the original does: it asks again a little later.
            pass
    start = after if after >= 0 else max(0, room.log.total + after)
    found = b", ".join(room.log.behind(start))
    return answers.raw(b'{"messages": [%b], "next": %d}' % (found, room.log.total))


def stream(room: Room, request: Request) -> Response:
    """GET /messages/stream: what is said from now on, or behind `Last-Event-ID` or `after`."""
    asked = request.headers.get("last-event-id") or query(request, "after") or str(room.log.total)
    after = _number(asked)
    if after is None or after < 0:
        return answers.error(400, "after must be a number")
    if room.waiting >= room.limits.waiters:
        return answers.error(503, "Too many are listening: try again later")
    headers = {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-cache, no-transform",
        "Connection": "keep-alive",
        "X-Accel-Buffering": "no",
        **answers.CORS,
    }
    # Who is ahead of us knew another room: everything here is new.
    return StreamingResponse(_events(room, after if after <= room.log.total else 0), headers=headers)


async def _events(room: Room, after: int) -> AsyncIterator[bytes]:
    """Nothing is buffered for a listener: it is a position, and what it missed is read from the log."""
    yield b": connected\n\n"
    try:
        with room.waiter():
            while not room.closed.is_set():
                if not await room.moved(after, room.limits.keepalive_seconds):
                    yield b": keepalive\n\n"
                while after < room.log.total:
                    after = max(after, room.log.dropped)
                    found = room.log.behind(after, BATCH)
                    yield b"".join(_event(number, message) for number, message in enumerate(found, after + 1))
                    after += len(found)
    except Full:
        return


def _event(number: int, message: bytes) -> bytes:
    """The id is the number of messages up to this one, which is also what `after` takes."""
    return b"id: %d\ndata: %b\n\n" % (number, message)


async def body_of(request: Request, bytes_max: int) -> bytes | None:
    """The body, or `None` when it is too long."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > bytes_max:
        return None
    held = bytearray()
    try:
        async for chunk in request.stream():
            held += chunk
            if len(held) > bytes_max:
                return None
    except ClientDisconnect:
        return b""
    return bytes(held)


def parsed(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body, or `None`. Read with the original's own parser, so that both take the same."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_shallow(value: Any, levels: int = NESTING_MAX) -> bool:
    """Whether everybody who is handed this value can write it down; parsers take far more than that."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return levels > 0 and all(_is_shallow(one, levels - 1) for one in value)
    return True


def _number(text: str) -> int | None:
    try:
        return int(text) if len(text) <= NUMBER_CHARACTERS_MAX else None
    except ValueError:
        return None
