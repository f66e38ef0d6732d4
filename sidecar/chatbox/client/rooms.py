"""A client of a password room, ours or the original's, in the wire format of agent-chatroom 0.2.0."""

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote, urldefrag

SEND_SECONDS = 30.0
POLL_SECONDS = 10.0
HELD_SECONDS = 1.0
"""A server that takes longer than this to say that there is nothing has held the poll: ask again at once."""

HEADER_VALUE = re.compile(rb"[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?")
"""What arrives as it was sent: no control characters, no space at either end. Anything else goes into the query."""

BEYOND = 2**53
"""Nobody has so many messages; a room answers at once where it is."""

PAUSE_FIRST_SECONDS = 0.5
PAUSE_MORE_SECONDS = 0.2
PAUSE_LONGEST_SECONDS = 3.0

UNREACHABLE = (OSError, http.client.HTTPException, ValueError)
"""What asking may raise: no connection, no HTTP, no JSON. `urllib.error.HTTPError` is an `OSError`."""


class RoomClient:
    """One room and the password for it."""

    def __init__(self, url: str, password: str) -> None:
        """`url` as people pass it on: a slash at its end, and a link's fragment, do not matter."""
        self._url = urldefrag(url).url.rstrip("/")
        # Python would send Latin-1 and fail beyond it; as bytes it is UTF-8 for every password.
        encoded = password.encode("utf-8", "surrogateescape")
        fits = HEADER_VALUE.fullmatch(encoded) is not None
        self._headers: dict[str, Any] = {"X-Room-Password": encoded} if fits else {}
        self._query = "" if fits else f"password={quote(encoded)}"

    def send(self, agent: str, text: str) -> bool:
        """Say something; whether it was taken. Raises `UNREACHABLE`."""
        data = json.dumps({"agent": agent, "text": text}).encode("ascii")
        answer = self._ask("/messages", "", SEND_SECONDS, data)
        return bool(answer.get("ok", False))

    def count(self) -> int:
        """How many messages there ever were. Raises `UNREACHABLE`."""
        return self.poll(BEYOND)[1]

    def poll(self, after: int) -> tuple[list[dict[str, Any]], int]:
        """What follows the first `after` messages, and where to go on. Raises `UNREACHABLE`."""
        answer = self._ask("/messages/poll", f"after={after}", POLL_SECONDS)
        return list(answer.get("messages", [])), int(answer.get("next", after))

    def _ask(self, path: str, query: str, seconds: float, data: bytes | None = None) -> dict[str, Any]:
        parameters = "&".join(part for part in (self._query, query) if part)
        url = f"{self._url}{path}{'?' if parameters else ''}{parameters}"
        headers = self._headers | ({"Content-Type": "application/json"} if data is not None else {})
        request = urllib.request.Request(url, data, headers)  # noqa: S310 - the address is the user's own
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            found = json.loads(answer.read())
        if not isinstance(found, dict):
            msg = "the answer is not that of a room"
            raise ValueError(msg)  # noqa: TRY004 - the server's mistake, not a type of ours
        return found


def link_password(url: str) -> str | None:
    """The password in a room's link, if it is one."""
    fragment = urldefrag(url).fragment
    return unquote(fragment.removeprefix("password=")) if fragment.startswith("password=") else None


def follow(
    room: RoomClient, after: int, failed: Callable[[Exception], bool], sleep: Callable[[float], None] = time.sleep
) -> Iterator[dict[str, Any]]:
    """Every message behind the first `after`, as it comes, also across a restart of the room.

    `failed` is told what went wrong and says whether to go on; that waits three seconds.
    """
    pause = PAUSE_FIRST_SECONDS
    while True:
        asked = time.monotonic()
        try:
            found, after = room.poll(after)
        except UNREACHABLE as error:
            if not failed(error):
                return
            sleep(PAUSE_LONGEST_SECONDS)
            continue
        yield from found
        if found or time.monotonic() - asked >= HELD_SECONDS:
            pause = PAUSE_FIRST_SECONDS
        else:
            # This one answers at once, as the original does.
            sleep(pause)
            pause = min(pause + PAUSE_MORE_SECONDS, PAUSE_LONGEST_SECONDS)
