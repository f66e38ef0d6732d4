"""For a guest of one channel nothing else exists: words planted elsewhere never reach them, whatever they ask for.

The control walks the same way as somebody without the limit, and meets every word.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files
from chatbox.operations.caller import Caller, Refused
from chatbox.operations.catalogue import OPERATIONS
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from tests.support.guests import invited
from tests.support.owners import BOUND_SECONDS
from tests.support.planted import FILE, SECRET, WORDS, Planted, plant, prepare
from tests.support.talkers import HttpCaller
from tests.transports.conftest import Scene, around

THROUGH = ("local", "http", "websocket", "mcp")
NOT_OVER_MCP = {"nougat", "bergamot", "ZXNjYXJnb3Q"}
"""Words in answers of operations that MCP does not offer."""

NOWHERE = "#phase-nowhere1"
"""As long as the secret channel's name, so that nothing but the name differs."""

SPARED = ("stop", "rotate_token", "dismiss", "open_room", "renew_session", "link")
"""Not walked by the control, which is no guest: they end something, or make something that the test does not need."""


@dataclass(frozen=True, slots=True)
class Place:
    """The planted workspace, and two approvers: for one of them only #general exists."""

    scene: Scene
    owner: Owner
    root: Caller
    planted: Planted
    tokens: dict[str, str]


@pytest.fixture
async def place(files: Files) -> AsyncIterator[Place]:
    prepare(files)
    async with (
        owning(files, Options(supervise=False)) as owner,
        around(files, owner.url, "http", owner) as scene,
    ):
        assert owner.person is not None
        root = owner.caller(owner.person)
        planted = await plant(owner, root, await scene.agent("marmalade", SECRET))
        # The page that supervises agents is known to all who follow.
        owner.workspace.presence.attend("host", ["both", "turnip"])
        tokens = {
            "guest": await invited(root, owner.url, "guest", role="approver", channels=["#general"]),
            "control": await invited(root, owner.url, "control", role="approver"),
        }
        yield Place(scene, owner, root, planted, tokens)


def _requests(operation: str, planted: Planted) -> Iterator[dict[str, Any]]:
    """Everything that one can ask of an operation: about each secret message, the secret channel, and at large."""
    fields = OPERATIONS[operation].params.model_fields
    others: dict[str, Any] = {
        "body": "x",
        "title": "x",
        "description": "x",
        "reason": "x",
        "resolution": "x",
        "type": "plan",
        "choice": "for",
        "question": "x",
        "timeout_ms": 0,
        "name": "x",
        "agent": "both",
        "supervisor": "s",
        "epoch": 1,
        "error": "x",
        "agents": [],
        "up_to_id": 1,
        "room": "x",
        "status": "all",
        "limit": 100,
        "sha256": planted.file,
        "size": len(FILE),
        "data": "",
    }
    sound = {name: value for name, value in others.items() if name in fields}
    numbers = [*planted.there.values(), planted.caused, planted.failed]
    if operation == "search":
        yield from (
            {"query": query} for query in (*WORDS, f"in:{SECRET}", "is:pinned", "has:approval", "from:marmalade")
        )
        return
    for channel in (SECRET, "#general"):
        where = {"channel": channel} if "channel" in fields else {"channels": [channel], "since_id": 0}
        if "channel" in fields or ("channels" in fields and operation == "listen"):
            yield {**sound, **where}
    if "attachments" in fields and "channel" in fields:
        named = [{"sha256": planted.file, "name": "mine.txt"}]
        yield {**sound, "channel": "#general", "attachments": named}
    for name in ("post_id", "message_id"):
        if name in fields:
            here = {"channel": "#general"} if operation == "who_wakes" else {}
            rest = {key: value for key, value in sound.items() if operation != "ask_human" or key == "timeout_ms"}
            yield from ({**rest, **here, name: number} for number in numbers)
    if "message_ids" in fields:
        yield from ({"message_ids": [number]} for number in numbers)
    if operation == "propose":
        yield {**sound, "channel": "#general", "replaces": planted.there["settled"]}
    if operation == "invite" or not {"channel", "channels", "post_id", "message_id", "message_ids"} & set(fields):
        yield sound


