"""Files that belong to a message: what they may be called, and how a message's text names them.

The bytes are kept apart under their SHA-256. The list of them is a piece of the text: the salted digest covers it, and
whoever redacts the message takes it along.
"""

import re
from collections.abc import Sequence
from typing import Any

import orjson

from chatbox.domain.chain import canonical
from chatbox.domain.entries import Text
from chatbox.domain.shown import AttachmentView
from chatbox.domain.values import Attachment

PIECE = "attachments"
"""The key of the list in a message's text."""

IMAGES = ("image/gif", "image/jpeg", "image/png", "image/webp")
"""What may be shown: pictures that hold no script."""

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
MEDIA_TYPES = (*IMAGES, "application/pdf", TEXT, UNKNOWN)

PER_MESSAGE_MAX = 10
NAME_CHARACTERS_MAX = 200

_UNFIT = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What a name must not hold: folders, control characters, and those that reorder what is read."""


def wrong_with(name: str) -> str | None:
    """Why this is no name of a file, as the end of a sentence; `None` when it is one."""
    if not name.strip(" ."):
        return "a name holds more than dots and spaces"
    if len(name) > NAME_CHARACTERS_MAX:
        return f"a name has at most {NAME_CHARACTERS_MAX} characters"
    if _UNFIT.search(name):
        return "a name holds no / and \\ and no control characters: leave out the folder"
    return None


def with_attachments(text: Text, attachments: Sequence[Attachment]) -> Text:
    """A message's text that names `attachments`; without any it stays as it is."""
    if not attachments:
        return text
    return {**text, PIECE: canonical([one.model_dump() for one in attachments]).decode()}


def attachments_of(text: Text | None) -> list[AttachmentView]:
    """What a message's text names, as it is shown; nothing once the text was redacted."""
    return shown((text or {}).get(PIECE))


def shown(listed: str | None) -> list[AttachmentView]:
    """The same from the piece of the text alone. What cannot be read (a journal from elsewhere) names nothing."""
    if listed is None:
        return []
    try:
        return [_view(one) for one in orjson.loads(listed)]
    except (ValueError, KeyError, TypeError):
        return []


def _view(one: dict[str, Any]) -> AttachmentView:
    # A later version may say more about it.
    return AttachmentView(id=one["sha256"], name=one["name"], media_type=one["media_type"], size=one["size"])
