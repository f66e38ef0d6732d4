"""The files of the folder. Everything here blocks; `store.py` runs it on a thread. Errors are `AttachmentsFailed`."""

import errno
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from chatbox.attachments.durable import sync_folder
from chatbox.attachments.sniffing import media_type_of
from chatbox.domain.values import Limits
from chatbox.ports import AttachmentsFailed, AttachmentsFull, Content, Received, WrongContent

UPLOADS_MAX = 16
"""Of one participant at a time; another one takes the place of the oldest."""

ORPHAN_SECONDS = 24 * 3600
"""How long a content that was sent waits for a message to name it."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
"""Whoever can write into the workspace must not have its owner read other files for them."""


class Folder:
    """One workspace's. Not for two threads at once, but for `read`."""

    def __init__(self, path: Path, limits: Limits) -> None:
        """Nothing is read or made yet."""
        self.path = path
        self._limits = limits
        self._used = 0

    def begin(self) -> set[str]:
        """Make the folder, throw away uploads that were under way, count the rest; what is condemned."""
        condemned: set[str] = set()
        with self._explained():
            self.path.mkdir(parents=True, exist_ok=True)
            sync_folder(self.path.parent)
            for one in os.scandir(self.path):
                if one.name.endswith(".part"):
                    Path(one.path).unlink(missing_ok=True)
                elif one.name.endswith(".going") and _SHA256.fullmatch(one.name[:-6]):
                    condemned.add(one.name[:-6])
                else:
                    self._used += one.stat(follow_symlinks=False).st_size
        return condemned

    def receive(self, by: str, content: Content, offset: int, data: bytes, now: float) -> Received:
        """See `Attachments.receive`; `now` is in seconds."""
        with self._explained():
            if self.uploaded(by, content.sha256) == content:
                return Received(content.size, self.media_type(content.sha256))
            part = self.path / f"{content.sha256}.{content.size}.{by}.part"
            here = _size(part)
            if here is None:
                self._make_room(by)
                part.touch()
                here = 0
            if offset == here and data:
                here = self._append(part, here, data[: content.size - here])
            if here < content.size:
                return Received(here, None)
            return Received(here, self._complete(by, content, part, now))

    def uploaded(self, by: str, sha256: str) -> Content | None:
        """See `Attachments.uploaded`."""
        size = self.size(sha256)
        return Content(sha256, size) if size is not None and self._marker(by, sha256).exists() else None

    def size(self, sha256: str) -> int | None:
        """How many bytes a whole content has; `None` when it is not here."""
        with self._explained():
            return _size(self._place(sha256))

    def media_type(self, sha256: str) -> str:
        """See `Attachments.media_type`."""
        return media_type_of(self.read(sha256, 0, self._limits.attachment_bytes) or b"")

    def read(self, sha256: str, offset: int, length: int) -> bytes | None:
        """See `Attachments.read`."""
        with self._explained():
            try:
                handle = os.open(self._place(sha256), os.O_RDONLY | _NO_LINK)
            except FileNotFoundError:
                return None
            with os.fdopen(handle, "rb") as file:
                file.seek(offset)
                return file.read(length)

    def condemn(self, contents: Collection[str]) -> None:
        """See `Attachments.condemn`."""
        with self._explained():
            for sha256 in contents:
                self._note(sha256).touch()
            sync_folder(self.path)

    def settle(self, sha256: str, *, keeps: bool) -> None:
        """Remove a condemned content and whoever has proven to hold it, unless it `keeps`; then only the note."""
        with self._explained():
            if not keeps:
                for one in self.path.glob(f"{sha256}*"):
                    if not one.name.endswith((".going", ".part")):
                        self._used -= _size(one) or 0
                        one.unlink(missing_ok=True)
                sync_folder(self.path)
            self._note(sha256).unlink(missing_ok=True)

    def orphans(self, now: float) -> list[str]:
        """Contents that nobody has sent for a day, and all that belongs to nothing."""
        with self._explained():
            proven: dict[str, float] = {}
            for one in self.path.glob("*.by"):
                proven[one.name[:64]] = max(proven.get(one.name[:64], 0.0), one.stat().st_mtime)
            old = {sha256 for sha256, at in proven.items() if now - at >= ORPHAN_SECONDS}
            here = [one.name for one in self.path.iterdir() if _SHA256.fullmatch(one.name)]
            return sorted(sha256 for sha256 in here if sha256 in old or sha256 not in proven)

    def _append(self, part: Path, here: int, data: bytes) -> int:
        """How long the file is then."""
        if self._used + len(data) > self._limits.attachments_bytes:
            bound = self._limits.attachments_bytes // 1024 // 1024
            message = (
                f"The attachments of this workspace have at most {bound} MiB together: "
                "redact messages whose files nobody needs any more"
            )
            raise AttachmentsFull(message)
        try:
            with part.open("ab", buffering=0) as file:
                while data:
                    data = data[file.write(data) :]
        finally:
            after = _size(part) or 0
            self._used += after - here
        return after

    def _complete(self, by: str, content: Content, part: Path, now: float) -> str:
        """Check it, make it durable under its name, and note who has sent it; what it is."""
        held = part.read_bytes()
        if hashlib.sha256(held).hexdigest() != content.sha256:
            self._drop(part)
            message = (
                f"These bytes are not what {content.sha256} names, and were thrown away: send them again from offset 0"
            )
            raise WrongContent(message)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        place = self._place(content.sha256)
        self._used -= _size(place) or 0
        part.replace(place)
        marker = self._marker(by, content.sha256)
        marker.touch()
        os.utime(marker, (now, now))
        sync_folder(self.path)
        return media_type_of(held)

    def _make_room(self, by: str) -> None:
        under_way = sorted(self.path.glob(f"*.{by}.part"), key=lambda part: part.stat().st_mtime)
        under_way = [part for part in under_way if part.name.split(".", 2)[2] == f"{by}.part"]
        for part in under_way[: max(0, len(under_way) + 1 - UPLOADS_MAX)]:
            self._drop(part)

    def _drop(self, part: Path) -> None:
        self._used -= _size(part) or 0
        part.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            message = f"{sha256!r} is no SHA-256 in hex"
            raise AttachmentsFailed(message)
        return self.path / sha256

    def _marker(self, by: str, sha256: str) -> Path:
        return self.path / f"{sha256}.{by}.by"

    def _note(self, sha256: str) -> Path:
        return self.path / f"{sha256}.going"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                message = f"The disk of {self.path} is full: free some space, then send it again"
                raise AttachmentsFull(message) from error
            message = f"{self.path} cannot be used ({error.strerror}): check the disk and the permissions"
            raise AttachmentsFailed(message) from error


def _size(path: Path) -> int | None:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return None