async def _walk(me: Caller, through: str, planted: Planted, spared: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """(operation, what was asked, what was answered) of everything; a refusal's sentence is an answer, too."""
    found: list[tuple[str, str, str]] = []
    for name, operation in OPERATIONS.items():
        if through not in operation.transports or name in spared:
            continue
        for params in _requests(name, planted):
            try:
                answer = orjson.dumps(await me.call(name, params)).decode()
            except Refused as refused:
                answer = f"{refused.code}: {refused.message}"
            found.append((name, orjson.dumps(params).decode(), answer))
    return found


def _leaks(found: list[tuple[str, str, str]]) -> list[str]:
    """Words that were answered to who had not said them."""
    return [
        f"{name} {asked} answers {word}, {WORDS[word]}"
        for name, asked, answer in found
        for word in WORDS
        if word in answer and word not in asked
    ]


@pytest.mark.parametrize("through", THROUGH)
async def test_no_operation_tells_a_guest_of_another_channel(place: Place, through: str) -> None:
    me = await place.scene.over(through, place.tokens["guest"])
    found = await _walk(me, through, place.planted)
    assert _leaks(found) == []
    assert {name for name, _, _ in found} == {n for n, op in OPERATIONS.items() if through in op.transports}


@pytest.mark.parametrize("through", THROUGH)
async def test_control_whoever_is_not_limited_meets_every_word(place: Place, through: str) -> None:
    me = await place.scene.over(through, place.tokens["control"])
    found = await _walk(me, through, place.planted, SPARED)
    met = {word for word in WORDS if any(word in answer and word not in asked for _, asked, answer in found)}
    assert met == set(WORDS) - (NOT_OVER_MCP if through == "mcp" else set())


async def test_the_secret_channel_is_answered_as_one_that_does_not_exist(place: Place) -> None:
    me = await place.scene.over("http", place.tokens["guest"])
    for name in OPERATIONS:
        for params in _requests(name, place.planted):
            if SECRET in str(params):
                nowhere = orjson.loads(orjson.dumps(params).replace(SECRET.encode(), NOWHERE.encode()))
                said = (await _answer(me, name, params)).replace(SECRET, NOWHERE)
                assert said == await _answer(me, name, nowhere), name


async def _answer(me: Caller, operation: str, params: dict[str, Any]) -> str:
    try:
        return orjson.dumps(await me.call(operation, params)).decode()
    except Refused as refused:
        return f"{refused.code}: {refused.message}"


@pytest.mark.parametrize("through", ["local", "http", "websocket"])
async def test_events_tell_a_guest_of_nothing_else_and_others_of_everything(place: Place, through: str) -> None:
    told = {}
    for who in ("guest", "control"):
        me = await place.scene.over(through, place.tokens[who])
        end = (await place.root.call("chat", {"channel": "general", "body": f"The end for {who}."}))["message_id"]
        told[who] = await _followed(me, end)
    leaked = [word for word in WORDS if word in told["guest"]]
    assert leaked == []
    # What an agent of theirs does, they are told; an event has no room for the rest of the words.
    assert '"name":"both"' in told["guest"]
    seen = {word for word in WORDS if word in told["control"]}
    assert seen == set(WORDS) - {"bergamot", "ZXNjYXJnb3Q"}


async def _followed(me: Caller, end: int) -> str:
    """Everything that `me` is told from the beginning up to message `end`."""
    told: list[bytes] = []
    async with asyncio.timeout(BOUND_SECONDS):
        async for events in me.follow(0):
            told.append(orjson.dumps(events))
            if any(event["seq"] == end for event in events["events"]):
                return b"".join(told).decode()
    pytest.fail("the stream ended")


async def test_resources_and_prompts_tell_a_guest_of_nothing_else(place: Place) -> None:
    said = {who: await _over_mcp(place, who) for who in ("guest", "control")}
    assert [word for word in WORDS if word in said["guest"]] == []
    assert FILE.decode() not in said["guest"]
    assert {"xylophone", "obsidian", "gherkin", "marmalade", "quagga"} <= {w for w in WORDS if w in said["control"]}
    assert FILE.decode() in said["control"]


async def test_a_file_is_fetched_by_whoever_may_read_its_message(place: Place) -> None:
    for who, status in (("guest", 404), ("control", 200)):
        headers = {"Authorization": f"Bearer {place.tokens[who]}"}
        async with httpx2.AsyncClient(base_url=place.owner.url, headers=headers, trust_env=False) as http:
            answer = await http.get(f"/attachments/{place.planted.file}")
        assert (answer.status_code, answer.content == FILE) == (status, who == "control")


async def _over_mcp(place: Place, who: str) -> str:
    """Lists, reads, and summaries, as one text, without what was asked."""
    headers = {"Authorization": f"Bearer {place.tokens[who]}"}
    told: list[str] = []
    async with (
        httpx2.AsyncClient(headers=headers, timeout=BOUND_SECONDS, trust_env=False) as http,
        Client(streamable_http_client(f"{place.owner.url}/mcp", http_client=http)) as client,
    ):
        told += [resource.model_dump_json() for resource in (await client.list_resources()).resources]
        uris = [f"chatbox://post/{number}" for number in place.planted.there.values()]
        uris.append(f"chatbox://attachment/{place.planted.file}")
        for uri in (f"chatbox://channel/{SECRET[1:]}", "chatbox://channel/general", *uris):
            try:
                told.append((await client.read_resource(uri)).model_dump_json())
            except MCPError as error:
                told.append(str(error))
        for number in place.planted.there.values():
            try:
                told.append((await client.get_prompt("summarise_thread", {"post_id": str(number)})).model_dump_json())
            except MCPError as error:
                told.append(str(error))
    return "\n".join(told).replace(SECRET if who == "guest" else "-", "").replace(f"channel/{SECRET[1:]}", "")


async def test_a_guest_sees_what_is_theirs(place: Place) -> None:
    """The limit hides, and breaks nothing: their channel, its people and its agents are all there."""
    me = await place.scene.over("http", place.tokens["guest"])
    assert [room["name"] for room in (await me.call("rooms", {}))["channels"]] == ["#general"]
    free = await place.scene.over("http", place.tokens["control"])
    await place.root.call("pause", {"agent": "both"})
    (agent,) = (await me.call("agents", {}))["agents"]
    assert (agent["name"], agent["state"], agent["parked_because"]) == ("both", "parked", None)
    shown = {agent["name"]: agent["parked_because"] for agent in (await free.call("agents", {}))["agents"]}
    assert shown == {"both": "Paused by root.", "turnip": None}
    names = {one["name"] for one in (await me.call("participants", {}))["participants"]}
    assert names == {"root", "guest", "control", "both"}
    traced = await me.call("trace", {"message_id": place.planted.caused})
    assert [message["id"] for message in traced["path"]] == [place.planted.caused]
    assert traced["root"] is None
    assert set().union(*(turn["through"] for turn in traced["turns"])) <= {"#general"}
    traced = await free.call("trace", {"message_id": place.planted.caused})
    assert len(traced["path"]) > 1
    assert traced["root"]["channel"] == SECRET


async def test_an_approver_of_one_channel_decides_there_and_nowhere_else(place: Place) -> None:
    me = await place.scene.over("http", place.tokens["guest"])
    for operation, more in (("approve", {}), ("deny", {"reason": "no"})):
        with pytest.raises(Refused) as refused:
            await me.call(operation, {"post_id": place.planted.there["asked"], **more})
        assert refused.value.code == "NOT_FOUND"
    question = {"channel": "general", "title": "T", "description": "?", "type": "plan", "tier": 2}
    agent = HttpCaller(place.owner.url, await place.scene.session("asker", "#general"))
    asked = (await agent.call("start_post", question))["post_id"]
    await agent.close()
    assert [one["id"] for one in (await me.call("approvals", {"limit": 1}))["approvals"]] == [asked]
    await me.call("approve", {"post_id": asked})
