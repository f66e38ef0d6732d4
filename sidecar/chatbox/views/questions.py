"""The reading side of the views: what operations ask, over a connection that cannot write."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, TypeVar

import orjson

from chatbox.connection import Connection, keep_little
from chatbox.domain.search import Query
from chatbox.domain.shown import (
    ApprovalView,
    Brief,
    DeliveryView,
    MessageView,
    RoomView,
    Thread,
    Wording,
)
from chatbox.domain.values import STANDING, Bound, Charge
from chatbox.ports import Found, Naming, Path, Span, Unread, ViewsFailed
from chatbox.views import rows
from chatbox.views.paging import bounded, unread
from chatbox.views.searching import search
from chatbox.views.store import ViewStore
from chatbox.views.tracing import asked_under, message, path

T = TypeVar("T")

BRIEF_MESSAGES_MAX = 200
UNREAD_COUNTED_MAX = 1_000
INDEX_PAGE = 500
INDEX_PAGES_MAX = 20
"""What a search takes into its index before it answers, when much was said since the last one."""


class Questions:
    """Answers from the views file that `store` keeps."""

    def __init__(self, store: ViewStore, mend: Callable[[], Awaitable[None]] | None = None) -> None:
        """Connects when first asked. `mend` has damaged views made anew; without it they raise `ViewsFailed`."""
        self._store = store
        self._mend = mend
        self._reader: Connection | None = None
        self._generation = -1

    async def page(
        self, channel: str, *, before: int | None, after: int | None, limit: int
    ) -> tuple[list[MessageView], bool]:
        """See `Reading.page`."""
        return await self._ask(lambda db: _page(db, channel, before, after, limit))

    async def unread(self, span: Span, reader: str, limit: int) -> Unread:
        """See `Reading.unread`."""
        return await self._ask(lambda db: unread(db, span, reader, limit))

    async def message(self, number: int) -> MessageView | None:
        """See `Reading.message`."""
        return await self._ask(lambda db: message(db, number))

    async def pinned(self, channel: str, after: int, limit: int) -> list[MessageView]:
        """See `Reading.pinned`."""
        return await self._ask(lambda db: _messages(db, _PINNED, (channel, after, limit)))

    async def wordings(self, number: int, after: int, limit: int) -> list[Wording]:
        """See `Reading.wordings`."""
        return await self._ask(lambda db: _wordings(db, number, after, limit))

    async def deliveries(self, messages: Sequence[int], after_agent: str, limit: int) -> list[DeliveryView]:
        """See `Reading.deliveries`."""
        return await self._ask(lambda db: _deliveries(db, messages, after_agent, limit))

    async def proposals(
        self, status: Literal["open", "standing", "all"], before: int, limit: int, channels: Sequence[str]
    ) -> list[MessageView]:
        """See `Reading.proposals`."""
        given = (before, orjson.dumps(channels).decode(), limit)
        return await self._ask(lambda db: _messages(db, _PROPOSALS[status], given))

    async def search(self, query: Query, channels: Sequence[str], before: int | None, limit: int) -> Found:
        """See `Reading.search`."""
        pages = INDEX_PAGES_MAX
        while pages and not await self._store.index(INDEX_PAGE):
            pages -= 1
        found, more = await self._ask(lambda db: search(db, query, channels, before, limit))
        return Found(found, more, is_behind=not pages)

    async def naming(self, sha256: str) -> list[Naming]:
        """See `Reading.naming`."""
        return await self._ask(lambda db: _naming(db, sha256))

    async def thread(self, post: int, *, after: int = 0, limit: int = 0) -> Thread | None:
        """See `Reading.thread`."""
        return await self._ask(lambda db: _thread(db, post, after, limit))

    async def channels(self, reader: str) -> list[RoomView]:
        """See `Reading.channels`."""
        return await self._ask(lambda db: _channels(db, reader))

    async def approvals(
        self, status: Literal["open", "all"], start: int, limit: int, channels: Sequence[str]
    ) -> list[ApprovalView]:
        """See `Reading.approvals`."""
        return await self._ask(lambda db: _approvals(db, status, start, limit, channels))

    async def speakers(self, channels: Sequence[str]) -> list[str]:
        """See `Reading.speakers`."""
        return await self._ask(lambda db: _speakers(db, channels))

    async def brief(
        self,
        agent: str,
        turn: int,
        bounds: Sequence[tuple[int, Bound]],
        charges: Sequence[Charge],
        attempt: int,
    ) -> Brief:
        """See `Reading.brief`."""
        return await self._ask(lambda db: _brief(db, agent, turn, bounds, charges, attempt))

    async def path(self, number: int, limit: int) -> Path:
        """See `Reading.path`."""
        return await self._ask(lambda db: path(db, number, limit))

    async def asked_under(self, root: int, channels: Sequence[str], start: int, limit: int) -> list[ApprovalView]:
        """See `Reading.asked_under`."""
        return await self._ask(lambda db: asked_under(db, root, channels, start, limit))

    async def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            await self._reader.close()
            self._reader = None

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await self._ask_once(question)
        except sqlite3.Error as error:
            if self._mend is None:
                raise self._failed(error) from error
            await self._mend()
        try:
            return await self._ask_once(question)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    async def _ask_once(self, question: Callable[[sqlite3.Connection], T]) -> T:
        async with self._store.steady:
            if self._reader is None or self._generation != self._store.generation:
                await self.close()
                self._reader = await Connection.open(self._store.path, readonly=True)
                self._generation = self._store.generation
                await self._reader.do(keep_little)
            return await self._reader.do(question)

    def _failed(self, error: sqlite3.Error) -> ViewsFailed:
        return ViewsFailed(f"{self._store.path}: {error}")


_SETTLED = "SELECT id FROM proposal WHERE"
_IN = "IN (SELECT value FROM json_each(?))"
_SPEAKERS = "SELECT DISTINCT author FROM speaker WHERE channel IN (SELECT value FROM json_each(?))"
_PINNED = "m.channel = ? AND m.pinned AND m.seq > ? ORDER BY m.seq LIMIT ?"
_NEWEST = f"AND m.seq < ? AND m.channel {_IN} ORDER BY m.seq DESC LIMIT ?"
_PROPOSALS = {
    "open": f"m.seq IN ({_SETTLED} outcome IS NULL) {_NEWEST}",
    "standing": f"m.seq IN ({_SETTLED} outcome = 'accepted' AND replaced_by IS NULL) {_NEWEST}",
    "all": f"m.seq IN ({_SETTLED} true) {_NEWEST}",
}


def _messages(db: sqlite3.Connection, where: str, given: Sequence[object]) -> list[MessageView]:
    return [rows.message(row) for row in db.execute(f"{rows.MESSAGE} WHERE {where}", given)]


def _wordings(db: sqlite3.Connection, number: int, after: int, limit: int) -> list[Wording]:
    found = db.execute(
        "SELECT seq, at, title, body FROM wording WHERE message = ? AND seq > ? ORDER BY seq LIMIT ?",
        (number, after, limit),
    )
    return [Wording(id=seq, at=at, title=title, body=body) for seq, at, title, body in found]


def _naming(db: sqlite3.Connection, sha256: str) -> list[Naming]:
    found = db.execute(
        """
        SELECT t.message, m.channel, t.media_type, t.size
         FROM attachment t JOIN message m ON m.seq = t.message WHERE t.sha256 = ? ORDER BY t.message
        """,
        (sha256,),
    )
    return [Naming(*row) for row in found]


def _deliveries(db: sqlite3.Connection, messages: Sequence[int], after_agent: str, limit: int) -> list[DeliveryView]:
    found: list[DeliveryView] = []
    for number in messages:
        # No name is empty: of all messages but the first, every agent is asked for.
        behind = after_agent if number == messages[0] else ""
        lines = db.execute(
            "SELECT message, agent, status, at, reason, turn, error FROM charge"
            " WHERE message = ? AND agent > ? ORDER BY agent LIMIT ?",
            (number, behind, limit - len(found)),
        )
        found += [DeliveryView(**dict(zip(DeliveryView.model_fields, (*row, False), strict=True))) for row in lines]
    return found


def _page(
    db: sqlite3.Connection, channel: str, before: int | None, after: int | None, limit: int
) -> tuple[list[MessageView], bool]:
    if after is not None:
        found = db.execute(
            f"{rows.MESSAGE} WHERE m.channel = ? AND m.seq > ? ORDER BY m.seq LIMIT ?",
            (channel, after, limit + 1),
        ).fetchall()
        return bounded(found, limit)
    end = before if before is not None else 2**53
    found = db.execute(
        f"{rows.MESSAGE} WHERE m.channel = ? AND m.seq < ? ORDER BY m.seq DESC LIMIT ?",
        (channel, end, limit + 1),
    ).fetchall()
    newest, more = bounded(found, limit)
    return newest[::-1], more


def _thread(db: sqlite3.Connection, post: int, after: int, limit: int) -> Thread | None:
    head = message(db, post)
    if head is None:
        return None
    behind = f"{rows.MESSAGE} WHERE m.thread = ? AND m.seq > ? ORDER BY m.seq LIMIT ?"
    replies, more = bounded(db.execute(behind, (post, after, limit + 1)).fetchall() if limit else [], limit)
    asked = db.execute(f"{rows.APPROVAL} WHERE a.id = ?", (post,)).fetchone()
    return Thread(
        post=head,
        replies=replies,
        more=more,
        approval=rows.approval(asked) if asked else None,
    )


def _channels(db: sqlite3.Connection, reader: str) -> list[RoomView]:
    found = db.execute(
        """
        SELECT c.name, c.description, coalesce(max(m.position), 0), coalesce(max(m.seq), 0), s.read_through, s.wake,
         max(m.at)
         FROM channel c LEFT JOIN subscription s ON s.channel = c.name AND s.participant = ?
         LEFT JOIN message m ON m.seq = (SELECT max(seq) FROM message WHERE channel = c.name)
         GROUP BY c.name ORDER BY c.name
        """,
        (reader,),
    ).fetchall()
    return [_channel(db, reader, row) for row in found]


def _channel(db: sqlite3.Connection, reader: str, row: rows.Row) -> RoomView:
    name, description, count, last, offset, wake, at = row
    unread = 0
    if offset is not None:
        unread = db.execute(
            """
            SELECT count(*) FROM
             (SELECT 1 FROM message WHERE channel = ? AND seq > ? AND author != ? LIMIT ?)
            """,
            (name, offset, reader, UNREAD_COUNTED_MAX),
        ).fetchone()[0]
    return RoomView(
        id=name,
        name=name,
        description=description,
        count=count,
        last=last,
        offset=offset,
        unread=unread,
        wake=wake,
        is_standing=name in STANDING,
        last_activity=at,
    )


def _approvals(
    db: sqlite3.Connection, status: str, start: int, limit: int, channels: Sequence[str]
) -> list[ApprovalView]:
    asked = "a.status = 'open' AND a.id > ? ORDER BY a.id" if status == "open" else "a.id < ? ORDER BY a.id DESC"
    given = (orjson.dumps(channels).decode(), start, limit)
    found = db.execute(f"{rows.APPROVAL} WHERE a.channel {_IN} AND {asked} LIMIT ?", given).fetchall()
    return [rows.approval(row) for row in found]


def _speakers(db: sqlite3.Connection, channels: Sequence[str]) -> list[str]:
    found = db.execute(_SPEAKERS, (orjson.dumps(channels).decode(),))
    return [author for (author,) in found]


def _brief(
    db: sqlite3.Connection,
    agent: str,
    turn: int,
    bounds: Sequence[tuple[int, Bound]],
    charges: Sequence[Charge],
    attempt: int,
) -> Brief:
    found: list[rows.Row] = []
    for offset, bound in bounds:
        found += db.execute(
            f"{rows.MESSAGE} WHERE m.channel = ? AND m.seq > ? AND m.seq <= ? AND m.author != ? ORDER BY m.seq",
            (bound.channel, offset, bound.through, agent),
        ).fetchall()
    found.sort(key=lambda row: int(row[0]))
    woken_by = [charge.message for charge in charges]
    decided = db.execute(
        f"{rows.APPROVAL} WHERE a.asked_by = ? AND a.decision IS NOT NULL AND a.decision < ?"
        f" AND a.decision IN ({','.join('?' * len(woken_by))}) ORDER BY a.decision",
        (agent, turn, *woken_by),
    ).fetchall()
    epoch = db.execute("SELECT epoch FROM turn WHERE id = ?", (turn,)).fetchone()[0]
    earlier = db.execute(
        f"{rows.MESSAGE} WHERE m.author = ? AND m.epoch > ? AND m.epoch < ? ORDER BY m.seq",
        (agent, epoch - attempt, epoch),
    ).fetchall()
    return Brief(
        messages=[rows.message(row) for row in found[-BRIEF_MESSAGES_MAX:]],
        decisions=[rows.approval(row) for row in decided],
        earlier=[rows.message(row) for row in earlier],
        left_out=max(0, len(found) - BRIEF_MESSAGES_MAX),
    )
