"""The event loop of what lasts."""

import asyncio
import contextlib
import sys
from collections.abc import Callable

from chatbox.client.machine import is_wine

if sys.platform == "win32":
    FIRST_TICK_SECONDS = 0.5
    TICK_SECONDS_MAX = 8.0

    class TickingLoop(asyncio.ProactorEventLoop):
        """Wakes up by itself, for Wine: soon while much starts, every eight seconds later.

        Of some ten thousand times that a thread wakes the loop, Wine 8 loses one, and the loop would sleep on with the
        answer at hand: a start stood still there. Nobody has looked whether Windows does.
        """

        def __init__(self) -> None:
            """Begin to tick with the loop."""
            super().__init__()
            self._tick(FIRST_TICK_SECONDS)

        def _tick(self, seconds: float) -> None:
            self.call_later(seconds, self._tick, min(2 * seconds, TICK_SECONDS_MAX))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster loop, where there is one."""
    found: Callable[[], asyncio.AbstractEventLoop] | None = None
    if sys.platform == "win32":
        found = TickingLoop if is_wine() else None
    else:
        with contextlib.suppress(ImportError):
            import uvloop  # noqa: PLC0415 - not on Windows

            found = uvloop.new_event_loop
    return found
