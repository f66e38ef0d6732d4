"""A search, as the views are asked it."""

from typing import Literal, NamedTuple

Has = Literal["approval", "attachment", "code", "image", "link", "replies", "mention"]
Is = Literal[
    "open",
    "closed",
    "resolved",
    "unresolved",
    "pinned",
    "edited",
    "approved",
    "denied",
    "accepted",
    "rejected",
    "chat",
    "post",
    "reply",
]
"""`open`: an approval or a proposal that waits; `closed` and `resolved` as its author or a person said."""


class Query(NamedTuple):
    """A search. `words` and `without` are to be found (or not) as they stand; times are microseconds UTC."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    has: tuple[Has, ...] = ()
    state: tuple[Is, ...] = ()
    since: int | None = None
    until: int | None = None
