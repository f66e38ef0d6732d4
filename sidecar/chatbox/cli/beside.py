"""The files of messages beside an exported page, and the pictures in it."""

import os
from pathlib import Path
from urllib.parse import quote

from chatbox.app.carrying import Carried, carry_out, name_outside, sound
from chatbox.domain.attachments import IMAGES
from chatbox.domain.shown import AttachmentView

PICTURE_BYTES_MAX = 512 * 1024
PICTURES_BYTES_MAX = 16 * 1024 * 1024
"""What a page holds of pictures itself: of one, and of all."""


class Beside:
    """Where files are taken from, and where they are put for one export."""

    def __init__(self, store: Path, folder: Path | None, output: Path | None) -> None:
        """Without a `folder` nothing is put beside; links are seen from `output`, else from the working directory."""
        self.begin([])
        self._store = store
        self._folder = folder
        self._seen_from = Path.cwd() if output is None else output.absolute().parent

    def begin(self, named: list[AttachmentView]) -> None:
        """An export that names these files; what was begun before is forgotten."""
        self.named = named
        self._left = PICTURES_BYTES_MAX

    def link(self, one: AttachmentView) -> str | None:
        """Where the file is, as a page names it."""
        if self._folder is None:
            return None
        relative = Path(os.path.relpath(self._folder.absolute() / name_outside(one), self._seen_from))
        return quote(relative.as_posix())

    def picture(self, one: AttachmentView) -> bytes | None:
        """The content, when it is a picture for which there is room in the page."""
        if one.media_type not in IMAGES or one.size > min(PICTURE_BYTES_MAX, self._left):
            return None
        content = sound(self._store / one.id, one.id)
        self._left -= len(content or b"")
        return content

    def carry(self) -> Carried | None:
        """Put the files that were named where they belong. Raises `OSError`."""
        return None if self._folder is None else carry_out(self._store, self._folder, self.named)
