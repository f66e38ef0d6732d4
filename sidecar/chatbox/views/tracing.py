"""What led to a message: the messages in between with their turns, and what was asked under their root."""

import sqlite3
from collections.abc import Sequence

import orjson

from chatbox.domain.budget import Step
from chatbox.domain.shown import ApprovalView, MessageView, TurnView
from chatbox.ports import Path
from chatbox.views import rows
from chatbox.views.paging import PAGE_CHARACTERS_MAX


def path(db: sqlite3.Connection, number: int, limit: int) -> Path:
    """See `Reading.path`."""
    steps: list[Step] = []
    at, size = message(db, number), 0
    while at is not None and len(steps) < limit and size <= PAGE_CHARACTERS_MAX:
        steps.append(Step(at, _turn(db, at)))
        size += len(at.body or "")
        at = None if at.cause is None else message(db, at.cause) or _decided(db, at.cause)
    return Path(steps, None if at is None else at.id)


def asked_under(
    db: sqlite3.Connection, root: int, channels: Sequence[str], start: int, limit: int
) -> list[ApprovalView]:
    """See `Reading.asked_under`."""
    where = "a.root = ? AND a.channel IN (SELECT value FROM json_each(?)) AND a.id >= ? ORDER BY a.id LIMIT ?"
    found = db.execute(f"{rows.APPROVAL} WHERE {where}", (root, orjson.dumps(channels).decode(), start, limit))
    return [rows.approval(row) for row in found]


def message(db: sqlite3.Connection, number: int) -> MessageView | None:
    """One message."""
    row = db.execute(f"{rows.MESSAGE} WHERE m.seq = ?", (number,)).fetchone()
    return rows.message(row) if row else None


def _turn(db: sqlite3.Connection, written: MessageView) -> TurnView | None:
    if written.epoch is None:
        return None
    row = db.execute(f"{rows.TURN} WHERE agent = ? AND epoch = ?", (written.author, written.epoch)).fetchone()
    return rows.turn(row) if row else None


def _decided(db: sqlite3.Connection, decision: int) -> MessageView | None:
    """The post whose decision is entry `decision`: a decided approval is a cause, too."""
    row: tuple[int] | None = db.execute("SELECT id FROM approval WHERE decision = ?", (decision,)).fetchone()
    return message(db, row[0]) if row else None
