"""From entries to rows: one function for each entry that the views show. Runs on the connection's thread."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from chatbox.connection import insert_rows
from chatbox.domain import entries as e
from chatbox.domain.attachments import PIECE, attachments_of
from chatbox.domain.shown import AttachmentView

Row = tuple[Any, ...]

_MESSAGE = """
INSERT INTO message (seq, channel, position, kind, author, at, body, title, thread, cause, root, depth, mentions,
 post_type, tier, epoch, attachments, names)"""
_ATTACHMENT = "INSERT OR IGNORE INTO attachment (message, sha256, media_type, size)"
_SPEAKER = "INSERT OR IGNORE INTO speaker (channel, author) VALUES (?, ?)"
_KEY = "INSERT INTO client_key (participant, operation, key, params, seq)"
_SUBSCRIBE = """
INSERT INTO subscription (participant, channel, wake, read_through) VALUES (?, ?, ?, ?)
 ON CONFLICT DO UPDATE SET wake = excluded.wake
"""
_ADVANCE = """
UPDATE subscription SET read_through = max(read_through, ?) WHERE participant = ? AND channel = ?
"""
_ASK = """
INSERT INTO approval (id, channel, asked_by, asked_at, tier, digest, root, expires, status)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')
"""
_DECIDE = """
UPDATE approval SET status = ?, decision = ?, decided_by = ?, decided_at = ?, reason = ?, via = ? WHERE id = ?
"""
_TURN = """
INSERT INTO turn (id, agent, epoch, attempt, supervisor, started_at, outcome, through, woken_by)
 VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?)
"""
_WOKEN = """
INSERT INTO charge (message, agent, at, reason, status) VALUES (?, ?, ?, ?, 'woken')
 ON CONFLICT DO UPDATE SET at = excluded.at, reason = excluded.reason, status = 'woken', error = NULL, settled = 0
"""
_FIRST_WORDS = """
INSERT OR IGNORE INTO wording (seq, message, at, title, body)
 SELECT seq, seq, at, title, body FROM message WHERE seq = ?
"""
_WORDS = """
INSERT INTO wording (seq, message, at, title, body)
 SELECT ?, seq, ?, coalesce(?, title), ? FROM message WHERE seq = ?
"""
_REWORD = "UPDATE message SET title = coalesce(?, title), body = ?, edited_at = ? WHERE seq = ?"
_VOTE = """
INSERT INTO vote (proposal, participant, choice, reply, at) VALUES (?, ?, ?, ?, ?)
 ON CONFLICT DO UPDATE SET choice = excluded.choice, reply = excluded.reply, at = excluded.at
"""
_REPLACED = """
UPDATE proposal SET replaced_by = ? WHERE id = (SELECT replaces FROM proposal WHERE id = ?)
"""
_END = "UPDATE turn SET ended_at = ?, outcome = ?, error = ? WHERE agent = ? AND outcome = 'running'"


def apply_entries(db: sqlite3.Connection, entries: Sequence[e.Recorded]) -> None:
    """Write the rows of `entries` inside the caller's transaction."""
    messages: list[Row] = []
    attachments: list[Row] = []
    keys: list[Row] = []
    for recorded in entries:
        entry = recorded.entry
        if recorded.key is not None:
            key = recorded.key
            keys.append((recorded.by, key.operation, key.key, key.params, recorded.seq))
        if type(entry) is e.MessagePosted:
            named = attachments_of(entry.text)
            messages.append(_message(recorded, entry, named))
            attachments += [(recorded.seq, one.id, one.media_type, one.size) for one in named]
            continue
        if messages:
            _insert(db, messages, attachments)
            messages, attachments = [], []
        write = _WRITES.get(type(entry))
        if write is not None:
            write(db, recorded, entry)
    if messages:
        _insert(db, messages, attachments)
    if keys:
        insert_rows(db, _KEY, keys)


def _insert(db: sqlite3.Connection, messages: list[Row], attachments: list[Row]) -> None:
    insert_rows(db, _MESSAGE, messages)
    insert_rows(db, _ATTACHMENT, attachments)
    db.executemany(_SPEAKER, {(row[1], row[4]) for row in messages})


def _message(recorded: e.Recorded, entry: e.MessagePosted, named: Sequence[AttachmentView]) -> Row:
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
        text.get(PIECE),
        "\n".join(one.name for one in named) or None,
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
    asked = (entry.approval, entry.channel, entry.asked_by, recorded.at, entry.tier, entry.digest, entry.root)
    db.execute(_ASK, (*asked, entry.expires))


def _expired(db: sqlite3.Connection, recorded: e.Recorded, entry: e.ApprovalExpired) -> None:
    row = ("expired", recorded.seq, recorded.by, recorded.at, "", None, entry.approval)
    db.execute(_DECIDE, row)


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
    # The turn's bounds cover everything that the agent owes, also what it is not charged with one by one.
    picked_up = "UPDATE charge SET status = 'picked-up', turn = ?, error = NULL WHERE agent = ? AND NOT settled"
    db.execute(picked_up, (recorded.seq, entry.agent))


def _turn_finished(db: sqlite3.Connection, recorded: e.Recorded, entry: e.TurnFinished) -> None:
    db.execute(_END, (recorded.at, "finished", None, entry.agent))
    answered = "UPDATE charge SET status = 'answered', settled = 1 WHERE agent = ? AND status = 'picked-up'"
    db.execute(f"{answered} AND NOT settled", (entry.agent,))
    rows = [(bound.through, entry.agent, bound.channel) for bound in entry.acknowledged]
    db.executemany(_ADVANCE, rows)


