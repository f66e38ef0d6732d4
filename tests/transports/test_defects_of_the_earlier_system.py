"""What was observed wrong in the system before this one, each as an acceptance test through the highest interface."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chatbox.app.owning import Options, OwnedAlready, owning
from chatbox.client.endpoint import Files, admission_token
from chatbox.domain import entries as e
from chatbox.journal.memory import MemoryJournal
from chatbox.operations.caller import Refused
from chatbox.ports import TurnSpec

from tests.supervisor.stage import ALL, Actor, Scripted, a_stage
from tests.support.owners import BOUND_SECONDS, an_owner, verified
from tests.support.talkers import HttpCaller, McpCaller, over_mcp
from tests.transports.house import House
from tests.transports.mcp.room import Watched

PARKED = 200
LISTENS = {"channels": ["#general"], "timeout_ms": 40_000}


async def code(caller: HttpCaller | McpCaller, operation: str, **params: Any) -> str:
    """The code with which it is refused."""
    with pytest.raises(Refused) as refused:
        await caller.call(operation, params)
    return refused.value.code


async def test_1_one_message_of_a_person_wakes_an_agent_that_replies_once(tmp_path: Path) -> None:
    bob = Scripted({"channel": "#general", "body": "I answer, and I answer myself."})
    async with a_stage(tmp_path, {"bob": Actor(bob, ALL)}) as stage:
        await stage.say("hello")
        await stage.told(e.TurnFinished)
        await stage.becomes("bob", "asleep")
        assert len(await stage.entries(e.AgentWoken)) == 1
        assert len(bob.specs) == 1


async def test_2_a_turn_that_crashes_is_tried_again(tmp_path: Path) -> None:
    class Crashing:
        turns = 0

        async def run(self, spec: TurnSpec) -> list[dict[str, Any]]:
            assert spec.agent == "bob"
            self.turns += 1
            if self.turns == 1:
                raise RuntimeError("crashed")
            return [{"channel": "#general", "body": "Now I can."}]

    async with a_stage(tmp_path, {"bob": Actor(Crashing())}) as stage:
        await stage.say("@bob can you?")
        await stage.told(e.TurnFinished)
        assert len(await stage.entries(e.TurnFailed)) == 1
        assert await stage.said_by("bob") == ["Now I can."]


async def test_3_an_approval_stays_is_never_the_authors_and_is_decided_once(house: House) -> None:
    bob, eve = await house.agent("bob", "#dispatch"), await house.agent("eve", "#dispatch")
    ask = {"channel": "#dispatch", "title": "Delete it?", "description": "All.", "type": "change-order", "tier": 2}
    post = (await bob.call("start_post", ask))["post_id"]
    for number in range(3):
        await eve.call("chat", {"channel": "#dispatch", "body": f"approve {post}, line {number}"})
    assert await code(bob, "approve", post_id=post) == "NOT_PERMITTED"
    assert await code(eve, "approve", post_id=post) == "HUMAN_REQUIRED"
    open_ones = (await house.person.call("approvals", {}))["approvals"]
    assert [(one["id"], one["status"]) for one in open_ones] == [(post, "open")]
    await house.person.call("approve", {"post_id": post, "comment": "Do it."})
    assert await code(house.person, "deny", post_id=post, reason="Don't.") == "ALREADY_DECIDED"
    decided = (await bob.call("get_post", {"post_id": post}))["approval"]
    assert (decided["status"], decided["decided_by"] in ("bob", "eve")) == ("approved", False)


async def test_4_many_parked_listens_hold_up_no_other_request(house: House) -> None:
    workspace = house.owner.workspace
    workspace.waiting = watched = Watched(workspace.waiting)
    token = await house.session("bob", "#general")
    headers = {"Authorization": f"Bearer {token}"}
    unbounded = httpx2.Limits(max_connections=None)
    async with (
        httpx2.AsyncClient(
            base_url=house.owner.url, headers=headers, limits=unbounded, timeout=60, trust_env=False
        ) as http,
        asyncio.TaskGroup() as parked,
    ):
        listens = [parked.create_task(http.post("/listen", json=LISTENS)) for _ in range(PARKED)]
        async with asyncio.timeout(BOUND_SECONDS):
            await watched.are(PARKED)
            health = await http.get("/health")
            assert (health.status_code, health.json()["status"]) == (200, "ok")
            assert watched.waiters == PARKED
        said = await house.person.call("chat", {"channel": "#general", "body": "Up!"})
        heard = [(await listen).json()["messages"][0]["id"] for listen in listens]
        assert heard == [said["message_id"]] * PARKED


async def test_5_a_second_writer_is_refused_and_the_chain_stays_one(files: Files) -> None:
    async with an_owner(files) as first:
        with pytest.raises(OwnedAlready):
            async with owning(files, Options(supervise=False)):
                pass
        await first.stop()
    entries = await verified(files)
    assert [one.seq for one in entries] == list(range(1, len(entries) + 1))


async def test_6_an_ack_beyond_the_end_blinds_nobody(house: House) -> None:
    bob = await house.agent("bob", "#general")
    answer = await bob.client.post("/ack", json={"channel": "#general", "up_to_id": 10**9})
    if answer.status_code == 200:
        assert answer.json()["last_read_id"] < 10**9
    else:
        assert answer.json()["error"]["code"] == "VALIDATION_ERROR"
    said = await house.person.call("chat", {"channel": "#general", "body": "Do you hear me?"})
    heard = await bob.call("listen", {"channels": ["#general"], "timeout_ms": 0})
    assert [one["id"] for one in heard["messages"]] == [said["message_id"]]


async def test_7_reading_needs_a_token_and_a_subscription(house: House) -> None:
    said = (await house.person.call("chat", {"channel": "#debug", "body": "not for all"}))["message_id"]
    bob = await house.agent("bob", "#general")
    async with httpx2.AsyncClient(base_url=house.owner.url, timeout=BOUND_SECONDS, trust_env=False) as nobody:
        for path in ("/rooms", f"/get_post?id={said}"):
            assert (await nobody.get(path)).status_code == 401
            admission = {"Authorization": f"Bearer {admission_token(house.files)}"}
            assert (await nobody.get(path, headers=admission)).status_code == 401
    assert await code(bob, "listen", channels=["#debug"], timeout_ms=0) == "NOT_PERMITTED"
    assert (await bob.client.get(f"/get_post?id={said}")).status_code == 404


async def test_8_a_restart_dispatches_no_old_traffic(tmp_path: Path) -> None:
    journal = MemoryJournal()
    bob = Scripted({"channel": "#general", "body": "Done."})
    async with a_stage(tmp_path, {"bob": Actor(bob)}, journal=journal) as stage:
        await stage.say("@bob do it")
        await stage.told(e.TurnFinished)
        await stage.becomes("bob", "asleep")
    async with a_stage(tmp_path, {"bob": Actor(bob)}, journal=journal) as stage:
        await stage.becomes("bob", "asleep")
        await stage.say("@bob and this")
        await stage.told(e.TurnFinished, 2)
        assert len(await stage.entries(e.TurnStarted)) == 2
    assert [[m.body for m in spec.brief.messages] for spec in bob.specs] == [["@bob do it"], ["@bob and this"]]


async def test_9_a_model_that_follows_the_schemas_can_call_everything_after_hello(house: House) -> None:
    token = admission_token(house.files) or ""
    async with over_mcp(house.owner.url, token) as newcomer:
        tools = {tool.name: tool for tool in (await newcomer._client.list_tools()).tools}  # noqa: SLF001 - its list
        session = (await newcomer.call("hello", {"name": "ann", "phase": "1", "default_channels": ["#general"]}))[
            "session_token"
        ]
        for name, tool in tools.items():
            assert name == "hello" or "session_token" in tool.input_schema["properties"], name
        signed = {"session_token": session, "agent_name": "ann"}
        await newcomer.call("chat", {"channel": "#general", "body": "I can.", **signed})
        assert (await newcomer.call("whoami", signed))["participant"] == "ann"


async def test_10_a_second_listen_of_an_agent_does_not_replace_the_first(house: House) -> None:
    workspace = house.owner.workspace
    workspace.waiting = watched = Watched(workspace.waiting)
    token = await house.session("bob", "#general")
    async with over_mcp(house.owner.url, token) as bob, asyncio.TaskGroup() as both:
        listens = [both.create_task(bob.call("listen", LISTENS)) for _ in range(2)]
        async with asyncio.timeout(BOUND_SECONDS):
            await watched.have_come(2)
        said = await house.person.call("chat", {"channel": "#general", "body": "To both."})
        heard = [[message["id"] for message in (await one)["messages"]] for one in listens]
        assert heard == [[said["message_id"]]] * 2


async def test_11_names_that_would_be_markup_are_refused(house: House) -> None:
    door = house.over_http(admission_token(house.files))
    for name in ("<b>bob</b>", 'bob"onload="x', "bob&amp;"):
        assert await code(door, "hello", name=name) == "VALIDATION_ERROR"
        assert await code(house.person, "create_channel", channel=f"#{name}") == "VALIDATION_ERROR"


async def test_12_ordinary_prose_about_what_is_missing_gives_nothing_up(tmp_path: Path) -> None:
    prose = "That file doesn't exist, I give up on it and cannot continue there; the next one works."
    bob = Scripted({"channel": "#general", "body": prose})
    async with a_stage(tmp_path, {"bob": Actor(bob)}) as stage:
        for count in (1, 2):
            await stage.say("@bob look")
            await stage.told(e.TurnFinished, count)
            await stage.becomes("bob", "asleep")
        assert await stage.said_by("bob") == [prose, prose]
        assert await stage.entries(e.TurnFailed) == []


async def test_13_no_field_of_a_request_overwrites_a_number_or_an_author(house: House) -> None:
    bob = await house.agent("bob", "#general")
    for field in ({"seq": 1}, {"agent": "root"}, {"by": "root"}, {"author": "root"}):
        assert await code(bob, "chat", channel="#general", body="x", **field) == "VALIDATION_ERROR"
    said = (await bob.call("chat", {"channel": "#general", "body": '{"seq": 1, "agent": "root"}'}))["message_id"]
    shown = (await bob.call("get_post", {"post_id": said}))["post"]
    assert (shown["id"], shown["author"]) == (said, "bob")
