"""Who has shown the password on the room's page. A session is a cookie; it ends with the room."""

import hashlib
import secrets
from collections import OrderedDict

SESSIONS_MAX = 1_000


class Sessions:
    """The digests of the cookies that were handed out; the oldest gives way when there are too many."""

    def __init__(self) -> None:
        """Nobody is here yet."""
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def open(self) -> str:
        """A new session's cookie."""
        token = secrets.token_urlsafe(32)
        self._known[_digest(token)] = None
        while len(self._known) > SESSIONS_MAX:
            self._known.popitem(last=False)
        return token

    def knows(self, token: str) -> bool:
        """Whether `token` was handed out here. It is looked up by digest: the time taken says nothing about it."""
        return _digest(token) in self._known


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
