"""The event loop of what lasts."""

import asyncio
import contextlib
import sys
from collections.abc import Callable

from chatbox.client.machine import is_wine

if sys.platform == "win32":
    TICK_SECONDS = 0.5

    class TickingLoop(asyncio.ProactorEventLoop):
        """Wakes up twice a second by itself, for Wine.

        Of some ten thousand times that a thread wakes the loop, Wine 8 loses one, and the loop would sleep on with the
        answer at hand: a start stood still there. Windows loses none.
        """

        def __init__(self) -> None:
            """Begin to tick with the loop."""
            super().__init__()
            self._tick()

        def _tick(self) -> None:
            self.call_later(TICK_SECONDS, self._tick)


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