def _turn_failed(db: sqlite3.Connection, recorded: e.Recorded, entry: e.TurnFailed) -> None:
    error = (entry.text or {}).get("error")
    db.execute(_END, (recorded.at, "failed", error, entry.agent))
    retrying = "UPDATE charge SET status = 'retrying', error = ? WHERE agent = ? AND status = 'picked-up'"
    db.execute(f"{retrying} AND NOT settled", (error, entry.agent))


def _parked(db: sqlite3.Connection, recorded: e.Recorded, entry: e.AgentParked) -> None:
    reason = (entry.text or {}).get("reason")
    db.execute(_END, (recorded.at, "parked", reason, entry.agent))
    # Not settled: whoever resumes the agent has it answer after all.
    db.execute(
        "UPDATE charge SET status = 'given-up', error = ? WHERE agent = ? AND NOT settled", (reason, entry.agent)
    )


def _woken(db: sqlite3.Connection, recorded: e.Recorded, entry: e.AgentWoken) -> None:
    db.execute(_WOKEN, (entry.message, entry.agent, recorded.at, entry.reason))


def _dismissed(db: sqlite3.Connection, _: e.Recorded, entry: e.WakeDismissed) -> None:
    spent = "The budget of the conversation is spent."
    given_up = "UPDATE charge SET status = 'given-up', error = ?, settled = 1 WHERE agent = ? AND NOT settled"
    db.execute(given_up, (spent, entry.agent))


def _pinned(db: sqlite3.Connection, _: e.Recorded, entry: e.PostPinned | e.PostUnpinned) -> None:
    row = (isinstance(entry, e.PostPinned), entry.message)
    db.execute("UPDATE message SET pinned = ? WHERE seq = ?", row)


def _resolved(db: sqlite3.Connection, _: e.Recorded, entry: e.MessageResolved | e.MessageUnresolved) -> None:
    row = (isinstance(entry, e.MessageResolved), entry.message)
    db.execute("UPDATE message SET resolved = ? WHERE seq = ?", row)


def _closed(db: sqlite3.Connection, recorded: e.Recorded, entry: e.PostClosed) -> None:
    row = (recorded.seq, (entry.text or {}).get("resolution"), entry.message)
    db.execute("UPDATE message SET closed = ?, resolution = ? WHERE seq = ?", row)


def _edited(db: sqlite3.Connection, recorded: e.Recorded, entry: e.MessageEdited) -> None:
    text = entry.text or {}
    title, body = text.get("title"), text.get("body")
    db.execute(_FIRST_WORDS, (entry.message,))
    db.execute(_WORDS, (recorded.seq, recorded.at, title, body, entry.message))
    db.execute(_REWORD, (title, body, recorded.at, entry.message))


def _proposed(db: sqlite3.Connection, _: e.Recorded, entry: e.ProposalOpened) -> None:
    row = (entry.message, entry.quorum, entry.replaces)
    db.execute("INSERT INTO proposal (id, quorum, replaces) VALUES (?, ?, ?)", row)


def _voted(db: sqlite3.Connection, recorded: e.Recorded, entry: e.VoteCast) -> None:
    db.execute(_VOTE, (entry.message, recorded.by, entry.choice, entry.reply, recorded.at))


def _settled(db: sqlite3.Connection, recorded: e.Recorded, entry: e.ProposalSettled) -> None:
    row = (entry.outcome, recorded.at, entry.message)
    db.execute("UPDATE proposal SET outcome = ?, settled_at = ? WHERE id = ?", row)
    if entry.outcome == "accepted":
        db.execute(_REPLACED, (entry.message, entry.message))


def _redacted(db: sqlite3.Connection, _: e.Recorded, entry: e.ContentRedacted) -> None:
    gone = "UPDATE message SET body = NULL, title = NULL, attachments = NULL, names = NULL WHERE seq = ?"
    db.execute(gone, (entry.target,))
    db.execute("DELETE FROM attachment WHERE message = ?", (entry.target,))
    db.execute("UPDATE message SET resolution = NULL WHERE closed = ?", (entry.target,))
    db.execute("UPDATE approval SET reason = '' WHERE decision = ?", (entry.target,))
    db.execute("UPDATE wording SET body = NULL, title = NULL WHERE seq = ?", (entry.target,))
    # Words that were taken out of the index are still in its segments until these are merged.
    db.execute("INSERT INTO message_text (message_text) VALUES ('optimize')")


_WRITES: dict[type[e.Entry], Callable[[sqlite3.Connection, e.Recorded, Any], None]] = {
    e.JournalCreated: _journal,
    e.ChannelCreated: _channel,
    e.ParticipantJoined: _participant,
    e.Subscribed: _subscribed,
    e.Unsubscribed: _unsubscribed,
    e.Acknowledged: _acknowledged,
    e.ApprovalRequested: _requested,
    e.ApprovalDecided: _decided,
    e.ApprovalExpired: _expired,
    e.TurnStarted: _turn_started,
    e.TurnFinished: _turn_finished,
    e.TurnFailed: _turn_failed,
    e.AgentParked: _parked,
    e.AgentWoken: _woken,
    e.WakeDismissed: _dismissed,
    e.PostPinned: _pinned,
    e.PostUnpinned: _pinned,
    e.MessageResolved: _resolved,
    e.MessageUnresolved: _resolved,
    e.PostClosed: _closed,
    e.MessageEdited: _edited,
    e.ProposalOpened: _proposed,
    e.VoteCast: _voted,
    e.ProposalSettled: _settled,
    e.ContentRedacted: _redacted,
}
"""Entries without a row here are in no view."""
