"""Long-poll: any number of waiters, each told everything that is for it. Waiting moves no offset."""

import asyncio
from collections.abc import Callable

from chatbox.broker.broker import Broker
from chatbox.domain.shown import MessageView
from chatbox.domain.values import Frozen
from chatbox.ports import Reading, Span


class Heard(Frozen):
    """What a waiter was told. Going on after `next_cursor` gives every later message exactly once.

    `earlier` counts what came before the newest ones, when only these were asked for; all of it is behind `since`.
    """

    messages: list[MessageView]
    timed_out: bool
    more: bool
    next_cursor: int
    since: int = 0
    earlier: int = 0


class Waiting:
    """Waits on the announcer, answers from the views."""

    def __init__(self, broker: Broker, reading: Reading) -> None:
        """Both of one workspace."""
        self._broker = broker
        self._reading = reading

    async def listen(
        self,
        reader: str,
        channels: list[str],
        since: int | None,
        timeout_seconds: float,
        limit: int,
        *,
        until: int | None = None,
        newest: bool = False,
        may: Callable[[], bool] = lambda: True,
    ) -> Heard:
        """The oldest (or the `newest`) messages of others in `channels`, waiting for the first if need be.

        Without `since` it starts at the reader's own offset in each channel. It ends before `until`, and with
        nothing as soon as something happens after which the reader no longer `may`.
        """
        after = self._starts(reader, channels, since)
        span = Span(after=after, until=until, newest=newest)
        looked_through = self._broker.announcer.seq
        heard = await self._look(reader, span, limit, looked_through)
        try:
            async with asyncio.timeout(timeout_seconds):
                while heard is None:
                    await self._broker.announcer.moved(looked_through)
                    if not may():
                        return self._nothing(looked_through, timed_out=False)
                    head = self._broker.announcer.seq
                    heard = await self._look(reader, span, limit, head)
                    looked_through = head
        except TimeoutError:
            return self._nothing(looked_through, timed_out=until is None)
        return heard

    def _nothing(self, looked_through: int, *, timed_out: bool) -> Heard:
        return Heard(messages=[], timed_out=timed_out, more=False, next_cursor=looked_through)

    async def _look(self, reader: str, span: Span, limit: int, head: int) -> Heard | None:
        found = await self._reading.unread(span, reader, limit)
        messages = found.messages
        if not messages:
            return None
        end = messages[-1].id if found.more or span.until is not None else max(head, messages[-1].id)
        return Heard(
            messages=messages,
            timed_out=False,
            more=found.more,
            next_cursor=end,
            since=min(span.after.values()),
            earlier=found.earlier,
        )

    def _starts(self, reader: str, channels: list[str], since: int | None) -> dict[str, int]:
        """Behind which entry to look in each channel.

        A cursor that we gave lies beyond the offset of the channel that lags most: what was acknowledged in the
        others is not told again. One from before all offsets was chosen by the caller, who wants to read again.
        """
        state = self._broker.state
        followed = {channel: state.subscriptions.get((reader, channel)) for channel in channels}
        if since is None:
            return {name: s.offset if s else state.channels[name].last for name, s in followed.items()}
        offsets = [s.offset for s in followed.values() if s]
        if offsets and since >= min(offsets):
            return {name: max(since, s.offset) if s else since for name, s in followed.items()}
        return dict.fromkeys(channels, since)
