"""The one writer: it takes all waiting commands as a batch and walks them through (docs/architecture.md).

decide → append (one fsync) → adopt → views → answer → announce.
"""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass

from chatbox.broker.announcing import Announcer
from chatbox.broker.catching_up import catch_up
from chatbox.domain.batch import Batch, Outcome, decide_batch
from chatbox.domain.commands import Command
from chatbox.domain.entries import ContentRedacted
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import SECOND, Limits
from chatbox.ports import Clock, Conflict, Head, Journal, JournalFailed, Views, ViewsFailed, ViewsFull

BATCH_MAX = 256
WAITING_MAX = 10_000

Answer = Outcome | Refusal


@dataclass(slots=True)
class _Waiting:
    command: Command
    answer: asyncio.Future[Answer]


class Broker:
    """Owns the state of one workspace. `recovery.recover` makes one; `run` must be going while it is used."""

    def __init__(
        self, journal: Journal, views: Views, clock: Clock, state: State, limits: Limits, announcer: Announcer
    ) -> None:
        """`state` is the fold of the whole journal, and the views stand at its end."""
        self.state = state
        self.limits = limits
        self.announcer = announcer
        self.failed: str | None = None
        self.ended = asyncio.Event()
        self._journal = journal
        self._views = views
        self._clock = clock
        self._queue: list[_Waiting] = []
        self._arrived = asyncio.Event()
        self._closed: str | None = None
        # Journal time goes on from its last entry at the pace of monotonic time, wherever the wall clock jumps.
        self._started_at = max(clock.now(), state.at)
        self._started = clock.elapsed()
        self.views_stale = False
        self._views_damaged = True
        self._views_mended = asyncio.Event()

    @property
    def detail(self) -> str | None:
        """Why it has stopped, or what should be seen to while it goes on."""
        return self.failed or self._journal.trouble

    def now(self) -> int:
        """The journal's time: microseconds UTC, never running backwards."""
        return self._started_at + int((self._clock.elapsed() - self._started) * SECOND)

    async def submit(self, command: Command) -> Answer:
        """Have `command` decided and recorded. The answer comes after the entries are durable.

        A cancelled caller gets no answer, but what was decided stands. After a failed append every answer is
        `UNAVAILABLE`; the failed batch itself is `UNKNOWN_OUTCOME`: ask again with the same client key.
        """
        if self._closed is not None:
            return Refusal(code="UNAVAILABLE", message=self._closed)
        if len(self._queue) >= WAITING_MAX:
            return Refusal(code="LIMIT_REACHED", message="Too many requests are waiting: try again in a moment.")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(command, answer))
        self._arrived.set()
        return await answer

    async def mend_views(self) -> None:
        """Have views that were found damaged made anew; returns when they are, or when the broker has ended."""
        self.views_stale = self._views_damaged = True
        self._views_mended.clear()
        self._arrived.set()
        async with asyncio.TaskGroup() as waits:
            either = [waits.create_task(event.wait()) for event in (self._views_mended, self.ended)]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            for wait in either:
                wait.cancel()

    async def run(self) -> None:
        """Write until cancelled or until the journal fails; then refuse everything."""
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._queue or self.views_stale:
                    if self.views_stale:
                        await self._make_views()
                    batch, self._queue = self._queue[:BATCH_MAX], self._queue[BATCH_MAX:]
                    if batch:
                        await self._write(batch)
        except JournalFailed as failure:
            self.failed = f"Nothing more is recorded: {failure}."
            self._stop(self.failed)
        except asyncio.CancelledError:
            self._stop("The broker has ended: try again when it is back.")
            raise
        except Exception:
            self.failed = "The broker has failed: see its log, then start it again."
            self._stop(self.failed)
            raise

    async def _write(self, waiting: list[_Waiting]) -> None:
        commands = [one.command for one in waiting]
        try:
            batch = await self._record(commands)
        except JournalFailed as failure:
            unknown = Refusal(
                code="UNKNOWN_OUTCOME",
                message=f"Whether this was recorded is unknown: {failure}. Ask again with the same client key.",
            )
            _answer(waiting, [unknown] * len(waiting))
            raise
        except BaseException:
            unknown = Refusal(
                code="UNKNOWN_OUTCOME",
                message="The broker ended meanwhile: ask again with the same client key.",
            )
            _answer(waiting, [unknown] * len(waiting))
            raise
        _answer(waiting, list(batch.answers))
        if self.views_stale:
            # Before it is announced: whoever is woken by it reads it from the views.
            with contextlib.suppress(JournalFailed):
                await self._make_views()
        if batch.entries:
            self.announcer.publish(batch.entries)

    async def _record(self, commands: list[Command]) -> Batch:
        try:
            facts = await self._views.facts(commands)
        except ViewsFailed:
            self._views_damaged = True
            await self._make_views()
            facts = await self._views.facts(commands)
        draft = self.state.draft()
        batch = decide_batch(draft, commands, facts, self.now(), secrets.token_bytes(32), self.limits)
        if batch.record is None:
            return batch
        try:
            await self._journal.append(batch.record, after=self.state.seq)
        except Conflict as conflict:
            msg = f"somebody else wrote to the journal ({conflict}): make sure that only one process owns it"
            raise JournalFailed(msg) from conflict
        draft.adopt()
        await self._apply(batch)
        return batch

    async def _apply(self, batch: Batch) -> None:
        assert batch.record is not None, "only a recorded batch is applied"
        last = batch.record.last
        try:
            await self._views.apply(batch.entries, Head(seq=last.seq, leaf=last.leaf))
        except ViewsFailed as failed:
            # The answer stands on the journal.
            self.views_stale, self._views_damaged = True, not isinstance(failed, ViewsFull)
        for recorded in batch.entries:
            if isinstance(recorded.entry, ContentRedacted):
                await self._journal.forget(recorded.entry.target)

    async def _make_views(self) -> None:
        """Make the views anew. Without them nothing can be decided, so when that fails the broker stops."""
        try:
            if self._views_damaged:
                await self._views.reset()
            await catch_up(self._journal, self._views)
        except ViewsFull as full:
            msg = f"{full}, then start again. Nothing answered was lost"
            raise JournalFailed(msg) from full
        except ViewsFailed as failed:
            msg = f"the views cannot be made ({failed}): check the disk, then start again"
            raise JournalFailed(msg) from failed
        self.views_stale = False
        self._views_mended.set()

    def _stop(self, why: str) -> None:
        """Fail-stop: no append is ever tried again on this handle."""
        self._closed = why
        self.ended.set()
        refusal = Refusal(code="UNAVAILABLE", message=why)
        rest, self._queue = self._queue, []
        _answer(rest, [refusal] * len(rest))


def _answer(waiting: list[_Waiting], answers: list[Answer]) -> None:
    for one, answer in zip(waiting, answers, strict=True):
        if not one.answer.done():
            one.answer.set_result(answer)
