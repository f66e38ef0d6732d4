"""Reading on in a log that another process writes and rotates."""

import time
from collections.abc import Iterator
from pathlib import Path

LOOK_SECONDS = 0.25


def follow(path: Path, after: int) -> Iterator[str]:
    """Every line behind byte `after`, without end. `path` is there.

    The file is open only for the moment of a look: on Windows an open file cannot be rotated.
    """
    known, held = path.stat().st_ino, b""
    while True:
        number, found = _rest(path, after)
        if number not in (known, -1):
            # What was written before the rotation is in the file before this one.
            before, last = _rest(path.with_name(f"{path.name}.1"), after)
            held += last if before == known else b""
            _, found = _rest(path, 0)
            known, after = number, 0
        after += len(found)
        *lines, held = (held + found).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
        if not lines:
            # There is no portable event for a line in a file.
            time.sleep(LOOK_SECONDS)


def _rest(path: Path, after: int) -> tuple[int, bytes]:
    """Which file it is now, and what it holds behind `after`."""
    try:
        with path.open("rb") as file:
            file.seek(after)
            return path.stat().st_ino, file.read()
    except OSError:
        # Between two names of a rotation.
        return -1, b""
