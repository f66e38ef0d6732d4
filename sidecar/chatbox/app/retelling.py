"""What was said, from the journal alone: each message with its newest words and what became of it, for an export.

The views answer the same questions, but only their owner keeps them up to date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chatbox.domain import entries as e
from chatbox.domain.attachments import attachments_of
from chatbox.domain.chain import Sealed, unseal
from chatbox.domain.shown import AttachmentView

_WORDS: dict[type[e.Entry], str] = {
    e.PostPinned: "pinned",
    e.PostUnpinned: "unpinned",
    e.MessageResolved: "resolved",
    e.MessageUnresolved: "reopened",
}


@dataclass(slots=True)
class Told:
    """A message. `body` is null once it was redacted; `became` says what became of it, oldest first."""

    id: int
    channel: str
    at: int
    author: str
    title: str | None
    body: str | None
    thread: int | None
    tier: int
    edited: bool = False
    attachments: list[AttachmentView] = field(default_factory=list)
    became: list[str] = field(default_factory=list)


def retold(entries: Iterable[Sealed]) -> list[Told]:
    """Every message of a journal, in order."""
    told: dict[int, Told] = {}
    for sealed in entries:
        recorded = unseal(sealed)
        entry = recorded.entry
        if isinstance(entry, e.MessagePosted):
            told[recorded.seq] = _told(recorded, entry)
        elif isinstance(entry, e.ApprovalDecided):
            _became(told, entry.approval, f"{entry.verdict} by {recorded.by}", entry.text, "reason")
        elif isinstance(entry, e.OfMessage):
            _add(told, recorded.by, entry)
    return list(told.values())


def chosen(messages: Iterable[Told], channel: str | None, since: int | None, until: int | None) -> Iterator[Told]:
    """Those of one channel, said from `since` on and before `until` (microseconds UTC)."""
    for message in messages:
        if channel is not None and message.channel != channel:
            continue
        if (since is None or message.at >= since) and (until is None or message.at < until):
            yield message


def _told(recorded: e.Recorded, entry: e.MessagePosted) -> Told:
    text = entry.text or {}
    return Told(
        id=recorded.seq,
        channel=entry.channel,
        at=recorded.at,
        author=recorded.by,
        title=text.get("title"),
        body=text.get("body"),
        thread=entry.thread,
        tier=entry.tier,
        attachments=attachments_of(entry.text),
    )


def _add(told: dict[int, Told], by: str, entry: e.OfMessage) -> None:
    """A fact about an older message."""
    match entry:
        case e.MessageEdited():
            _reword(told, entry)
        case e.PostClosed():
            _became(told, entry.message, f"closed by {by}", entry.text, "resolution")
        case e.ProposalOpened():
            _became(told, entry.message, f"put to the vote, quorum {entry.quorum}")
        case e.VoteCast():
            _became(told, entry.message, f"{by} voted {entry.choice}")
        case e.ProposalSettled():
            _became(told, entry.message, entry.outcome)
        case _:
            if type(entry) in _WORDS:
                _became(told, entry.message, f"{_WORDS[type(entry)]} by {by}")


def _reword(told: dict[int, Told], entry: e.MessageEdited) -> None:
    message = told.get(entry.message)
    # Whoever redacted a message meant all of its wordings.
    if message is not None and message.body is not None:
        words = entry.text or {}
        message.body, message.edited = words.get("body"), True
        message.title = words.get("title", message.title)


def _became(told: dict[int, Told], number: int, what: str, text: e.Text | None = None, name: str = "") -> None:
    message = told.get(number)
    if message is not None:
        why = (text or {}).get(name)
        message.became.append(f"{what}: {why}" if why else what)
