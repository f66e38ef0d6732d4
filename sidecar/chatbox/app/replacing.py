"""Replacing and deleting files that others may be reading. Windows refuses that for as long as they do."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.01


def replace(fresh: Path, place: Path) -> None:
    """Put `fresh` in the place of `place`: whoever reads finds the old content or the new. Raises `OSError`."""
    _patiently(lambda: fresh.replace(place))


def remove(place: Path) -> None:
    """Delete a file, if it is there. Raises `OSError`."""
    _patiently(lambda: place.unlink(missing_ok=True))


def _patiently(change: Callable[[], object], *, refuses: bool = sys.platform == "win32") -> None:
    """Readers hold these files for a moment only, so a refusal is tried again for two seconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            change()
        except PermissionError:
            if not refuses or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return
