"""What the shell needs from the outside, in verbs of meaning. Adapters implement these; `app` chooses them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal, Protocol

from chatbox.domain.chain import Record, Sealed
from chatbox.domain.commands import Command
from chatbox.domain.entries import Recorded
from chatbox.domain.facts import Facts
from chatbox.domain.shown import ApprovalView, Brief, ChannelView, MessageView, Thread, Trace
from chatbox.domain.values import Bound, Charge, Frozen


class Head(Frozen):
    """Where a journal ends: seq 0 and 32 zero bytes when it is empty."""

    seq: int
    leaf: bytes


class Conflict(Exception):  # noqa: N818 - an expected outcome, not an error
    """Another writer was first: catch up and decide again."""


class JournalFailed(Exception):  # noqa: N818 - reads as the fact it states
    """The journal cannot be written or read; the message says why and what to do."""


class ViewsFailed(Exception):  # noqa: N818 - reads as the fact it states
    """The views cannot be read or written. They can be thrown away and made anew."""


class Journal(Protocol):
    """The append-only log of one workspace. Five verbs; everything else is a view."""

    async def append(self, record: Record, *, after: int) -> None:
        """Make `record` durable, wholly or not at all, right behind entry `after`.

        Raises `Conflict` when the journal does not end at `after`, `JournalFailed` when the outcome is unknown
        or the store is unusable. A cancelled caller does not tear it.
        """

    async def read(self, after: int, limit: int) -> list[Sealed]:
        """At most `limit` entries behind `after`, in order."""

    async def head(self) -> Head:
        """Where the journal ends."""

    def watch(self, after: int) -> AsyncIterator[Head]:
        """Yield the head now if it is beyond `after`, and again whenever it has moved."""

    async def forget(self, seq: int) -> None:
        """Delete the text and the salt of entry `seq`, durably. Its head stays."""

    async def close(self) -> None:
        """Let go of the store."""


class Views(Protocol):
    """The read models of one workspace: disposable, rebuilt from the journal. Any verb may raise `ViewsFailed`."""

    async def position(self) -> Head:
        """The last entry applied."""

    async def journal(self) -> str | None:
        """The identity of the journal that these views were made from, if any."""

    async def apply(self, entries: Sequence[Recorded], head: Head) -> None:
        """Fold entries that directly follow the position; `head` is the last of them."""

    async def facts(self, commands: Sequence[Command]) -> Facts:
        """What deciding these commands needs to know about old entries."""

    async def reset(self) -> None:
        """Forget everything, to be rebuilt from entry 1."""

    async def load_snapshot(self) -> dict[str, Any] | None:
        """The newest state snapshot, if there is one."""

    async def save_snapshot(self, snapshot: dict[str, Any]) -> None:
        """Keep a state snapshot, replacing the one before."""

    async def close(self) -> None:
        """Let go of the store."""


class Reading(Protocol):
    """The questions that operations ask of the views."""

    async def page(
        self, channel: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[list[MessageView], bool]:
        """A page of a channel, oldest first, and whether there is more in that direction."""

    async def unread(self, after: dict[str, int], reader: str, limit: int) -> tuple[list[MessageView], bool]:
        """The oldest messages of others beyond an offset per channel, and whether there are more."""

    async def thread(self, post: int) -> Thread | None:
        """A message with its replies and its approval."""

    async def channels(self, reader: str) -> list[ChannelView]:
        """Every channel as `reader` sees it."""

    async def approvals(self, status: Literal["open", "all"], limit: int) -> list[ApprovalView]:
        """Open approvals, or the newest of all; oldest first."""

    async def brief(
        self,
        agent: str,
        turn: int,
        bounds: Sequence[tuple[int, Bound]],
        charges: Sequence[Charge],
        attempt: int,
    ) -> Brief:
        """What a turn has to answer: for each bound, what lies between the offset and it."""

    async def trace(self, message: int) -> Trace | None:
        """What led to a message."""


class Clock(Protocol):
    """The time, passed in everywhere so that tests and the simulation own it."""

    def now(self) -> int:
        """Microseconds UTC; it moves with monotonic time and never jumps."""

    def elapsed(self) -> float:
        """Seconds of monotonic time since some fixed moment."""


class TurnSpec(Frozen):
    """Everything that an engine gets to know about one turn."""

    agent: str
    turn: int
    epoch: int
    attempt: int
    brief: Brief
    workspace: str
    url: str
    token: str


class EngineFailed(Exception):  # noqa: N818 - reads as the fact it states
    """The turn ended without an answer; the message is kept as the turn's error."""


class Engine(Protocol):
    """Runs one turn of one agent: messages in, things to say out."""

    async def run(self, spec: TurnSpec) -> list[dict[str, Any]]:
        """The params of what the turn says (see `Said`). Raises `EngineFailed`; cancelling it kills the turn."""
