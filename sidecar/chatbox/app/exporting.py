"""The whole journal read out for an export: checked, and without any text that a person had redacted.

The file is read as `verify` reads it, whether or not somebody owns the workspace.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import orjson

from chatbox.app.verifying import Progress, Unverifiable, checked
from chatbox.domain.chain import Sealed
from chatbox.mirrors.trail import redacted_by, without_text

T = TypeVar("T")

TRIES = 5


class _Moved(Exception):  # noqa: N818 - reads as the fact it states
    """A text went away between the two readings."""


def read_out(journal: Path, work: Callable[[Iterator[Sealed]], T], progress: Progress = lambda _done, _all: None) -> T:
    """What `work` makes of all entries up to one moment; it is begun anew when a text was redacted meanwhile.

    Raises `Mismatch` or `Unverifiable`.
    """
    for _ in range(TRIES):
        redacted: set[int] = set()
        end = 0
        for sealed in checked(journal, progress):
            end = sealed.seq
            redacted |= redacted_by([sealed])
        try:
            return work(_entries(journal, end, redacted))
        except _Moved:
            continue
    message = f"{journal} is being redacted all the time: try again"
    raise Unverifiable(message)


def _entries(journal: Path, end: int, redacted: set[int]) -> Iterator[Sealed]:
    for sealed in checked(journal):
        if sealed.seq > end:
            return
        if sealed.seq in redacted:
            # The text can still be there for a moment.
            yield without_text(sealed)
        elif sealed.content is None and "content" in orjson.loads(sealed.head):
            raise _Moved
        else:
            yield sealed
