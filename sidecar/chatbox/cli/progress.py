"""How far something long has come, on stderr. What is over within a second shows nothing."""

import sys
import time
from types import TracebackType
from typing import Self

SILENT_SECONDS = 1.0
LINE_SECONDS = 2.0
REDRAW_SECONDS = 0.1


class Shown:
    """Called with (entries done, entries in all). One line that is redrawn on a terminal, else a line now and then."""

    def __init__(self, *steps: str) -> None:
        """`steps` are what goes on one after the other, as in "reading the journal"; each counts from nothing."""
        self._steps = steps
        self._step = 0
        self._done = 0
        self._redraws = sys.stderr.isatty()
        self._next = time.monotonic() + SILENT_SECONDS
        self._drawn = False

    def __call__(self, done: int, entire: int) -> None:
        """See `Progress`."""
        if done < self._done:
            self._step = min(self._step + 1, len(self._steps) - 1)
        self._done = done
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (REDRAW_SECONDS if self._redraws else LINE_SECONDS)
        self._drawn = True
        line = f"{self._steps[self._step]}: {100 * done // max(entire, 1)} % ({done:,} of {entire:,} entries)"
        sys.stderr.write(f"\r\x1b[K{line}" if self._redraws else f"{line}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Make room for what is printed next."""
        if self._drawn and self._redraws:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        self._drawn = False

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Clear."""
        self.clear()
