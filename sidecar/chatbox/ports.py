"""What the shell needs from the outside, in verbs of meaning. Adapters implement these; `app` chooses them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, NamedTuple, Protocol

from chatbox.domain.budget import Step
from chatbox.domain.chain import Record, Sealed
from chatbox.domain.commands import Command
from chatbox.domain.entries import Recorded
from chatbox.domain.facts import Facts
from chatbox.domain.search import Query
from chatbox.domain.shown import (
    ApprovalView,
    Brief,
    DeliveryView,
    MessageView,
    RoomView,
    Thread,
    Wording,
)
from chatbox.domain.values import Bound, Charge, Frozen


class AttachmentsFailed(Exception):  # noqa: N818 - reads as the fact it states
    """An attachment cannot be read or written; the message says why and what to do."""


class AttachmentsFull(AttachmentsFailed):
    """There is no room for more bytes: on the disk, or within what the workspace may hold."""


class WrongContent(Exception):  # noqa: N818 - reads as the fact it states
    """What was sent is not what its digest names; all of it was thrown away."""


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


class ViewsFull(ViewsFailed):
    """There is no room to write the views: what they hold is sound, and throwing it away would leave nothing."""


class Journal(Protocol):
    """The append-only log of one workspace. Five verbs; everything else is a view."""

    @property
    def trouble(self) -> str | None:
        """What its person should see to although everything is recorded; `None` when all is well."""

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


class Span(NamedTuple):
    """What lies behind an offset per channel and before `until`; the oldest of it, or the `newest`."""

    after: dict[str, int]
    until: int | None = None
    newest: bool = False


class Unread(NamedTuple):
    """Messages in order; whether more follow, and how many came before the newest ones."""

    messages: list[MessageView]
    more: bool
    earlier: int = 0


class Found(NamedTuple):
    """Matches, newest first; whether there are more. `is_behind`: the newest messages are not in the index yet."""

    messages: list[MessageView]
    more: bool
    is_behind: bool


class Naming(NamedTuple):
    """A message that names a content, and what it says of it."""

    message: int
    channel: str
    media_type: str
    size: int


class Path(NamedTuple):
    """Steps back from a message, that message first, and the message that leads on to the rest."""

    steps: list[Step]
    next: int | None


class Reading(Protocol):
    """The questions that operations ask of the views."""

    async def page(
        self, channel: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[list[MessageView], bool]:
        """A page of a channel, oldest first, and whether there is more in that direction."""

    async def unread(self, span: Span, reader: str, limit: int) -> Unread:
        """Messages of others than `reader`."""

    async def message(self, number: int) -> MessageView | None:
        """One message."""

    async def thread(self, post: int, *, after: int = 0, limit: int = 0) -> Thread | None:
        """A message with its approval, and at most `limit` of its replies behind reply `after`."""

    async def pinned(self, channel: str, after: int, limit: int) -> list[MessageView]:
        """The pinned messages of a channel behind message `after`, oldest first."""

    async def wordings(self, number: int, after: int, limit: int) -> list[Wording]:
        """What an edited message said by entries behind `after`, oldest first."""

    async def deliveries(self, messages: Sequence[int], after_agent: str, limit: int) -> list[DeliveryView]:
        """Whom these messages (each named once) woke, and what came of it; by message, then by agent.

        Of the first message, only what lies behind `after_agent`.
        """

    async def proposals(
        self, status: Literal["open", "standing", "all"], before: int, limit: int, channels: Sequence[str]
    ) -> list[MessageView]:
        """The proposals in `channels` before `before` that are open, that hold, or all; newest first."""

    async def naming(self, sha256: str) -> list[Naming]:
        """The messages that name a content and were not redacted."""

    async def search(self, query: Query, channels: Sequence[str], before: int | None, limit: int) -> Found:
        """The newest matches in `channels` before message `before`."""

    async def channels(self, reader: str) -> list[RoomView]:
        """Every channel as `reader` sees it."""

    async def approvals(
        self, status: Literal["open", "all"], start: int, limit: int, channels: Sequence[str]
    ) -> list[ApprovalView]:
        """Approvals in `channels`: the open ones behind `start`, oldest first; or all before it, newest first."""

    async def speakers(self, channels: Sequence[str]) -> list[str]:
        """Who has said something in `channels`."""

    async def brief(
        self,
        agent: str,
        turn: int,
        bounds: Sequence[tuple[int, Bound]],
        charges: Sequence[Charge],
        attempt: int,
    ) -> Brief:
        """What a turn has to answer: for each bound, what lies between the offset and it."""

    async def path(self, number: int, limit: int) -> Path:
        """A message, what led to it, what led to that, and so on, as far as fits into a page; none when unknown."""

    async def asked_under(self, root: int, channels: Sequence[str], start: int, limit: int) -> list[ApprovalView]:
        """The approvals in `channels` that `root` led to, from `start` on, oldest first."""


class Content(NamedTuple):
    """The bytes of an attachment: their SHA-256 in hex and how many there are."""

    sha256: str
    size: int


class Received(NamedTuple):
    """How many bytes of an upload are here; of a whole one, what they were found to be."""

    size: int
    media_type: str | None


class Attachments(Protocol):
    """The bytes of attachments, each content once. Any verb may raise `AttachmentsFailed`."""

    async def receive(self, by: str, content: Content, offset: int, data: bytes) -> Received:
        """Take bytes of an upload by participant `by`, where they go on from what is here.

        A whole one is on disk to stay, and `by` has proven to hold it. Raises `WrongContent` and `AttachmentsFull`.
        """

    async def uploaded(self, by: str, sha256: str) -> Content | None:
        """The whole content, when `by` has sent all of it."""

    async def media_type(self, sha256: str) -> str:
        """What the content is found to be."""

    async def has(self, sha256: str) -> bool:
        """Whether the whole content is here."""

    async def read(self, sha256: str, offset: int, length: int) -> bytes | None:
        """At most `length` bytes from `offset` on; `None` when the content is not here."""

    def held(self, contents: Collection[str]) -> AbstractAsyncContextManager[None]:
        """While in here nothing removes these: a message is about to name them."""

    async def condemn(self, contents: Collection[str]) -> None:
        """Note durably that these go as soon as nothing names them, also after a crash."""

    async def remove(self, contents: Collection[str], is_named: Callable[[str], Awaitable[bool]]) -> None:
        """Remove what was condemned, is not held and not named; the rest of it is condemned no more."""


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
