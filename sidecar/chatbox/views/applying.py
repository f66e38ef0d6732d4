"""From entries to rows: one function for each entry that the views show. Runs on the connection's thread."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from chatbox.domain import entries as e

Row = tuple[Any, ...]

_MESSAGE = """
INSERT INTO message (seq, channel, position, kind, author, at, body, title, thread, cause, root, depth, mentions,
 post_type, tier, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_KEY = "INSERT INTO client_key (participant, operation, key, params, seq) VALUES (?, ?, ?, ?, ?)"
_SUBSCRIBE = """
INSERT INTO subscription (participant, channel, wake, read_through) VALUES (?, ?, ?, ?)
 ON CONFLICT DO UPDATE SET wake = excluded.wake
"""
_ADVANCE = """
UPDATE subscription SET read_through = max(read_through, ?) WHERE participant = ? AND channel = ?
"""
_ASK = """
INSERT INTO approval (id, channel, asked_by, asked_at, tier, digest, root, status)
 VALUES (?, ?, ?, ?, ?, ?, ?, 'open')
"""
_DECIDE = """
UPDATE approval SET status = ?, decision = ?, decided_by = ?, decided_at = ?, reason = ?, via = ? WHERE id = ?
"""
_TURN = """
INSERT INTO turn (id, agent, epoch, attempt, supervisor, started_at, outcome, through, woken_by)
 VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?)
"""
_END = "UPDATE turn SET ended_at = ?, outcome = ?, error = ? WHERE agent = ? AND outcome = 'running'"


def apply_entries(db: sqlite3.Connection, entries: Sequence[e.Recorded]) -> None:
    """Write the rows of `entries` inside the caller's transaction."""
    messages: list[Row] = []
    keys: list[Row] = []
    for recorded in entries:
        entry = recorded.entry
        if recorded.key is not None:
            key = recorded.key
            keys.append((recorded.by, key.operation, key.key, key.params, recorded.seq))
        if type(entry) is e.MessagePosted:
            messages.append(_message(recorded, entry))
            continue
        if messages:
            db.executemany(_MESSAGE, messages)
            messages = []
        write = _WRITES.get(type(entry))
        if write is not None:
            write(db, recorded, entry)
    if messages:
        db.executemany(_MESSAGE, messages)
    if keys:
        db.executemany(_KEY, keys)


def _message(recorded: e.Recorded, entry: e.MessagePosted) -> Row:
    text = entry.text or {}
    return (
        recorded.seq,
        entry.channel,
        entry.position,
        entry.kind,
        recorded.by,
        recorded.at,
        text.get("body"),
        text.get("title"),
        entry.thread,
        entry.cause,
        entry.root,
        entry.depth,
        "[]" if not entry.mentions else orjson.dumps(entry.mentions).decode(),
        entry.post_type,
        entry.tier,
        entry.epoch,
    )


def _journal(db: sqlite3.Connection, _: e.Recorded, entry: e.JournalCreated) -> None:
    db.execute("UPDATE meta SET journal = ?", (entry.journal,))


def _channel(db: sqlite3.Connection, _: e.Recorded, entry: e.ChannelCreated) -> None:
    purpose = (entry.text or {}).get("purpose", "")
    db.execute("INSERT INTO channel (name, description) VALUES (?, ?)", (entry.channel, purpose))


def _participant(db: sqlite3.Connection, _: e.Recorded, entry: e.ParticipantJoined) -> None:
    db.execute("INSERT INTO participant (name, kind) VALUES (?, ?)", (entry.participant, entry.kind))


def _subscribed(db: sqlite3.Connection, _: e.Recorded, entry: e.Subscribed) -> None:
    db.execute(_SUBSCRIBE, (entry.participant, entry.channel, entry.wake, entry.offset))


def _unsubscribed(db: sqlite3.Connection, _: e.Recorded, entry: e.Unsubscribed) -> None:
    db.execute("DELETE FROM subscription WHERE participant = ? AND channel = ?", (entry.participant, entry.channel))


def _acknowledged(db: sqlite3.Connection, _: e.Recorded, entry: e.Acknowledged) -> None:
    db.execute(_ADVANCE, (entry.through, entry.participant, entry.channel))


def _requested(db: sqlite3.Connection, recorded: e.Recorded, entry: e.ApprovalRequested) -> None:
    row = (entry.approval, entry.channel, entry.asked_by, recorded.at, entry.tier, entry.digest, entry.root)
    db.execute(_ASK, row)


def _decided(db: sqlite3.Connection, recorded: e.Recorded, entry: e.ApprovalDecided) -> None:
    reason = (entry.text or {}).get("reason", "")
    row = (entry.verdict, recorded.seq, recorded.by, recorded.at, reason, entry.via, entry.approval)
    db.execute(_DECIDE, row)


def _turn_started(db: sqlite3.Connection, recorded: e.Recorded, entry: e.TurnStarted) -> None:
    through = {bound.channel: bound.through for bound in entry.bounds}
    woken_by = [charge.message for charge in entry.charges]
    db.execute(
        _TURN,
        (
            recorded.seq,
            entry.agent,
            entry.epoch,
            entry.attempt,
            entry.supervisor,
            recorded.at,
            orjson.dumps(through).decode(),
            orjson.dumps(woken_by).decode(),
        ),
    )


def _turn_finished(db: sqlite3.Connection, recorded: e.Recorded, entry: e.TurnFinished) -> None:
    db.execute(_END, (recorded.at, "finished", None, entry.agent))
    rows = [(bound.through, entry.agent, bound.channel) for bound in entry.acknowledged]
    db.executemany(_ADVANCE, rows)


def _turn_failed(db: sqlite3.Connection, recorded: e.Recorded, entry: e.TurnFailed) -> None:
    db.execute(_END, (recorded.at, "failed", (entry.text or {}).get("error"), entry.agent))


def _parked(db: sqlite3.Connection, recorded: e.Recorded, entry: e.AgentParked) -> None:
    db.execute(_END, (recorded.at, "parked", (entry.text or {}).get("reason"), entry.agent))


def _redacted(db: sqlite3.Connection, _: e.Recorded, entry: e.ContentRedacted) -> None:
    db.execute("UPDATE message SET body = NULL, title = NULL WHERE seq = ?", (entry.target,))


_WRITES: dict[type[e.Entry], Callable[[sqlite3.Connection, e.Recorded, Any], None]] = {
    e.JournalCreated: _journal,
    e.ChannelCreated: _channel,
    e.ParticipantJoined: _participant,
    e.Subscribed: _subscribed,
    e.Unsubscribed: _unsubscribed,
    e.Acknowledged: _acknowledged,
    e.ApprovalRequested: _requested,
    e.ApprovalDecided: _decided,
    e.TurnStarted: _turn_started,
    e.TurnFinished: _turn_finished,
    e.TurnFailed: _turn_failed,
    e.AgentParked: _parked,
    e.ContentRedacted: _redacted,
}
"""Entries without a row here are in no view."""
