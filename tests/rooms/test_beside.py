"""Rooms beside a workspace: opened by its person alone, and a guest of one sees nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import orjson
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files, admission_token, person_token
from chatbox.operations.caller import Refused
from chatbox.operations.catalogue import OPERATIONS
from chatbox.rooms.rooms import ROOMS_MAX
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.rooms.scene import HEADER, asking, listening
from tests.support.owners import BOUND_SECONDS, a_workspace, eventually
from tests.support.talkers import HttpCaller

PASSWORD = "correct horse battery"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    return a_workspace(tmp_path, monkeypatch)


@pytest.fixture
async def owner(files: Files) -> AsyncIterator[Owner]:
    async with owning(files, Options(supervise=False)) as found:
        yield found


async def ask(owner: Owner, operation: str, **params: Any) -> dict[str, Any]:
    assert owner.person is not None
    return await owner.caller(owner.person).call(operation, params)


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@asynccontextmanager
async def guest(room: dict[str, Any]) -> AsyncIterator[httpx2.AsyncClient]:
    async with asking(port_of(room["url"]), **{HEADER: room["password"]}) as found:
        yield found


async def test_a_room_is_opened_listed_and_closed(owner: Owner) -> None:
    room = await ask(owner, "open_room", name="Review, please!")
    assert re.fullmatch(r"review-please-[0-9a-f]{8}", room["id"])
    assert room["url"] == f"{owner.url}/rooms/{room['id']}"
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", room["password"])
    assert room["link"] == f"{room['url']}/#password={room['password']}"
    assert f"--url {room['url']} --password {room['password']}" in room["invitation"]
    assert (room["reach"], room["is_weak"]) == ("machine", False)
    path = f"/rooms/{room['id']}"
    async with guest(room) as client:
        assert (await client.post(f"{path}/messages", json={"agent": "a", "text": "hi"})).status_code == 200
        (listed,) = (await ask(owner, "list_rooms"))["rooms"]
        assert (listed["id"], listed["messages"]) == (room["id"], 1)
        assert "password" not in listed
        async with listening(client, f"{path}/messages/stream") as stream:
            await stream.event()
            await ask(owner, "close_room", room=room["id"])
            assert await stream.event() == {}
        assert (await client.get(f"{path}/messages")).status_code == 404
    assert (await ask(owner, "list_rooms"))["rooms"] == []
    with pytest.raises(Refused) as refused:
        await ask(owner, "close_room", room=room["id"])
    assert refused.value.code == "NOT_FOUND"


async def test_the_same_request_again_opens_no_second_room(owner: Owner) -> None:
    first = await ask(owner, "open_room", client_key="key")
    assert await ask(owner, "open_room", client_key="key") == first
    assert (await ask(owner, "open_room", client_key="another"))["id"] != first["id"]


async def test_there_is_a_bound_on_rooms(owner: Owner) -> None:
    for _ in range(ROOMS_MAX):
        await ask(owner, "open_room")
    with pytest.raises(Refused) as refused:
        await ask(owner, "open_room")
    assert "chatbox room close" in refused.value.message


BAD: dict[str, dict[str, Any]] = {
    "empty name": {"name": ""},
    "long name": {"name": "x" * 61},
    "empty password": {"password": ""},
    "half a character": {"password": "\ud800"},
    "unknown tunnel": {"tunnel": "teleport"},
    "bad port": {"port": 70_000},
}


@pytest.mark.parametrize("params", BAD.values(), ids=BAD)
async def test_bad_wishes_are_refused(owner: Owner, params: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        await ask(owner, "open_room", **params)
    assert refused.value.code == "VALIDATION_ERROR"
    assert (await ask(owner, "list_rooms"))["rooms"] == []


async def test_a_listener_that_cannot_be_made_leaves_no_room(owner: Owner) -> None:
    with pytest.raises(Refused) as refused:
        await ask(owner, "open_room", host="203.0.113.77")
    assert "nothing can listen on 203.0.113.77" in refused.value.message
    assert (await ask(owner, "list_rooms"))["rooms"] == []


async def test_agents_open_and_see_no_rooms(owner: Owner) -> None:
    admission = admission_token(owner.files)
    assert admission is not None
    door = HttpCaller(owner.url, admission)
    session = (await door.call("hello", {"name": "visitor"}))["session_token"]
    agent = HttpCaller(owner.url, session)
    one = {"room": "x"}
    asked = {"open_room": {}, "list_rooms": {}, "repeat_invitation": one, "close_room": one}
    for caller in (door, agent):
        for operation, params in asked.items():
            with pytest.raises(Refused) as refused:
                await caller.call(operation, params)
            assert refused.value.code == "HUMAN_REQUIRED"
        await caller.close()
    assert not any("mcp" in OPERATIONS[name].transports for name in asked)


# What a guest sees.


def disguises(room: dict[str, Any], cookie: str) -> Iterator[dict[str, str]]:
    yield {HEADER: room["password"]}
    yield {"Cookie": cookie}
    yield {"Authorization": f"Bearer {room['password']}"}
    yield {"X-Agent-Token": room["password"]}
    yield {"Authorization": f"Bearer {cookie.partition('=')[2]}"}
    # The page's own cookie, with the guest's token in it.
    yield {"Cookie": f"chatbox_{port_of(room['url'])}={cookie.partition('=')[2]}"}


async def the_cookie(room: dict[str, Any]) -> str:
    origin = "http://" + urlsplit(room["url"]).netloc
    async with asking(port_of(room["url"]), Origin=origin) as browser:
        path = urlsplit(room["url"]).path
        answer = await browser.post(f"{path}/session", json={"password": room["password"]})
        assert answer.status_code == 204
        return answer.headers["set-cookie"].partition(";")[0]


async def test_a_guest_of_a_room_sees_nothing_of_the_workspace(owner: Owner) -> None:
    await ask(owner, "chat", channel="general", body="a secret of the workspace")
    room = await ask(owner, "open_room", password=PASSWORD)
    cookie = await the_cookie(room)
    query = {"password": PASSWORD}
    for headers in disguises(room, cookie):
        async with asking(port_of(room["url"]), **headers) as stranger:
            for operation in OPERATIONS:
                answer = await stranger.post(f"/api/{operation}", json={}, params=query)
                assert answer.status_code in (401, 404), operation
            for path in ("/events", "/events?after=0", "/mcp"):
                assert (await stranger.get(path, params=query)).status_code in (401, 404, 405)
            assert (await stranger.post("/mcp", json={})).status_code == 401
            assert (await stranger.post("/session", json={"code": PASSWORD})).status_code == 401
            assert "secret" not in (await stranger.get("/", params=query)).text
            # Nor does a path below the room's lead out of it.
            path = urlsplit(room["url"]).path
            for out in ("/../../api/history", "/api/history", "/%2e%2e/%2e%2e/events", "//events", "/events"):
                answer = await stranger.get(f"{path}{out}")
                assert answer.status_code in (401, 404, 405)
                assert b"secret" not in answer.content


async def test_a_guests_password_and_cookie_open_no_websocket(owner: Owner) -> None:
    room = await ask(owner, "open_room", password=PASSWORD)
    cookie = await the_cookie(room)
    for token in (PASSWORD, cookie.partition("=")[2], None):
        headers = {"Cookie": cookie, HEADER: PASSWORD}
        async with (
            asyncio.timeout(BOUND_SECONDS),
            connect(owner.url.replace("http", "ws") + "/ws", additional_headers=headers, proxy=None) as socket,
        ):
            params = {} if token is None else {"token": token}
            request = {"jsonrpc": "2.0", "id": 1, "method": "authenticate", "params": params}
            await socket.send(orjson.dumps(request).decode())
            assert "error" in orjson.loads(await socket.recv())
    with pytest.raises(InvalidStatus):
        await connect(room["url"].replace("http", "ws") + "/messages/stream", proxy=None)


async def test_control_the_persons_own_token_sees_the_workspace(owner: Owner) -> None:
    token = person_token(owner.files)
    async with asking(port_of(owner.url), Authorization=f"Bearer {token}") as person:
        assert (await person.post("/api/history", json={"channel": "general"})).status_code == 200


async def test_a_rooms_password_is_written_nowhere(files: Files) -> None:
    async with owning(files, Options(supervise=False)) as owner:
        room = await ask(owner, "open_room", password=PASSWORD, name="the name of a room")
        path = urlsplit(room["url"]).path
        async with asking(port_of(room["url"])) as stranger:
            for password in (PASSWORD, "a wrong guess"):
                await stranger.get(f"{path}/messages", params={"password": password})
            await stranger.post(f"{path}/messages", json={"text": "said in the room"}, params={"password": PASSWORD})
            await stranger.get("/api/history", params={"password": PASSWORD})
    kept = [file.read_bytes() for file in files.root.parent.rglob("*") if file.is_file()]
    assert len(kept) > 4
    for secret in (PASSWORD, "correct%20horse", "correct+horse", "a wrong guess", "said in the room"):
        assert not any(secret.encode() in content for content in kept)


async def test_a_workspaces_tokens_open_no_room(owner: Owner) -> None:
    room = await ask(owner, "open_room", password=PASSWORD)
    path = urlsplit(room["url"]).path
    for token in (person_token(owner.files), admission_token(owner.files)):
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"chatbox_{port_of(owner.url)}={token}"}
        async with asking(port_of(owner.url), **headers) as person:
            assert (await person.get(f"{path}/messages")).status_code == 401


async def test_the_page_of_a_room_reaches_nothing_but_its_room(owner: Owner) -> None:
    """It has the workspace's own origin: whatever got into it could ask with the person's cookie, were it let."""
    room = await ask(owner, "open_room")
    async with guest(room) as client:
        page = await client.get(f"{urlsplit(room['url']).path}/")
    place = room["url"].removeprefix("http://") + "/"
    policy = page.headers["content-security-policy"]
    assert f"connect-src {place}; " in policy
    assert f"script-src {place}; " in policy
    assert "'self'" not in policy


async def test_a_room_for_the_network_has_a_listener_of_its_own_with_that_room_alone(owner: Owner) -> None:
    inside = await ask(owner, "open_room", password=PASSWORD)
    room = await ask(owner, "open_room", host="0.0.0.0", password="secret")  # noqa: S104 - what is tested
    assert (room["reach"], room["is_weak"]) == ("network", True)
    assert port_of(room["url"]) != port_of(owner.url)
    token = person_token(owner.files)
    async with asking(port_of(room["url"]), Authorization=f"Bearer {token}", **{HEADER: PASSWORD}) as person:
        for path in ("/events", "/mcp", "/api/history", "/assets/chatbox.js", f"/rooms/{inside['id']}/messages"):
            assert (await person.get(path)).status_code == 404
        for path in ("/api/history", "/mcp", "/api/whoami"):
            assert (await person.post(path, json={"channel": "general"})).status_code == 404
    async with guest(room) as client:
        assert (await client.get("/messages")).status_code == 200
        assert (await client.get(f"/rooms/{room['id']}/messages")).status_code == 200
        await ask(owner, "close_room", room=room["id"])
    assert await eventually(lambda: _nobody_answers(port_of(room["url"])))


async def test_rooms_vanish_with_their_owner_and_hold_nobody_up(files: Files) -> None:
    async with asyncio.TaskGroup() as tasks:
        async with owning(files, Options(supervise=False)) as owner:
            room = await ask(owner, "open_room")
            path = urlsplit(room["url"]).path
            client = asking(port_of(room["url"]), **{HEADER: room["password"]})
            poll = tasks.create_task(client.get(f"{path}/messages/poll"))
            stream = tasks.create_task(client.get(f"{path}/messages/stream"))
            await eventually(lambda: _waiting(owner, 2))
        # The owner has gone without waiting for them, and both were answered.
        assert (await poll).json() == {"messages": [], "next": 0}
        assert (await stream).content == b": connected\n\n"
        await client.aclose()
    async with owning(files, Options(supervise=False)) as owner:
        assert (await ask(owner, "list_rooms"))["rooms"] == []


async def _waiting(owner: Owner, count: int) -> bool:
    (room,) = (await ask(owner, "list_rooms"))["rooms"]
    return bool(room["waiting"] == count)


async def _nobody_answers(port: int) -> bool:
    async with asking(port) as client:
        try:
            await client.get("/health")
        except httpx2.TransportError:
            return True
    return False
