"""One room: a password, a log, and those who wait for what comes next."""

import asyncio
import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from chatbox.rooms.guesses import Guesses
from chatbox.rooms.hashing import Worker
from chatbox.rooms.log import Log
from chatbox.rooms.password import Password
from chatbox.rooms.sessions import Sessions

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """The time, passed in."""

    def now(self) -> int:
        """Microseconds UTC."""

    def elapsed(self) -> float:
        """Seconds of monotonic time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a room holds at most, and how long it keeps a caller waiting."""

    messages: int = 10_000
    log_bytes: int = 16 * 1024 * 1024
    body_bytes: int = 1024 * 1024
    waiters: int = 512
    hold_seconds: float = 8.0
    """The original client gives up after ten."""
    keepalive_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Wait:
    """A guess that was not looked at: ask again in so many seconds."""

    seconds: int


class Full(Exception):  # noqa: N818 - reads as the fact it states
    """As many wait here as may."""


class Room:
    """A place to talk for whoever knows its password. It is gone with the process."""

    def __init__(
        self,
        identity: str,
        name: str,
        password: Password,
        clock: Clock,
        worker: Worker,
        limits: Limits | None = None,
    ) -> None:
        """`identity` is its part of an address, `name` what people call it; `worker` is that of all rooms."""
        self.id = identity
        self.name = name
        self.password = password
        self.limits = limits or Limits()
        self.log = Log(self.limits.messages, self.limits.log_bytes)
        self.sessions = Sessions()
        self.opened = clock.now()
        self.closed = asyncio.Event()
        self.waiting = 0
        self.on_message: Callable[[dict[str, Any]], None] = lambda _message: None
        self._clock = clock
        self._guesses = Guesses(clock.elapsed)
        self._right: set[bytes] = set()
        self._worker = worker
        self._moved = asyncio.Event()

    async def admits(self, guess: bytes, source: str) -> bool | Wait:
        """Whether `guess`, as its bytes came, is the password. Too many guesses are not even looked at."""
        digest = self.password.digest(guess)
        known = self._known(digest, source)
        if known is not None:
            return known
        async with self._worker.turn:
            # Whoever waited here may find that it was checked meanwhile, or that there were too many.
            known = self._known(digest, source)
            return await self._checked(guess, digest, source) if known is None else known

    def _known(self, digest: bytes, source: str) -> bool | Wait | None:
        """The same without checking a password, or `None` when it takes that."""
        if self._guesses.is_known_wrong(digest):
            return False
        seconds = self._guesses.wait_seconds(source)
        if seconds > 0:
            return Wait(math.ceil(seconds))
        if digest not in self._right:
            return None
        self._guesses.knew(source)
        return True

    async def _checked(self, guess: bytes, digest: bytes, source: str) -> bool:
        if not await self._worker.checked(self.password.fits, guess):
            self._guesses.missed(source, digest)
            return False
        self._right.add(digest)
        self._guesses.knew(source)
        return True

    def say(self, agent: Any, text: Any) -> bytes:
        """Add a message and wake everybody; the message as it is told.

        Both are whatever JSON holds, as the original takes them.
        """
        at = _EPOCH + timedelta(microseconds=self._clock.now())
        message = {"agent": agent, "text": text, "timestamp": at.isoformat(timespec="microseconds")}
        told = json.dumps(message).encode("ascii")
        self.log.append(told)
        self._wake()
        self.on_message(message)
        return told

    @contextmanager
    def waiter(self) -> Iterator[None]:
        """A place among those who wait. Raises `Full`."""
        if self.waiting >= self.limits.waiters:
            raise Full
        self.waiting += 1
        try:
            yield
        finally:
            self.waiting -= 1

    async def moved(self, after: int, seconds: float) -> bool:
        """Wait until there are more than `after` messages or the room closes; `False` when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                while self.log.total <= after and not self.closed.is_set():
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let everybody go: held polls are answered, streams end."""
        self.closed.set()
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
