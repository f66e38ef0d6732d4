"""Pages of messages, bounded by number and by size."""

import sqlite3
from collections.abc import Sequence

from chatbox.domain.shown import MessageView
from chatbox.ports import Span, Unread
from chatbox.views import rows

PAGE_CHARACTERS_MAX = 2 * 1024 * 1024
END = 2**53


def bounded(found: Sequence[rows.Row], limit: int) -> tuple[list[MessageView], bool]:
    """The first messages that fit into a page, by number and by size, and whether something was left out."""
    held: list[MessageView] = []
    size = 0
    for row in found[:limit]:
        message = rows.message(row)
        size += len(message.body or "")
        if held and size > PAGE_CHARACTERS_MAX:
            break
        held.append(message)
    return held, len(held) < len(found)


def unread(db: sqlite3.Connection, span: Span, reader: str, limit: int) -> Unread:
    """Messages of others than `reader`: the oldest of the span, or its newest and how many came before them."""
    end = END if span.until is None else span.until
    order, most = ("DESC", limit) if span.newest else ("ASC", limit + 1)
    found: list[rows.Row] = []
    count = 0
    for channel, offset in span.after.items():
        condition = "m.channel = ? AND m.seq > ? AND m.seq < ? AND m.author != ?"
        given = (channel, offset, end, reader)
        found += db.execute(
            f"{rows.MESSAGE} WHERE {condition} ORDER BY m.seq {order} LIMIT ?",
            (*given, most),
        ).fetchall()
        if span.newest:
            counting = f"SELECT count(*) FROM message m WHERE {condition}"  # noqa: S608 - only the text above
            count += db.execute(counting, given).fetchone()[0]
    found.sort(key=lambda row: int(row[0]))
    if span.newest:
        newest = found[-limit:]
        return Unread([rows.message(row) for row in newest], more=False, earlier=count - len(newest))
    messages, more = bounded(found, limit)
    return Unread(messages, more)
