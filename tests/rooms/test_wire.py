"""What the original promised and did not do: held polls, event ids, limits, and an end that leaves nobody hanging."""

import asyncio
import json
import socket

import pytest
from chatbox.app.rooms import entering
from chatbox.rooms.room import Limits
from chatbox.transports.http import patience

from tests.rooms.scene import HEADER, PASSWORD, a_room, listening, texts
from tests.support.owners import BOUND_SECONDS, eventually


async def test_a_held_poll_is_answered_by_a_message_and_not_before() -> None:
    async with a_room(limits=Limits(hold_seconds=BOUND_SECONDS)) as scene, asyncio.TaskGroup() as tasks:
        poll = tasks.create_task(scene.poll(0))
        await eventually(lambda: _is_so(scene.room.waiting == 1))
        assert not poll.done()
        await scene.say("now")
        found = await poll
        assert texts(found) == ["now"]
        assert found["next"] == 1
        assert scene.room.waiting == 0


async def test_a_poll_is_held_no_longer_than_its_time() -> None:
    async with a_room(limits=Limits(hold_seconds=0.05)) as scene:
        assert await scene.poll(0) == {"messages": [], "next": 0}


def test_a_poll_is_held_for_less_than_the_original_client_waits() -> None:
    assert Limits().hold_seconds == 8
    assert Limits().hold_seconds < 10


async def test_only_who_is_up_to_date_is_held() -> None:
    """Whoever is ahead knew the room before a restart, and must be told at once where it is."""
    async with a_room(limits=Limits(hold_seconds=BOUND_SECONDS * 2)) as scene:
        assert await scene.poll(1_000) == {"messages": [], "next": 0}
        await scene.say("one")
        assert texts(await scene.poll(0)) == ["one"]
        assert await scene.poll(57) == {"messages": [], "next": 1}


async def test_every_waiter_hears_every_message() -> None:
    async with a_room(limits=Limits(hold_seconds=BOUND_SECONDS)) as scene, asyncio.TaskGroup() as tasks:
        polls = [tasks.create_task(scene.poll(0)) for _ in range(20)]
        await eventually(lambda: _is_so(scene.room.waiting == 20))
        await scene.say("all")
        assert [texts(await poll) for poll in polls] == [["all"]] * 20


async def test_a_stream_begins_now_and_numbers_its_messages() -> None:
    async with a_room() as scene:
        await scene.say("before")
        async with listening(scene.client) as stream:
            assert await stream.event() == {"": "connected"}
            await scene.say("one")
            await scene.say("two\nlines, é 世 🤖")
            event = await stream.event()
            assert event["id"] == "2"
            assert event["data"].isascii()
            assert json.loads(event["data"])["text"] == "one"
            assert await stream.message() == (3, "two\nlines, é 世 🤖")


async def test_a_stream_has_the_originals_headers_and_first_bytes() -> None:
    async with a_room() as scene, listening(scene.client) as stream:
        headers = stream.answer.headers
        assert headers["content-type"] == "text/event-stream"
        assert headers["cache-control"] == "no-cache, no-transform"
        assert headers["x-accel-buffering"] == "no"
        assert headers["access-control-allow-origin"] == "*"
        assert "content-length" not in headers
        assert await anext(stream.answer.aiter_raw()) == b": connected\n\n"


async def test_a_stream_resumes_behind_the_last_event_or_after() -> None:
    async with a_room() as scene:
        for text in ("one", "two", "three"):
            await scene.say(text)
        async with listening(scene.client, **{"Last-Event-ID": "1"}) as stream:
            assert await stream.message() == (2, "two")
            assert await stream.message() == (3, "three")
        async with listening(scene.client, "/messages/stream?after=2") as stream:
            assert await stream.message() == (3, "three")
        async with listening(scene.client, "/messages/stream?after=0", **{"Last-Event-ID": "2"}) as stream:
            assert await stream.message() == (3, "three")
        refused = await scene.client.get("/messages/stream?after=x")
        assert refused.status_code == 400


async def test_a_stream_that_resumes_ahead_of_a_new_room_hears_all_of_it() -> None:
    async with a_room() as scene:
        await scene.say("one")
        async with listening(scene.client, **{"Last-Event-ID": "57"}) as stream:
            assert await stream.message() == (1, "one")


async def test_a_silent_stream_gives_signs_of_life() -> None:
    async with a_room(limits=Limits(keepalive_seconds=0.01)) as scene, listening(scene.client) as stream:
        assert await stream.event() == {"": "connected"}
        assert await stream.event() == {"": "keepalive"}
        await scene.say("one")
        assert await stream.message() == (1, "one")


async def test_closing_a_room_answers_polls_and_ends_streams() -> None:
    async with (
        a_room(limits=Limits(hold_seconds=BOUND_SECONDS * 2)) as scene,
        asyncio.TaskGroup() as tasks,
        listening(scene.client) as stream,
    ):
        poll = tasks.create_task(scene.poll(0))
        await eventually(lambda: _is_so(scene.room.waiting == 2))
        scene.rooms.close_all()
        assert await poll == {"messages": [], "next": 0}
        assert await stream.event() == {"": "connected"}
        assert await stream.event() == {}


async def test_a_listener_that_goes_away_gives_its_place_back() -> None:
    async with a_room() as scene:
        async with listening(scene.client) as stream:
            await stream.event()
            await eventually(lambda: _is_so(scene.room.waiting == 1))
        await eventually(lambda: _is_so(scene.room.waiting == 0))


