"""What a decision needs to know about old entries and no longer finds in the state.

The broker reads these from the views exactly at the state's seq, and each command of a batch teaches them
what it led to, so that the next one sees it.
"""

from typing import Any, Literal, NamedTuple

from chatbox.domain import entries as e
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import MessageKind, ProposalOutcome, Verdict

KeyName = tuple[str, str, str]
"""(participant, operation, key)."""


class KnownKey(NamedTuple):
    """What a client key was first used for, and the first entry that it led to."""

    params: str
    seq: int


class KnownMessage(NamedTuple):
    """An old message, as far as a decision is concerned.

    `asks` for an approval, whose `verdict` is set once it was decided; `proposes` with an `outcome` once settled.
    """

    id: int
    author: str
    channel: str
    kind: MessageKind
    thread: int | None
    root: int
    depth: int
    verdict: Verdict | Literal["expired"] | None = None
    asks: bool = False
    proposes: bool = False
    outcome: ProposalOutcome | None = None
    pinned: bool = False
    closed: bool = False
    resolved: bool = False
    redacted: bool = False
    words: tuple[int, ...] = ()
    """Later entries that hold words of it: edits, how it was closed, and why it was approved or denied."""


def no_message(number: int) -> Refusal:
    """What is said of a message that does not exist, or not for the asker."""
    return Refusal(code="NOT_FOUND", message=f"There is no message {number}.")


class Needs(NamedTuple):
    """The facts that one command asks for."""

    keys: tuple[KeyName, ...] = ()
    messages: tuple[int, ...] = ()


class Facts:
    """Known keys and messages; what is absent here does not exist."""

    __slots__ = ("keys", "messages")

    def __init__(
        self,
        keys: dict[KeyName, KnownKey] | None = None,
        messages: dict[int, KnownMessage] | None = None,
    ) -> None:
        """What the views told."""
        self.keys = keys or {}
        self.messages = messages or {}

    def message(self, number: int) -> KnownMessage | Refusal:
        """The message with this id, or why there is none."""
        return self.messages.get(number) or no_message(number)

    def learn(self, recorded: e.Recorded) -> None:
        """Remember an entry of the batch being decided."""
        if recorded.key is not None:
            name = (recorded.by, recorded.key.operation, recorded.key.key)
            self.keys[name] = KnownKey(params=recorded.key.params, seq=recorded.seq)
        entry = recorded.entry
        if isinstance(entry, e.MessagePosted):
            self.messages[recorded.seq] = KnownMessage(
                recorded.seq,
                recorded.by,
                entry.channel,
                entry.kind,
                entry.thread,
                entry.root,
                entry.depth,
                asks=entry.tier > 0,
                proposes=entry.post_type == "proposal" and entry.tier == 0,
            )
        elif isinstance(entry, e.ApprovalDecided):
            self._amend(entry.approval, verdict=entry.verdict, word=recorded.seq)
        elif isinstance(entry, e.ApprovalExpired):
            self._amend(entry.approval, verdict="expired")
        elif isinstance(entry, e.ContentRedacted):
            self._amend(entry.target, redacted=True)
        elif isinstance(entry, e.OfMessage):
            self._learn_of(recorded.seq, entry)

    def _learn_of(self, seq: int, entry: e.OfMessage) -> None:
        match entry:
            case e.PostPinned() | e.PostUnpinned():
                self._amend(entry.message, pinned=isinstance(entry, e.PostPinned))
            case e.MessageResolved() | e.MessageUnresolved():
                self._amend(entry.message, resolved=isinstance(entry, e.MessageResolved))
            case e.PostClosed():
                self._amend(entry.message, closed=True, word=seq)
            case e.MessageEdited():
                self._amend(entry.message, word=seq)
            case e.ProposalSettled():
                self._amend(entry.message, outcome=entry.outcome)
            case _:
                pass

    def _amend(self, number: int, *, word: int | None = None, **update: Any) -> None:
        known = self.messages.get(number)
        if known is not None:
            words = known.words if word is None else (*known.words, word)
            self.messages[number] = known._replace(words=words, **update)
