"""What was said in a room: the newest messages, in memory, and how many there ever were."""

from collections import deque


class Log:
    """The newest messages, as they go over the wire. Older ones make room; the count never goes back."""

    def __init__(self, messages_max: int, bytes_max: int) -> None:
        """Keeps at most this many messages and bytes, but always the newest message."""
        self.total = 0
        self._messages_max = messages_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept: deque[bytes] = deque()

    @property
    def dropped(self) -> int:
        """How many of the oldest messages are no longer here."""
        return self.total - len(self._kept)

    def append(self, message: bytes) -> None:
        """Add the newest message."""
        self._kept.append(message)
        self._bytes += len(message)
        self.total += 1
        while len(self._kept) > 1 and (len(self._kept) > self._messages_max or self._bytes > self._bytes_max):
            self._bytes -= len(self._kept.popleft())

    def behind(self, after: int, limit: int | None = None) -> list[bytes]:
        """What is still here of the messages behind the first `after`, oldest first; at most `limit` of them."""
        count = self.total - max(after, self.dropped)
        stop = 0 if limit is None else max(0, count - limit)
        # Counted from the end: listeners are nearly always close to it.
        return [self._kept[-place] for place in range(count, stop, -1)]
