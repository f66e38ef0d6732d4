"""Wrong passwords of one room: how many may be tried from where. What is held is bounded, whoever asks how often."""

from collections import OrderedDict, deque
from collections.abc import Callable

WINDOW_SECONDS = 60.0
FROM_ONE_PLACE = 5
FROM_EVERYWHERE = 20
REMEMBERED = 256
GUESTS = 1_000


class Guesses:
    """Counts different wrong passwords within a minute. The same one again is no new guess and costs nothing.

    That is so because a client with a mistyped password asks on and on, and must not lock out the others of its
    machine. Places that have known the password before are not held back by guesses from elsewhere.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        """`elapsed` is a monotonic clock."""
        self._elapsed = elapsed
        self._missed: deque[tuple[float, str]] = deque(maxlen=FROM_EVERYWHERE)
        self._wrong: OrderedDict[bytes, None] = OrderedDict()
        self._guests: OrderedDict[str, None] = OrderedDict()

    def is_known_wrong(self, guess: bytes) -> bool:
        """Whether this digest was tried before, in vain."""
        return guess in self._wrong

    def wait_seconds(self, source: str) -> float:
        """How long `source` has to wait for its next guess; 0 when it may try now."""
        now = self._elapsed()
        recent = [(at, whence) for at, whence in self._missed if now - at < WINDOW_SECONDS]
        mine = [at for at, whence in recent if whence == source]
        if len(mine) >= FROM_ONE_PLACE:
            return mine[-FROM_ONE_PLACE] + WINDOW_SECONDS - now
        if len(recent) >= FROM_EVERYWHERE and source not in self._guests:
            return recent[0][0] + WINDOW_SECONDS - now
        return 0.0

    def missed(self, source: str, guess: bytes) -> None:
        """A new guess was wrong."""
        self._missed.append((self._elapsed(), source))
        self._wrong[guess] = None
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def knew(self, source: str) -> None:
        """Somebody there knows the password."""
        self._guests[source] = None
        self._guests.move_to_end(source)
        while len(self._guests) > GUESTS:
            self._guests.popitem(last=False)
