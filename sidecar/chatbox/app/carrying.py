"""The files of messages, out of a workspace and back: beside an export, each checked against its digest.

Outside they are called `<sha256>.<extension>`, the extension by what the content is: a file that only claims to be a
page is none there.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from chatbox.attachments.durable import sync_folder
from chatbox.domain.attachments import attachments_of
from chatbox.domain.chain import Sealed, unseal
from chatbox.domain.entries import MessagePosted
from chatbox.domain.shown import AttachmentView

EXTENSIONS = {
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
OTHER = ".bin"


class Carried(NamedTuple):
    """How many contents are there now, and how many are named but were nowhere to be found."""

    there: int
    missing: int


def named_by(sealed: Sealed) -> list[AttachmentView]:
    """The files that a message names, unless its text was redacted. Looks closely only where the word stands."""
    if sealed.content is None or b'"attachments":' not in sealed.content:
        return []
    entry = unseal(sealed).entry
    return attachments_of(entry.text) if isinstance(entry, MessagePosted) else []


def name_outside(one: AttachmentView) -> str:
    """What the content is called outside."""
    return one.id + EXTENSIONS.get(one.media_type, OTHER)


def sound(path: Path, sha256: str) -> bytes | None:
    """The content of a file, when it is what the digest names. Raises `OSError`."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def carry_out(store: Path, folder: Path, named: Iterable[AttachmentView]) -> Carried:
    """Put the contents into `folder`. What is there already stays. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    unique = {one.id: one for one in named}
    there = sum(_copied(store / one.id, folder / name_outside(one), one.id) for one in unique.values())
    return Carried(there, len(unique) - there)


def carry_in(folder: Path, store: Path, named: Iterable[AttachmentView]) -> Carried:
    """Put contents out of `folder` where the workspace looks for them, durably. Raises `OSError`."""
    store.mkdir(parents=True, exist_ok=True)
    outside = {path.name[:64]: path for path in folder.iterdir()}
    unique = {one.id for one in named}
    there = sum(_copied(outside.get(one, folder / one), store / one, one) for one in unique)
    sync_folder(store)
    return Carried(there, len(unique) - there)


def _copied(source: Path, target: Path, sha256: str) -> bool:
    if sound(target, sha256) is not None:
        return True
    content = sound(source, sha256)
    if content is None:
        return False
    # The ending of an upload under way: the next start removes what a crash leaves.
    fresh = target.with_name(f"{sha256}.carried.part")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)
    return True
