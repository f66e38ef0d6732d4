"""Long-poll: any number of waiters, each told everything that is for it. Waiting moves no offset."""

import asyncio

from chatbox.broker.broker import Broker
from chatbox.domain.shown import MessageView
from chatbox.domain.values import Frozen
from chatbox.ports import Reading


class Heard(Frozen):
    """What a waiter was told. Going on after `next_cursor` gives every later message exactly once."""

    messages: list[MessageView]
    timed_out: bool
    more: bool
    next_cursor: int


class Waiting:
    """Waits on the announcer, answers from the views."""

    def __init__(self, broker: Broker, reading: Reading) -> None:
        """Both of one workspace."""
        self._broker = broker
        self._reading = reading

    async def listen(
        self, reader: str, channels: list[str], since: int | None, timeout_seconds: float, limit: int
    ) -> Heard:
        """The oldest messages of others in `channels`, waiting up to `timeout_seconds` for the first.

        Without `since` it starts at the reader's own offset in each channel.
        """
        after = {channel: self._start(reader, channel, since) for channel in channels}
        looked_through = self._broker.announcer.seq
        heard = await self._look(reader, after, limit, looked_through)
        try:
            async with asyncio.timeout(timeout_seconds):
                while heard is None:
                    await self._broker.announcer.moved(looked_through)
                    head = self._broker.announcer.seq
                    heard = await self._look(reader, after, limit, head)
                    looked_through = head
        except TimeoutError:
            return Heard(messages=[], timed_out=True, more=False, next_cursor=looked_through)
        return heard

    async def _look(self, reader: str, after: dict[str, int], limit: int, head: int) -> Heard | None:
        messages, more = await self._reading.unread(after, reader, limit)
        if not messages:
            return None
        end = messages[-1].id if more else max(head, messages[-1].id)
        return Heard(messages=messages, timed_out=False, more=more, next_cursor=end)

    def _start(self, reader: str, channel: str, since: int | None) -> int:
        if since is not None:
            return since
        followed = self._broker.state.subscriptions.get((reader, channel))
        if followed is not None:
            return followed.offset
        return self._broker.state.channels[channel].last
