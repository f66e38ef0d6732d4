"""Views that trail the journal are brought to its head; made from entry 1 when they were thrown away."""

from collections.abc import Callable

from chatbox.domain.chain import unseal
from chatbox.ports import Head, Journal, Views

PAGE = 2_000

Progress = Callable[[int, int], None]
"""Told (entries done, entries in all) while something long goes on."""


async def catch_up(journal: Journal, views: Views, progress: Progress = lambda _done, _all: None) -> None:
    """Bring the views to the journal's head."""
    position = await views.position()
    head = await journal.head()
    done = position.seq
    while done < head.seq:
        page = await journal.read(done, PAGE)
        last = page[-1]
        await views.apply([unseal(sealed) for sealed in page], Head(seq=last.seq, leaf=last.leaf))
        done = last.seq
        progress(done, head.seq)
