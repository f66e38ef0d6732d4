"""One follower that does not read costs the owner little and the other followers nothing."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

import orjson
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.broker import announcing
from chatbox.client.endpoint import Files, person_token
from chatbox.client.remote import RemoteCaller
from chatbox.operations import feed
from chatbox.operations.local import LocalCaller
from chatbox.transports.websocket import conversation
from chatbox.transports.websocket.socket import Socket
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from tests.support.owners import BOUND_SECONDS, connected, eventually

FOLLOWERS = 50
BUFFERED_BYTES_MAX = 1024 * 1024
BODY = "x" * 32 * 1024
POSTS_MAX = 600
"""What the kernel holds for a reader that does not read is less than so many posts."""

STALLED_SECONDS = 2.0
"""Long enough to see what the owner holds for it meanwhile."""

POSTS_MORE = 60
"""Twice the bytes that the owner may hold."""


@dataclass(slots=True)
class Raw:
    """A follower by hand: it reads when it is told to."""

    held: socket.socket
    protocol: ClientProtocol
    frames: list[Frame] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.held.getsockname()[1])

    @property
    def events(self) -> list[dict[str, Any]]:
        """What it was told so far."""
        told = (orjson.loads(frame.data) for frame in self.frames if frame.opcode is Opcode.TEXT)
        return [event for one in told if one.get("method") == "chatbox/events" for event in one["params"]["events"]]

    async def ask(self, method: str, params: dict[str, Any]) -> None:
        """Send a request and read its answer."""
        self.protocol.send_text(orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
        await self.send()
        before = len(self.frames)
        while len(self.frames) == before:
            assert await self.read()
        assert "result" in orjson.loads(self.frames[before].data)

    async def send(self) -> None:
        for chunk in self.protocol.data_to_send():
            await asyncio.get_running_loop().sock_sendall(self.held, chunk)

    async def read(self) -> bool:
        """Whatever has arrived; `False` at the end."""
        async with asyncio.timeout(BOUND_SECONDS):
            data = await asyncio.get_running_loop().sock_recv(self.held, 64 * 1024)
        if not data:
            return False
        self.protocol.receive_data(data)
        self.frames += [event for event in self.protocol.events_received() if isinstance(event, Frame)]
        return True


@asynccontextmanager
async def a_raw_follower(files: Files, url: str) -> AsyncIterator[Raw]:
    """Authenticated and following, from now on."""
    address = parse_uri(f"ws{url.removeprefix('http')}/ws")
    token = person_token(files)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.setblocking(False)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 256 * 1024)
        await asyncio.get_running_loop().sock_connect(held, (address.host, address.port))
        raw = Raw(held, ClientProtocol(address))
        raw.protocol.send_request(raw.protocol.connect())
        await raw.send()
        while raw.protocol.state.name == "CONNECTING":
            assert await raw.read()
        await raw.ask("authenticate", {"token": token})
        await raw.ask("chatbox/follow", {})
        yield raw


@dataclass(slots=True)
class Scene:
    """An owner in this process, `FOLLOWERS - 1` who read, and one who does not."""

    owner: Owner
    person: LocalCaller
    slow: Raw
    transport: asyncio.Transport
    readers: list[list[int]]
    posted: list[int] = field(default_factory=list)
    most: int = 0

    @property
    def buffered(self) -> int:
        return self.transport.get_write_buffer_size()

    async def post(self) -> None:
        """Post once, and wait until every reader has it."""
        answer = await self.person.call("chat", {"channel": "general", "body": BODY})
        self.posted.append(int(answer["message_id"]))
        await eventually(self.everybody_has_it)
        self.most = max(self.most, self.buffered)

    async def everybody_has_it(self) -> bool:
        return all(len(reader) == len(self.posted) for reader in self.readers)

    async def let_go(self) -> bool:
        """Whether the owner has given the slow one up."""
        return self.transport.is_closing()

    async def post_until_it_does_not_keep_up(self) -> None:
        for _ in range(POSTS_MAX):
            if self.buffered > 0:
                return
            await self.post()
        pytest.fail("the kernel held everything")


@asynccontextmanager
async def a_scene(files: Files, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    transports: dict[int, asyncio.Transport] = {}
    real = Socket.connection_made

    def noted(self: Socket, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transports[transport.get_extra_info("peername")[1]] = transport
        real(self, transport)

    monkeypatch.setattr(Socket, "connection_made", noted)
    async with AsyncExitStack() as stack:
        owner = await stack.enter_async_context(owning(files, Options(supervise=False)))
        slow = await stack.enter_async_context(a_raw_follower(files, owner.url))
        heard: list[list[int]] = [[] for _ in range(FOLLOWERS - 1)]
        start = owner.feed.head
        callers = [await stack.enter_async_context(await connected(files, owner.url)) for _ in heard]
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        running = [tasks.create_task(_read_on(*one)) for one in zip(callers, repeat(start), heard, strict=False)]
        assert owner.person is not None
        try:
            yield Scene(owner, owner.caller(owner.person), slow, transports[slow.port], heard)
        finally:
            for task in running:
                task.cancel()


async def _read_on(caller: RemoteCaller, after: int, heard: list[int]) -> None:
    async for happened in caller.follow(after):
        heard += [event["seq"] for event in happened["events"] if event["type"] == "MessagePosted"]


async def test_a_follower_that_does_not_read_costs_little_and_resumes_where_it_stood(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "STALLED_SECONDS", STALLED_SECONDS)
    monkeypatch.setattr(conversation, "FAREWELL_SECONDS", BOUND_SECONDS)
    async with a_scene(files, monkeypatch) as scene:
        await scene.post_until_it_does_not_keep_up()
        for _ in range(POSTS_MORE):
            await scene.post()
        assert 0 < scene.most <= BUFFERED_BYTES_MAX
        assert all(heard == scene.posted for heard in scene.readers)
        await eventually(scene.let_go)
        while scene.slow.protocol.close_rcvd is None and await scene.slow.read():
            pass
        goodbye = scene.slow.protocol.close_rcvd
        assert goodbye is not None
        assert goodbye.code == conversation.BEHIND
        found = re.fullmatch(r"resume after (\d+)", goodbye.reason)
        assert found
        told = [event["seq"] for event in scene.slow.events]
        assert 0 < len(told) < len(scene.posted)
        assert told == scene.posted[: len(told)]
        assert int(found[1]) in (told[-1], told[-2])
        person = await connected(files, scene.owner.url)
        again: list[int] = []
        async with asyncio.timeout(BOUND_SECONDS):
            async for happened in person.follow(told[-1]):
                again += [event["seq"] for event in happened["events"]]
                if len(told) + len(again) >= len(scene.posted):
                    break
        await person.close()
        assert told + again == scene.posted


async def test_control_an_owner_that_does_not_wait_for_a_slow_reader_holds_everything_for_it(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(_: Socket) -> None:
        pass

    monkeypatch.setattr(Socket, "drained", at_once)
    async with a_scene(files, monkeypatch) as scene:
        await scene.post_until_it_does_not_keep_up()
        for _ in range(POSTS_MORE):
            await scene.post()
        assert scene.most > BUFFERED_BYTES_MAX


@pytest.mark.parametrize("kept", [1, 3 * len(BODY), 1_000_000_000], ids=["nothing", "some", "all"])
async def test_long_messages_take_no_more_memory_than_the_bound_and_everybody_hears_them(
    files: Files, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """The last is the control: with room for everything, everything is kept."""
    monkeypatch.setattr(announcing, "RECENT_CHARACTERS_MAX", kept)
    monkeypatch.setattr(feed, "KEPT_BYTES_MAX", kept)
    async with owning(files, Options(port=0, supervise=False)) as owner:
        assert owner.person is not None
        person = owner.caller(owner.person)
        after = owner.feed.head
        for _ in range(8):
            await person.call("chat", {"channel": "general", "body": BODY})
        for _ in range(2):
            heard: list[dict[str, Any]] = []
            async with asyncio.timeout(BOUND_SECONDS), aclosing(person.follow(after)) as told:  # type: ignore[type-var]
                async for events in told:
                    heard += [event for event in events["events"] if event["message"]]
                    if len(heard) == 8:
                        break
            assert [event["message"]["body"] for event in heard] == [BODY] * 8
        held = sum(notice.size for notice in owner.feed._kept.values())  # noqa: SLF001 - the bound itself
        recent = sum(len((one.entry.text or {}).get("body", "")) for one in owner.workspace.broker.announcer._recent)  # noqa: SLF001
        assert max(held, recent) <= kept
        assert (min(held, recent) >= 8 * len(BODY)) == (kept > 8 * len(BODY))
