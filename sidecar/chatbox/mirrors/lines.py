"""A file of JSON lines that is only ever a copy: a torn end is cut off, and a wrong content written anew."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

NEWLINE = b"\n"
BLOCK = 64 * 1024
LINE_BYTES_MAX = 16 * 1024 * 1024
ASIDE_MAX = 1_000


class Lines:
    """One file. Nothing here is fsynced: the journal is."""

    def __init__(self, path: Path) -> None:
        """The file need not exist."""
        self.path = path

    def repaired(self) -> bytes | None:
        """Cut the file after its last whole line, and return that line."""
        try:
            with self.path.open("r+b") as file:
                end = _last_newline(file.fileno(), os.fstat(file.fileno()).st_size)
                file.truncate(end + 1)
                start = _last_newline(file.fileno(), end)
                file.seek(start + 1)
                return file.read(end - start - 1) if end >= 0 else None
        except FileNotFoundError:
            return None

    def read(self) -> Iterator[bytes]:
        """Its lines, without the line breaks; the last one also when it has none. None when there is no file."""
        try:
            with self.path.open("rb") as file:
                while line := file.readline(LINE_BYTES_MAX):
                    yield line.rstrip(b"\r\n")
        except FileNotFoundError:
            return

    def set_aside(self, name: str) -> Path:
        """Call the file `name`, or that with a number where it is taken; how it is called now."""
        stem, _, ending = name.rpartition(".")
        free = (f"{stem}.{ending}", *(f"{stem}-{number}.{ending}" for number in range(2, ASIDE_MAX)))
        place = next(place for place in map(self.path.with_name, free) if not place.exists())
        self.path.rename(place)
        return place

    def append(self, lines: Iterable[bytes]) -> None:
        """Add whole lines at the end, in one write where the system takes it."""
        with self.path.open("ab", buffering=0) as file:
            left = b"".join(line + NEWLINE for line in lines)
            while left:
                left = left[file.write(left) or 0 :]

    def rewrite(self, lines: Iterable[bytes]) -> None:
        """Replace the whole content; a reader sees the old file or the new one."""
        fresh = self.path.with_name(f"{self.path.name}.new")
        with fresh.open("wb") as file:
            for line in lines:
                file.write(line + NEWLINE)
        fresh.replace(self.path)


def _last_newline(handle: int, before: int) -> int:
    """Where the last newline before position `before` stands; -1 when there is none."""
    position = before
    while position > 0:
        size = min(BLOCK, position)
        os.lseek(handle, position - size, os.SEEK_SET)
        found = os.read(handle, size).rfind(NEWLINE)
        if found >= 0:
            return position - size + found
        position -= size
    return -1
