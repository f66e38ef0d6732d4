"""From a search to SQL: the words through the full-text index, everything else as conditions on the message."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from chatbox.domain.attachments import IMAGES
from chatbox.domain.search import Has, Is, Query
from chatbox.domain.shown import MessageView
from chatbox.views import rows

_HAS: dict[Has, str] = {
    "approval": "EXISTS (SELECT 1 FROM approval a WHERE a.id = m.seq)",
    "attachment": "m.attachments IS NOT NULL",
    "image": f"EXISTS (SELECT 1 FROM attachment t WHERE t.message = m.seq AND t.media_type IN {IMAGES})",  # noqa: S608 - no text of callers
    "code": "instr(m.body, '`') > 0",
    "link": "m.body LIKE '%http%://%'",
    "replies": "EXISTS (SELECT 1 FROM message r WHERE r.thread = m.seq)",
    "mention": "m.mentions != '[]'",
}
_OPEN = """
(EXISTS (SELECT 1 FROM approval a WHERE a.id = m.seq AND a.status = 'open')
 OR EXISTS (SELECT 1 FROM proposal q WHERE q.id = m.seq AND q.outcome IS NULL))
"""
_IS: dict[Is, str] = {
    "open": _OPEN,
    "closed": "m.closed IS NOT NULL",
    "resolved": "m.resolved",
    "unresolved": "NOT m.resolved",
    "pinned": "m.pinned",
    "edited": "m.edited_at IS NOT NULL",
    "approved": "EXISTS (SELECT 1 FROM approval a WHERE a.id = m.seq AND a.status = 'approved')",
    "denied": "EXISTS (SELECT 1 FROM approval a WHERE a.id = m.seq AND a.status = 'denied')",
    "accepted": "EXISTS (SELECT 1 FROM proposal q WHERE q.id = m.seq AND q.outcome = 'accepted')",
    "rejected": "EXISTS (SELECT 1 FROM proposal q WHERE q.id = m.seq AND q.outcome = 'rejected')",
    "chat": "m.kind = 'chat'",
    "post": "m.kind = 'post'",
    "reply": "m.kind = 'reply'",
}


def search(
    db: sqlite3.Connection, query: Query, channels: Sequence[str], before: int | None, limit: int
) -> tuple[list[MessageView], bool]:
    """The newest matches in `channels` before message `before`, and whether there are more."""
    conditions, given = _conditions(query, channels, before)
    if query.words:
        # Through the index, newest first: nobody pays for all that a frequent word matches.
        order = "message_text t CROSS JOIN message m ON m.seq = t.rowid"
        conditions.insert(0, "message_text MATCH ?")
        given.insert(0, " AND ".join(_literal(word) for word in query.words))
        newest = "t.rowid"
    else:
        order, newest = "message m", "m.seq"
    where = " AND ".join(conditions)
    found = [
        number
        for (number,) in db.execute(
            f"SELECT m.seq FROM {order} WHERE {where} ORDER BY {newest} DESC LIMIT ?",  # noqa: S608 - no text of callers
            (*given, limit + 1),
        )
    ]
    shown = [db.execute(f"{rows.MESSAGE} WHERE m.seq = ?", (number,)).fetchone() for number in found[:limit]]
    return [rows.message(row) for row in shown], len(found) > limit


def _conditions(query: Query, channels: Sequence[str], before: int | None) -> tuple[list[str], list[Any]]:
    conditions = [f"m.channel IN ({_marks(channels)})", "m.body IS NOT NULL"]
    given: list[Any] = [*channels]
    for word in query.without:
        conditions.append("m.seq NOT IN (SELECT rowid FROM message_text WHERE message_text MATCH ?)")
        given.append(_literal(word))
    if query.authors:
        conditions.append(f"m.author COLLATE NOCASE IN ({_marks(query.authors)})")
        given += query.authors
    for column, bound in (("m.at >= ?", query.since), ("m.at < ?", query.until), ("m.seq < ?", before)):
        if bound is not None:
            conditions.append(column)
            given.append(bound)
    conditions += [_HAS[one] for one in query.has] + [_IS[one] for one in query.state]
    return conditions, given


def _literal(word: str) -> str:
    """A word or phrase of FTS5's query language that stands for itself; a `*` at the end finds what begins so."""
    prefix = word.endswith("*")
    quoted = word.rstrip("*").replace('"', '""')
    return f'"{quoted}"*' if prefix else f'"{quoted}"'


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
