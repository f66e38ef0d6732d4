"""What becomes of a message: pinned, closed, resolved, edited, redacted. The author's, or a person's, to say."""

from chatbox.domain.commands import ClosePost, EditMessage, PinPost, Redact, ResolveMessage
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import (
    ContentRedacted,
    MessageEdited,
    MessageResolved,
    MessageUnresolved,
    PostClosed,
    PostPinned,
    PostUnpinned,
)
from chatbox.domain.facts import KnownMessage
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity


def pin_post(outline: Outline, command: PinPost) -> Refusal | None:
    """In sight, or no longer; repeating it changes nothing."""
    known = _theirs(outline, command.by, command.message)
    if isinstance(known, Refusal):
        return known
    if known.pinned != command.pinned:
        kind = PostPinned if command.pinned else PostUnpinned
        outline.add(kind(message=known.id, channel=known.channel))
    return None


def close_post(outline: Outline, command: ClosePost) -> Refusal | None:
    """Once: how it ended is said in one place. Whoever replies later is still heard."""
    known = _theirs(outline, command.by, command.message)
    if isinstance(known, Refusal):
        return known
    if known.kind != "post":
        return Refusal(code="VALIDATION_ERROR", message=f"Message {known.id} is a {known.kind}: only posts are closed.")
    if known.closed:
        return Refusal(code="WRONG_STATE", message=f"Post {known.id} is closed already: reply to it instead.")
    outline.add(PostClosed(message=known.id, channel=known.channel, text={"resolution": command.resolution}))
    return None


def resolve_message(outline: Outline, command: ResolveMessage) -> Refusal | None:
    """Done, or not after all; repeating it changes nothing."""
    known = _theirs(outline, command.by, command.message)
    if isinstance(known, Refusal):
        return known
    if known.resolved != command.resolved:
        kind = MessageResolved if command.resolved else MessageUnresolved
        outline.add(kind(message=known.id, channel=known.channel))
    return None


def edit_message(outline: Outline, command: EditMessage) -> Refusal | None:
    """Only one's own words, and none that others were asked to agree to."""
    known = outline.message(command.message)
    if isinstance(known, Refusal):
        return known
    if known.author != command.by.participant:
        return Refusal(code="NOT_AUTHOR", message=f"Message {known.id} is {known.author}'s: only they can edit it.")
    if known.asks or known.proposes:
        return Refusal(
            code="WRONG_STATE",
            message=f"Others were asked to agree to the words of message {known.id}: post anew what you mean now.",
        )
    if known.redacted:
        return Refusal(code="WRONG_STATE", message=f"The words of message {known.id} were removed: write a new one.")
    if command.title is not None and known.kind != "post":
        return Refusal(
            code="VALIDATION_ERROR", message=f"Message {known.id} is a {known.kind}: only posts have a title."
        )
    text = {"body": command.body} if command.title is None else {"body": command.body, "title": command.title}
    outline.add(MessageEdited(message=known.id, channel=known.channel, text=text))
    return None


def redact(outline: Outline, command: Redact) -> Refusal | None:
    """The text goes, with that of every edit; the fact stays."""
    known = outline.message(command.message)
    if isinstance(known, Refusal):
        return known
    if command.message in outline.state.approvals:
        return Refusal(code="WRONG_STATE", message=f"Decide approval {command.message} first: it is still open.")
    if not known.redacted:
        for number in (known.id, *known.words):
            outline.add(ContentRedacted(target=number))
    return None


def _theirs(outline: Outline, by: Identity, number: int) -> KnownMessage | Refusal:
    """The message, when `by` wrote it or is a person."""
    known = outline.message(number)
    if isinstance(known, Refusal) or by.kind == "person" or known.author == by.participant:
        return known
    return Refusal(code="NOT_AUTHOR", message=f"Message {number} is {known.author}'s: ask them, or a person.")
