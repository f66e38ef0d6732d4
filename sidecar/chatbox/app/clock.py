"""The real clock: it moves with monotonic time, so that a jump of the wall clock changes nothing."""

import time

from chatbox.domain.values import SECOND


class SystemClock:
    """UTC as it was when the process started, plus the time that has passed since."""

    def __init__(self) -> None:
        """Looks at the wall clock once."""
        self._origin = int(time.time() * SECOND)
        self._started = time.monotonic()

    def now(self) -> int:
        """See `Clock.now`."""
        return self._origin + int((time.monotonic() - self._started) * SECOND)

    def elapsed(self) -> float:
        """See `Clock.elapsed`."""
        return time.monotonic()
