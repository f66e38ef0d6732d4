"""Whoever is dismissed is out at once: what they had open ends, on every transport, and nothing lets them in again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx2
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Caller, Lost, Refused

from tests.support.guests import invited, redeemed
from tests.support.owners import BOUND_SECONDS, eventually
from tests.support.talkers import HttpCaller
from tests.transports.conftest import Scene, around

PATIENT = {"channels": ["#general"], "timeout_ms": 45_000}
WAITED_SECONDS = 10.0
"""Far less than `PATIENT` allows: who answers within it was told to."""


@dataclass(frozen=True, slots=True)
class House:
    """A workspace, its owner, and somebody who was let in."""

    scene: Scene
    owner: Owner
    root: Caller
    token: str

    async def dismiss(self, name: str = "guest") -> None:
        await self.root.call("dismiss", {"name": name})


@pytest.fixture
async def house(files: Files) -> AsyncIterator[House]:
    async with (
        owning(files, Options(supervise=False)) as owner,
        around(files, owner.url, "http", owner) as scene,
    ):
        assert owner.person is not None
        root = owner.caller(owner.person)
        yield House(scene, owner, root, await invited(root, owner.url, "guest", role="approver"))


Ending = Callable[[House], Awaitable[object]]


async def _dismissed(house: House) -> None:
    await house.dismiss()


async def _limited(house: House) -> None:
    await house.root.call("invite", {"name": "guest", "channels": ["#alerts"]})


async def _refusal(me: Caller, operation: str = "whoami", **params: object) -> str | None:
    try:
        await me.call(operation, params)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("through", ["local", "http", "websocket", "mcp"])
@pytest.mark.parametrize("end", [_dismissed, _limited])
@pytest.mark.parametrize("said_after", [False, True])
async def test_a_long_poll_ends(house: House, through: str, end: Ending, *, said_after: bool) -> None:
    me = await house.scene.over(through, house.token)
    async with asyncio.timeout(WAITED_SECONDS), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(_ended(me))
        await asyncio.sleep(0)
        await me.call("whoami", {})
        await end(house)
        if said_after:
            await house.root.call("chat", {"channel": "general", "body": "Are they gone?"})
        said = await waiting
    assert said in ("AUTH_ERROR", "NOT_FOUND", "lost")


async def _ended(me: Caller) -> str:
    """How a long poll ended that must not be answered."""
    try:
        answer = await me.call("listen", PATIENT)
    except Refused as refused:
        return refused.code
    except Lost:
        return "lost"
    except Exception as error:  # noqa: BLE001 - the MCP client's own words for a request that was let go
        return "lost" if "UNAVAILABLE" in str(error) or "AUTH_ERROR" in str(error) else repr(error)
    return f"answered {answer}"


async def test_control_a_long_poll_of_somebody_who_stays_is_answered(house: House) -> None:
    await invited(house.root, house.owner.url, "another")
    me = await house.scene.over("http", house.token)
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(me.call("listen", PATIENT))
        await me.call("whoami", {})
        await house.dismiss("another")
        await house.root.call("chat", {"channel": "general", "body": "Still here?"})
        assert [message["body"] for message in (await waiting)["messages"]] == ["Still here?"]


@pytest.mark.parametrize("end", [_dismissed, _limited])
async def test_a_websocket_is_closed_also_an_idle_one(house: House, end: Ending) -> None:
    idle = await RemoteCaller.connect(house.owner.url, house.token)
    await end(house)
    async with asyncio.timeout(BOUND_SECONDS):
        assert "authenticate again" in await idle.closed()
    await idle.close()


async def test_an_mcp_sessions_stream_ends(house: House) -> None:
    headers = {"Authorization": f"Bearer {house.token}", "Accept": "application/json, text/event-stream"}
    client = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    begin = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    async with (
        asyncio.timeout(BOUND_SECONDS),
        httpx2.AsyncClient(base_url=house.owner.url, headers=headers, trust_env=False, timeout=BOUND_SECONDS) as http,
    ):
        begun = await http.post("/mcp", json=begin)
        session = {"Mcp-Session-Id": begun.headers["mcp-session-id"]}
        async with http.stream("GET", "/mcp", headers=session) as stream:
            assert stream.status_code == 200
            await house.dismiss()
            with contextlib.suppress(httpx2.RemoteProtocolError):
                async for _ in stream.aiter_raw():
                    pass


@pytest.mark.parametrize("through", ["local", "http", "websocket"])
async def test_a_stream_of_events_ends(house: House, through: str) -> None:
    me = await house.scene.over(through, house.token)
    told: list[str] = []
    begun = asyncio.Event()

    async def follow() -> None:
        try:
            async for events in me.follow(None):
                begun.set()
                told.extend(event["type"] for event in events["events"])
        except Lost:
            pass

    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        tasks.create_task(follow())
        await begun.wait()
        await house.dismiss()
        await house.root.call("chat", {"channel": "general", "body": "Are they gone?"})
    assert told == []


async def test_a_stream_that_began_before_a_limit_keeps_it(house: House) -> None:
    """Whoever is not connected anew, as on HTTP, is told by what they may see now."""
    me = await house.scene.over("http", house.token)
    told: list[str] = []
    begun = asyncio.Event()

    async def follow() -> None:
        async for events in me.follow(None):
            begun.set()
            told.extend(event["message"]["body"] for event in events["events"] if event["message"])
            if "the end" in told:
                return

    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        tasks.create_task(follow())
        await begun.wait()
        await _limited(house)
        await house.root.call("chat", {"channel": "general", "body": "not for them"})
        await house.root.call("chat", {"channel": "alerts", "body": "the end"})
    assert told == ["the end"]


@pytest.mark.parametrize("through", ["local", "http", "mcp"])
async def test_the_next_request_is_refused(house: House, through: str) -> None:
    me = await house.scene.over(through, house.token)
    assert await _refusal(me) is None
    await house.dismiss()
    if through == "mcp":
        with pytest.raises(Exception, match=r"AUTH_ERROR|401|terminated"):
            await me.call("whoami", {})
    else:
        assert await _refusal(me) == "AUTH_ERROR"
        assert await _refusal(me, "chat", channel="general", body="x") == "AUTH_ERROR"
        assert await _refusal(me, "renew_session") == "AUTH_ERROR"


async def test_links_and_renewed_sessions_end_too_and_what_was_said_stays(house: House) -> None:
    me = HttpCaller(house.owner.url, house.token)
    said = (await me.call("chat", {"channel": "general", "body": "I was here."}))["message_id"]
    renewed = HttpCaller(house.owner.url, (await me.call("renew_session", {}))["session_token"])
    link = (await me.call("link", {}))["url"]
    await house.dismiss()
    await house.dismiss()
    assert await redeemed(house.owner.url, link) is None
    assert await _refusal(renewed) == "AUTH_ERROR"
    post = (await house.root.call("get_post", {"post_id": said}))["post"]
    assert (post["author"], post["author_kind"], post["body"]) == ("guest", "person", "I was here.")
    for caller in (me, renewed):
        await caller.close()


async def test_whoever_was_dismissed_can_be_invited_again_and_old_sessions_stay_over(house: House) -> None:
    await house.dismiss()
    token = await invited(house.root, house.owner.url, "guest", role="observer")
    now, before = HttpCaller(house.owner.url, token), HttpCaller(house.owner.url, house.token)
    assert (await now.call("whoami", {}))["role"] == "observer"
    assert await _refusal(before) == "AUTH_ERROR"
    for caller in (now, before):
        await caller.close()


async def test_a_visiting_agent_is_dismissed_and_its_connection_closed(house: House) -> None:
    token = await house.scene.session("visitor", "#general")
    visitor = await RemoteCaller.connect(house.owner.url, token)
    await house.dismiss("visitor")
    async with asyncio.timeout(BOUND_SECONDS):
        await visitor.closed()
    await visitor.close()
    assert await _refusal(await house.scene.over("http", token)) == "AUTH_ERROR"


@pytest.mark.parametrize(("name", "code"), [("root", "WRONG_STATE"), ("system", "WRONG_STATE"), ("eve", "NOT_FOUND")])
async def test_who_cannot_be_dismissed(house: House, name: str, code: str) -> None:
    assert await _refusal(house.root, "dismiss", name=name) == code
    assert await _refusal(house.root) is None


async def test_nothing_is_kept_of_connections_that_are_gone(house: House) -> None:
    callers = [await RemoteCaller.connect(house.owner.url, house.token) for _ in range(3)]
    for caller in callers:
        await caller.close()

    async def released() -> bool:
        return "guest" not in vars(house.owner.workspace.door)["_open_for"]

    await eventually(released)


async def test_an_agent_cannot_take_the_name_of_somebody_invited(house: House) -> None:
    await house.scene.session("gust")
    for name in ("guest", "Guest"):
        with pytest.raises(Refused) as refused:
            await house.scene.session(name)
        assert refused.value.code == "NAME_TAKEN"
