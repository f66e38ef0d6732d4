"""A room in this process behind a real listener, and somebody who asks it over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
from chatbox.app.rooms.entering import entering
from chatbox.app.rooms.ways import Entered, Way
from chatbox.rooms.room import Limits, Room
from chatbox.rooms.rooms import Rooms

from tests.support.clocks import ManualClock
from tests.support.owners import BOUND_SECONDS

PASSWORD = "correct horse"
HEADER = "X-Room-Password"


@dataclass(slots=True)
class Scene:
    """One room and whoever knows its password."""

    clock: ManualClock
    rooms: Rooms
    room: Room
    entered: Entered
    client: httpx2.AsyncClient

    async def say(self, text: str, agent: str = "ada") -> None:
        answer = await self.client.post("/messages", json={"agent": agent, "text": text})
        assert answer.status_code == 200

    async def poll(self, after: int) -> dict[str, Any]:
        answer = await self.client.get("/messages/poll", params={"after": after})
        assert answer.status_code == 200
        found: dict[str, Any] = orjson.loads(answer.content)
        return found

    def stranger(self, **headers: str) -> httpx2.AsyncClient:
        """Somebody else, with nothing but these headers."""
        return asking(self.entered.port, **headers)


def asking(port: int, **headers: str) -> httpx2.AsyncClient:
    url = f"http://127.0.0.1:{port}"
    return httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=BOUND_SECONDS)


@asynccontextmanager
async def a_room(
    password: str = PASSWORD, limits: Limits | None = None, way: Way | None = None
) -> AsyncIterator[Scene]:
    """The one room of a listener, which ends with the test."""
    clock = ManualClock()
    rooms = Rooms(clock, limits)
    room = rooms.open("Main", password, "main")
    async with entering(rooms.find, room, way or Way()) as entered:
        client = asking(entered.port)
        client.headers[HEADER] = password
        async with client:
            try:
                yield Scene(clock, rooms, room, entered, client)
            finally:
                rooms.close_all()


def texts(found: dict[str, Any]) -> list[str]:
    return [message["text"] for message in found["messages"]]


class Stream:
    """An event stream, read event by event."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def event(self) -> dict[str, str]:
        """The next event's fields; a comment is the field with no name."""
        found: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                return found
            name, _, value = line.partition(": ")
            found[name] = value
        return {}

    async def message(self) -> tuple[int, str]:
        """The next message: its id and its text."""
        event = await self.event()
        while "data" not in event:
            assert event, "the stream has ended"
            event = await self.event()
        return int(event["id"]), orjson.loads(event["data"])["text"]


@asynccontextmanager
async def listening(
    client: httpx2.AsyncClient, path: str = "/messages/stream", **headers: str
) -> AsyncIterator[Stream]:
    async with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        yield Stream(answer)
