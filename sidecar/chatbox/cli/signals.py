"""How a person, a service manager or a closed terminal ends what runs: asked once, then in a hurry, then at once."""

import asyncio
import os
import signal
from types import FrameType, TracebackType
from typing import Any, Self

from chatbox.cli.exits import Exit

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Ending:
    """The signals that end a process, as two events. The third signal waits for nothing."""

    def __init__(self) -> None:
        """Make it inside the loop that it wakes."""
        self.asked = asyncio.Event()
        self.hurried = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._before: dict[signal.Signals, Any] = {}

    def take_over(self) -> None:
        """From now on a signal asks. `signal.signal` because Windows' loops have no handlers of their own."""
        for name in _NAMES:
            known = getattr(signal, name, None)
            if known is not None:
                self._before[known] = signal.signal(known, self._heard)

    def __enter__(self) -> Self:
        """Itself; signals still do what they did before, which ends a long start-up at once."""
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Give them back."""
        for known, handler in self._before.items():
            signal.signal(known, handler)

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if self.hurried.is_set():
            os._exit(Exit.INTERRUPTED)
        self._loop.call_soon_threadsafe((self.hurried if self.asked.is_set() else self.asked).set)
