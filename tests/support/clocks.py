"""A clock that stands still until a test moves it."""

from chatbox.domain.values import SECOND

MORNING = 1_700_000_000 * SECOND
"""Where clocks of tests begin (microseconds UTC)."""


class ManualClock:
    """Implements `Clock`. `advance` lets time pass; `jump` moves only the wall clock, as an administrator would."""

    def __init__(self, now: int = MORNING) -> None:
        self._now = now
        self._elapsed = 0.0

    def now(self) -> int:
        return self._now

    def elapsed(self) -> float:
        return self._elapsed

    def advance(self, seconds: float) -> None:
        self._now += int(seconds * SECOND)
        self._elapsed += seconds

    def jump(self, seconds: float) -> None:
        self._now += int(seconds * SECOND)
