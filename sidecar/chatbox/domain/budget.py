"""How much of what was said fits into what a reader can take, and what was left out.

Nothing is left out silently: whoever follows the gaps and the cursor gets every message exactly once.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chatbox.domain.shown import AttachmentView, Gap, MessageView

BYTES_A_TOKEN = 3
"""Fewer than any tokenizer in use makes of ordinary text (about 4): a budget is an upper bound."""

MESSAGE_TOKENS = 60
"""What a message costs beside its words."""

ATTACHMENT_TOKENS = 90
"""What an attachment costs beside its name: its digest has few letters that a tokenizer knows as one."""

HEADLINE_CHARACTERS = 160
DIGEST_CHARACTERS = 280


class Fitted(NamedTuple):
    """The messages that fit, whole ones first to last, and how many did not."""

    messages: list[MessageView]
    dropped: int


def cost(message: MessageView) -> int:
    """An upper bound of the tokens that a message takes."""
    return _words(message) + _listed(message.attachments)


def fit(messages: Sequence[MessageView], tokens: int) -> Fitted:
    """As many as fit into `tokens`, from the first on; the first one always, cut when it alone is too long.

    `tokens` must be more than `MESSAGE_TOKENS`. Of what is cut, attachments get at most half, so that the words go on.
    """
    kept: list[MessageView] = []
    left = tokens
    for message in messages:
        left -= cost(message)
        if left < 0:
            break
        kept.append(message)
    if messages and not kept:
        room = max(0, tokens - MESSAGE_TOKENS)
        listed = _fitting(messages[0].attachments, max(room // 2, tokens - _words(messages[0])))
        room -= _listed(listed)
        kept = [shortened_to_bytes(messages[0], room * BYTES_A_TOKEN).model_copy(update={"attachments": listed})]
    return Fitted(kept, len(messages) - len(kept))


def shortened(message: MessageView, characters: int) -> MessageView:
    """The message with at most so many characters of its words, marked when some are missing."""
    body = message.body or ""
    if len(body) <= characters:
        return message
    return message.model_copy(update={"body": body[:characters].rstrip() + "…", "truncated": True})


def shortened_to_bytes(message: MessageView, size: int) -> MessageView:
    """The same with at most so many bytes of UTF-8. A title takes half of them at most, so that the body gets on."""
    title = None if message.title is None else _first_bytes(message.title, size // 2)
    body = _first_bytes(message.body or "", size - len(_encoded(title or "")))
    return message.model_copy(update={"title": title, "body": body, "truncated": True})


def _first_bytes(text: str, size: int) -> str:
    return _encoded(text)[:size].decode("utf-8", "ignore")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _words(message: MessageView) -> int:
    return MESSAGE_TOKENS + _tokens(len(_encoded(message.body or "")) + len(_encoded(message.title or "")))


def _tokens(size: int) -> int:
    return -(-size // BYTES_A_TOKEN)


def _listed(attachments: Sequence[AttachmentView]) -> int:
    return sum(ATTACHMENT_TOKENS + _tokens(len(_encoded(one.name))) for one in attachments)


def _fitting(attachments: Sequence[AttachmentView], tokens: int) -> list[AttachmentView]:
    """The first of them that fit."""
    return [one for number, one in enumerate(attachments, start=1) if _listed(attachments[:number]) <= tokens]


def digested(unread: Sequence[MessageView]) -> list[MessageView]:
    """The newest unread message of each thread (a chat is a thread of its own), in order, shortened."""
    newest: dict[int, MessageView] = {}
    for message in unread:
        newest[message.thread or message.id] = message
    ordered = sorted(newest.values(), key=lambda message: message.id)
    return [shortened(message, DIGEST_CHARACTERS) for message in ordered]


def gaps(unread: Sequence[MessageView], shown: Sequence[MessageView], since: int) -> list[Gap]:
    """What of `unread` (in order) is not among `shown`: between which messages, and how many each time."""
    ids = {message.id for message in shown}
    found: list[Gap] = []
    start, count = since, 0
    for message in unread:
        if message.id not in ids:
            count += 1
            continue
        if count:
            found.append(Gap(count=count, since_id=start, until_id=message.id))
        start, count = message.id, 0
    if count:
        found.append(Gap(count=count, since_id=start, until_id=unread[-1].id + 1))
    return found
