"""Whatever is sent to a room, the answer is one of its own: never a failure inside, never a word of the workspace's."""

import asyncio
import json
from collections.abc import Iterator

import httpx2
import pytest
from chatbox.rooms.room import Limits
from chatbox.rooms.rooms import Rooms
from chatbox.transports.rooms.application import RoomsApplication
from chatbox.transports.rooms.entrance import Entrance
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.rooms.scene import HEADER, PASSWORD
from tests.support.clocks import ManualClock

Loop = asyncio.AbstractEventLoop
KNOWN = {200, 204, 307, 400, 401, 403, 404, 413, 429, 501}
PORT = 8765
PATHS = (
    "/",
    "/messages",
    "/messages/poll",
    "/health",
    "/session",
    "/about",
    "/assets/room.js",
    "/rooms/main",
    "/rooms/main/",
)
HEADERS = ("Origin", "Sec-Fetch-Site", "Cookie", "Last-Event-ID", "Content-Type", "X-Forwarded-For", "Accept")

words = some.text(some.characters(blacklist_categories=("Cs", "Cc")), max_size=40)
header_values = some.text(some.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)
paths = some.sampled_from(PATHS) | words.map(lambda word: f"/{word}")
queries = some.dictionaries(some.sampled_from(("password", "after", "x")), words | some.integers().map(str), max_size=3)


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


def ask(loop: Loop, method: str, path: str, query: dict[str, str], **more: object) -> httpx2.Response:
    clock = ManualClock()
    rooms = Rooms(clock, Limits(hold_seconds=0))
    room = rooms.open("Main", PASSWORD, "main")
    app = RoomsApplication(rooms.find, Entrance(PORT), room)

    async def asking() -> httpx2.Response:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as client:
            return await client.request(method, path, params=query, **more)  # type: ignore[arg-type]

    return loop.run_until_complete(asking())


@settings(max_examples=300, deadline=None)
@given(
    method=some.sampled_from(("GET", "POST", "OPTIONS", "PUT", "HEAD")),
    path=paths,
    query=queries,
    headers=some.dictionaries(some.sampled_from(HEADERS), header_values, max_size=3),
    knows=some.booleans(),
    body=some.binary(max_size=200),
)
def test_no_request_fails_inside(
    loop: Loop,
    method: str,
    path: str,
    query: dict[str, str],
    headers: dict[str, str],
    *,
    knows: bool,
    body: bytes,
) -> None:
    known = {HEADER: PASSWORD} if knows else {}
    answer = ask(loop, method, path, query, headers=headers | known, content=body)
    assert answer.status_code in KNOWN
    assert "content-length" in answer.headers


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | words,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(words, inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(agent=anything, text=anything)
def test_every_json_value_comes_back_as_it_was_sent(loop: Loop, agent: object, text: object) -> None:
    body = json.dumps({"agent": agent, "text": text})
    answer = ask(loop, "POST", "/messages", {}, headers={HEADER: PASSWORD}, content=body)
    assert answer.status_code == (200 if text else 400)
    if text:
        message = answer.json()["message"]
        assert json.dumps([message["agent"], message["text"]]) == json.dumps([agent, text])


@pytest.mark.parametrize("depth", [10, 33, 500, 5_000, 100_000])
def test_json_that_is_nested_too_deeply_is_refused(loop: Loop, depth: int) -> None:
    for value in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        for body in (f'{{"text": {value}}}', f'{{"text": "x", "agent": {value}}}'):
            answer = ask(loop, "POST", "/messages", {}, headers={HEADER: PASSWORD}, content=body)
            # An empty list is no text.
            assert answer.status_code == (200 if depth == 10 else 400)


@pytest.mark.parametrize("origin", ["http://[", "http://", "//", "null", "http://127.0.0.1:8765.evil", "x" * 5_000])
def test_malformed_origins_are_strangers(loop: Loop, origin: str) -> None:
    answer = ask(loop, "POST", "/session", {}, headers={"Origin": origin}, json={"password": PASSWORD})
    assert answer.status_code == 403