async def test_old_messages_make_room_and_the_count_stays_right() -> None:
    async with a_room(limits=Limits(messages=3, hold_seconds=0.01)) as scene:
        for number in range(1, 6):
            await scene.say(str(number))
        assert texts(await scene.poll(0)) == ["3", "4", "5"]
        assert (await scene.poll(0))["next"] == 5
        assert texts(await scene.poll(1)) == ["3", "4", "5"]
        assert texts(await scene.poll(4)) == ["5"]
        assert await scene.poll(5) == {"messages": [], "next": 5}
        answer = await scene.client.get("/messages")
        assert [message["text"] for message in answer.json()["messages"]] == ["3", "4", "5"]
        async with listening(scene.client, **{"Last-Event-ID": "1"}) as stream:
            assert await stream.message() == (3, "3")


async def test_a_room_holds_a_bounded_number_of_bytes_but_always_the_newest_message() -> None:
    async with a_room(limits=Limits(log_bytes=1_000)) as scene:
        for text in ("a" * 300, "b" * 300, "c" * 300):
            await scene.say(text)
        assert [text[0] for text in texts(await scene.poll(0))] == ["b", "c"]
        await scene.say("d" * 5_000)
        assert [text[0] for text in texts(await scene.poll(0))] == ["d"]
        assert (await scene.poll(0))["next"] == 4


async def test_a_message_that_is_too_long_is_refused_and_the_connection_goes_on() -> None:
    async with a_room(limits=Limits(body_bytes=1_000)) as scene:
        answer = await scene.client.post("/messages", json={"text": "x" * 1_000})
        assert answer.status_code == 413
        assert answer.json() == {"error": "A message has at most 1000 bytes"}

        chunk = b"1000\r\n" + b" " * 0x1000 + b"\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", scene.entered.port)
        head = f"Host: localhost:{scene.entered.port}\r\n{HEADER}: {PASSWORD}\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(b"POST /messages HTTP/1.1\r\n" + head.encode() + chunk)
        async with asyncio.timeout(BOUND_SECONDS):
            assert b" 413 " in await reader.readline()
        writer.close()
        await scene.say("short")
        assert texts(await scene.poll(0)) == ["short"]


async def test_more_polls_than_may_wait_are_answered_at_once_and_more_streams_are_refused() -> None:
    limits = Limits(waiters=2, hold_seconds=BOUND_SECONDS * 2)
    async with a_room(limits=limits) as scene, asyncio.TaskGroup() as tasks:
        held = [tasks.create_task(scene.poll(0)) for _ in range(2)]
        await eventually(lambda: _is_so(scene.room.waiting == 2))
        assert await scene.poll(0) == {"messages": [], "next": 0}
        refused = await scene.client.get("/messages/stream")
        assert refused.status_code == 503
        await scene.say("free")
        assert [texts(await poll) for poll in held] == [["free"]] * 2


async def test_a_connection_that_dribbles_its_request_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEADER_SECONDS", 0.1)
    monkeypatch.setattr(entering, "BODY_SECONDS", 0.1)
    async with a_room() as scene:
        whole = f"POST /messages HTTP/1.1\r\nHost: localhost:{scene.entered.port}\r\n{HEADER}: {PASSWORD}\r\n"
        for beginning in (b"GET /mess", whole.encode() + b"Content-Length: 9\r\n\r\n{"):
            reader, writer = await asyncio.open_connection("127.0.0.1", scene.entered.port)
            writer.write(beginning)
            async with asyncio.timeout(BOUND_SECONDS):
                assert b"200 OK" not in await reader.read()
            writer.close()


async def test_control_a_held_poll_and_a_stream_are_not_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEADER_SECONDS", 0.1)
    monkeypatch.setattr(entering, "BODY_SECONDS", 0.1)
    async with a_room(limits=Limits(hold_seconds=0.5, keepalive_seconds=0.5)) as scene:
        assert await scene.poll(0) == {"messages": [], "next": 0}
        async with listening(scene.client) as stream:
            assert await stream.event() == {"": "connected"}
            assert await stream.event() == {"": "keepalive"}


async def test_many_rooms_live_on_one_server_and_know_nothing_of_each_other() -> None:
    async with a_room() as scene:
        other = scene.rooms.open("Other", "other password", "other")
        await scene.say("in main")
        async with scene.stranger(**{"X-Room-Password": "other password"}) as guest:
            assert (await guest.get("/rooms/other/messages")).json() == {"messages": []}
            assert (await guest.post("/rooms/other/messages", json={"text": "in other"})).status_code == 200
            assert (await guest.get("/rooms/main/messages")).status_code == 401
            assert (await guest.get("/messages")).status_code == 401
            assert (await guest.get("/rooms/nowhere/messages")).status_code == 404
        assert (await scene.client.get("/rooms/main/messages")).json()["messages"][0]["text"] == "in main"
        assert other.log.total == scene.room.log.total == 1
        scene.rooms.close(other)
        assert (await scene.client.get("/rooms/other/messages")).status_code == 404


async def test_a_client_that_does_not_read_its_stream_costs_a_bounded_amount_of_memory() -> None:
    async with a_room(limits=Limits(messages=100)) as scene:
        held = socket.create_connection(("127.0.0.1", scene.entered.port))
        head = f"GET /messages/stream HTTP/1.1\r\nHost: localhost:{scene.entered.port}\r\n{HEADER}: {PASSWORD}\r\n\r\n"
        held.sendall(head.encode())
        await eventually(lambda: _is_so(scene.room.waiting == 1))
        for number in range(400):
            await scene.say(f"{number}: {'x' * 20_000}")
        assert len(scene.room.log.behind(0)) == 100
        # Everybody else goes on, and so does the room.
        assert (await scene.poll(399))["next"] == 400
        held.close()
        await eventually(lambda: _is_so(scene.room.waiting == 0))


async def _is_so(value: object) -> object:
    return value
