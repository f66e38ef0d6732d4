"""What the two earlier systems said, read out of their files.

agent-chatroom 0.2.0 answers `GET /messages` with `{"messages": [{"agent", "text", "timestamp"}]}`. The earlier ChatBox
kept every message in `.agentchat/db.sqlite` and wrote those of #dispatch to `dispatch_comms.jsonl`, whose lines have
at least `{"source", "message", "timestamp"}`; its times are seconds since 1970.
"""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import orjson

BYTES_MAX = 64 * 1024 * 1024
DATABASE = b"SQLite format 3\0"


class NotForeign(Exception):  # noqa: N818 - a finding
    """The file is of neither system; the message names the line."""


class Said(NamedTuple):
    """One message. `key` is the same whenever the same message is read again."""

    author: str
    text: str
    at: str
    key: str


def read_foreign(path: Path) -> list[Said]:
    """The messages of a file, in its order. Raises `NotForeign` or `OSError`."""
    if path.stat().st_size > BYTES_MAX:
        message = f"{path} has more than {BYTES_MAX // 1024 // 1024} MiB: split it"
        raise NotForeign(message)
    data = path.read_bytes()
    if not data.strip():
        message = f"{path} is empty: name the file that was saved or exported"
        raise NotForeign(message)
    seen: Counter[str] = Counter()
    if data.startswith(DATABASE):
        return [_said(path, where, one, ("source", "message"), seen) for where, one in _rows(path)]
    try:
        whole = orjson.loads(data)
    except ValueError:
        whole = None
    if isinstance(whole, dict) and isinstance(whole.get("messages"), list):
        return [
            _said(path, f"message {number}", one, ("agent", "text"), seen)
            for number, one in enumerate(whole["messages"], 1)
        ]
    return [
        _said(path, f"line {number}", _json(path, number, line), ("source", "message"), seen)
        for number, line in enumerate(data.splitlines(), 1)
        if line.strip()
    ]


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    """The messages of a `db.sqlite`, of all channels in one sequence: an author is told with the channel."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            for number, channel, author, at, body in database.execute(
                "SELECT id, channel, author, ts, body FROM messages ORDER BY id"
            ):
                yield f"message {number}", {"source": f"{author} in {channel}", "message": body, "timestamp": at}
    except sqlite3.Error as error:
        message = f"{path}: it is no database of the earlier ChatBox ({error})"
        raise NotForeign(message) from error


def _json(path: Path, number: int, line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError as error:
        message = f"{path}, line {number}: it is not JSON: repair or delete that line. Nothing was imported"
        raise NotForeign(message) from error


def _said(path: Path, where: str, fields: Any, names: tuple[str, str], seen: Counter[str]) -> Said:
    found = [fields.get(name) for name in (*names, "timestamp")] if isinstance(fields, dict) else []
    if found and isinstance(found[2], int | float) and not isinstance(found[2], bool):
        found[2] = _moment(found[2])
    texts = [one for one in found if isinstance(one, str)]
    if len(texts) != 3:  # noqa: PLR2004 - author, text, time
        message = (
            f"{path}, {where}: it is no message of agent-chatroom ({{agent, text, timestamp}}) "
            "or of dispatch_comms.jsonl ({source, message, timestamp}), and no line of `chatbox export`"
        )
        raise NotForeign(message)
    author, text, at = texts
    digest = hashlib.sha256(orjson.dumps([author, text, at])).hexdigest()
    # The same words at the same moment twice are two messages.
    seen[digest] += 1
    return Said(author, text, at, f"{digest[:40]}-{seen[digest]}")


def _moment(seconds: float) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return None
