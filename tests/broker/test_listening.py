"""Long-poll: every waiter is told everything that is for it, once, and its offset stays where it is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from chatbox.broker.broker import Broker
from chatbox.broker.waiting import Heard, Waiting
from chatbox.domain import commands as c
from chatbox.domain.batch import Outcome
from chatbox.domain.values import AGENT_SCOPES, Identity
from chatbox.views.questions import Questions

from tests.broker.opening import WAIT, Place, running
from tests.support.simulated import ADA, GENERAL, NEVER, agent_identity, chat

GUEST = agent_identity("guest")
DISPATCH = "#dispatch"


@dataclass
class Room:
    """A broker with a visitor, and somewhere to listen."""

    broker: Broker
    waiting: Waiting

    async def do(self, command: c.Command) -> int:
        answer = await self.broker.submit(command)
        assert isinstance(answer, Outcome), answer
        return answer.seq

    async def say(self, body: str, channel: str = GENERAL, by: Identity = ADA) -> int:
        return await self.do(c.PostMessage(by=by, said=chat(body, channel)))

    async def listen(
        self,
        since: int | None = None,
        *,
        reader: str = "guest",
        channels: tuple[str, ...] = (GENERAL,),
        seconds: float = WAIT,
        limit: int = 10,
    ) -> Heard:
        return await self.waiting.listen(reader, list(channels), since, seconds, limit)

    def offset(self, channel: str = GENERAL) -> int:
        return self.broker.state.subscriptions["guest", channel].offset


@asynccontextmanager
async def room_at(place: Place) -> AsyncIterator[Room]:
    journal, store = await place.journal(), await place.views()
    questions = Questions(store)
    try:
        async with running(journal, store) as broker:
            await broker.submit(
                c.OpenSession(
                    participant="guest",
                    kind="agent",
                    digest="guest's token",
                    scopes=AGENT_SCOPES,
                    expires=NEVER,
                    channels=(GENERAL, DISPATCH),
                )
            )
            yield Room(broker, Waiting(broker, questions))
    finally:
        await questions.close()
        await store.close()
        await journal.close()


def told(heard: Heard) -> list[str | None]:
    return [message.body for message in heard.messages]


async def follow(room: Room, since: int | None, limit: int, channels: tuple[str, ...]) -> list[str | None]:
    """Everything that is there, by following the cursor."""
    found: list[str | None] = []
    while True:
        heard = await room.listen(since, channels=channels, limit=limit, seconds=WAIT)
        found += told(heard)
        since = heard.next_cursor
        if not heard.more:
            return found


async def test_what_is_there_already_is_told_at_once(place: Place) -> None:
    async with room_at(place) as room:
        await room.say("one")
        await room.say("two")
        heard = await room.listen()
        assert (told(heard), heard.timed_out, heard.more) == (["one", "two"], False, False)


async def test_every_one_of_many_waiters_is_told_every_message(place: Place) -> None:
    async with room_at(place) as room, asyncio.TaskGroup() as tasks:
        waiters = [tasks.create_task(room.listen()) for _ in range(50)]
        await asyncio.sleep(0)
        assert not any(waiter.done() for waiter in waiters)
        said = await room.say("hello")
        for waiter in waiters:
            assert [message.id for message in (await waiter).messages] == [said]


async def test_listening_moves_no_offset(place: Place) -> None:
    async with room_at(place) as room:
        before = room.offset()
        await room.say("one")
        await room.listen()
        await room.listen()
        assert room.offset() == before


async def test_listening_starts_at_the_offset(place: Place) -> None:
    async with room_at(place) as room:
        read = await room.say("read")
        await room.say("unread")
        await room.do(c.Acknowledge(by=GUEST, channel=GENERAL, through=read))
        assert told(await room.listen()) == ["unread"]


async def test_listening_after_an_id_starts_there_whatever_the_offset(place: Place) -> None:
    async with room_at(place) as room:
        first = await room.say("one")
        second = await room.say("two")
        await room.do(c.Acknowledge(by=GUEST, channel=GENERAL, through=second))
        assert told(await room.listen(first)) == ["two"]
        assert told(await room.listen(0)) == ["one", "two"]


async def test_a_listener_does_not_hear_itself_or_other_channels(place: Place) -> None:
    async with room_at(place) as room:
        await room.say("mine", by=GUEST)
        await room.say("elsewhere", "#human")
        await room.say("for me")
        assert told(await room.listen()) == ["for me"]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_following_the_cursor_gives_every_message_exactly_once(place: Place, limit: int) -> None:
    async with room_at(place) as room:
        expected = [f"message {number}" for number in range(7)]
        for number, body in enumerate(expected):
            await room.say(body, (GENERAL, DISPATCH)[number % 2])
        assert await follow(room, 0, limit, (GENERAL, DISPATCH)) == expected


async def test_a_cursor_that_skips_is_found_out(place: Place) -> None:
    """The control of the test above: one more than the cursor loses a message."""
    async with room_at(place) as room:
        for number in range(4):
            await room.do(c.PostMessage(by=ADA, said=chat(f"message {number}")))
        heard = await room.listen(0, limit=1)
        rest = await room.listen(heard.next_cursor + 2, limit=10)
        assert told(heard) + told(rest) != [f"message {number}" for number in range(4)]


@pytest.mark.parametrize("limit", [1, 2, 10])
async def test_following_the_cursor_tells_nothing_that_was_acknowledged_before(place: Place, limit: int) -> None:
    """The offsets of two channels differ; the cursor is one."""
    async with room_at(place) as room:
        for number in range(3):
            await room.say(f"unread {number}")
        read = [await room.say(f"read {number}", DISPATCH) for number in range(3)]
        await room.do(c.Acknowledge(by=GUEST, channel=DISPATCH, through=read[-1]))
        found = await follow(room, None, limit, (GENERAL, DISPATCH))
        assert found == [f"unread {number}" for number in range(3)]


async def test_following_while_others_write_gives_every_message_exactly_once(place: Place) -> None:
    expected = [f"message {number}" for number in range(60)]
    async with room_at(place) as room, asyncio.TaskGroup() as tasks:

        async def listener(limit: int) -> list[str | None]:
            found: list[str | None] = []
            since = None
            while len(found) < len(expected):
                heard = await room.listen(since, limit=limit)
                found += told(heard)
                since = heard.next_cursor
            return found

        listeners = [tasks.create_task(listener(limit)) for limit in (1, 2, 5, 100)]
        for body in expected:
            await room.say(body)
        for one in listeners:
            assert await one == expected


async def test_a_wait_ends_and_says_so_and_its_cursor_goes_on_from_there(place: Place) -> None:
    async with room_at(place) as room:
        heard = await room.listen(seconds=0.05)
        assert (heard.messages, heard.timed_out, heard.more) == ([], True, False)
        await room.say("later")
        assert told(await room.listen(heard.next_cursor)) == ["later"]


async def test_a_listener_that_does_not_want_to_wait_is_told_what_is_there(place: Place) -> None:
    async with room_at(place) as room:
        await room.say("one")
        assert told(await room.listen(seconds=0)) == ["one"]


@pytest.mark.parametrize("seconds", [0.0, 1e-6, 0.05])
async def test_the_cursor_of_an_empty_wait_leads_to_nothing_that_was_read_before(place: Place, seconds: float) -> None:
    async with room_at(place) as room:
        read = await room.say("read")
        await room.do(c.Acknowledge(by=GUEST, channel=GENERAL, through=read))
        heard = await room.listen(seconds=seconds)
        assert heard.timed_out
        await room.say("new")
        assert told(await room.listen(heard.next_cursor)) == ["new"]


async def test_a_cancelled_listener_leaves_no_waiter_and_takes_nothing_from_the_others(place: Place) -> None:
    async with room_at(place) as room:
        async with asyncio.TaskGroup() as tasks:
            cancelled = [tasks.create_task(room.listen()) for _ in range(10)]
            waiter = tasks.create_task(room.listen())
            for _ in range(5):
                await asyncio.sleep(0)
            for one in cancelled:
                one.cancel()
            await asyncio.gather(*cancelled, return_exceptions=True)
            await room.say("hello")
            assert told(await waiter) == ["hello"]
        assert not room.broker.announcer._moved._waiters  # noqa: SLF001 - nothing may be left


async def test_a_listener_of_a_channel_it_does_not_follow_hears_only_what_comes(place: Place) -> None:
    async with room_at(place) as room, asyncio.TaskGroup() as tasks:
        await room.say("before", "#human")
        waiter = tasks.create_task(room.listen(channels=("#human",)))
        for _ in range(20):
            await asyncio.sleep(0)
        await room.say("after", "#human")
        assert told(await waiter) == ["after"]
