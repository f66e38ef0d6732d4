"""Who runs agents is told to everybody who follows: at the start, and whenever it changes."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from chatbox.domain.commands import THE_SYSTEM
from chatbox.operations.caller import Caller

from tests.support.owners import BOUND_SECONDS
from tests.transports.conftest import Scene

Events = AsyncIterator[dict[str, Any]]
Supervisors = dict[str, list[str]]

FOLLOWING = ("local", "websocket", "http", "lsp", "lsp-client")
# The owner of `lsp` is a process of its own, into which no test can bring supervisors: tests/editor has its part.
WITH_SUPERVISORS = ("local", "websocket", "http", "lsp-client")


async def _attend(scene: Scene, supervisor: str, *agents: str) -> None:
    await _system(scene).call("attend", {"supervisor": supervisor, "agents": list(agents)})


async def _leave(scene: Scene, supervisor: str) -> None:
    await _system(scene).call("leave", {"supervisor": supervisor, "agents": []})


def _system(scene: Scene) -> Caller:
    assert scene.owner is not None
    return scene.owner.caller(THE_SYSTEM)


def _visiting(supervisors: list[dict[str, Any]]) -> Supervisors:
    """Those that a test brought, without the owner's own."""
    return {one["id"]: one["agents"] for one in supervisors if not one["id"].startswith("owner:")}


async def _begun(scene: Scene) -> None:
    """The owner's own supervisor is there: from now on only the test changes who is."""
    async with asyncio.timeout(BOUND_SECONDS):
        async for found in scene.me.follow(0):
            if found["supervisors"]:
                return


async def _next(events: Events) -> tuple[Supervisors, int]:
    """The next list that is told, and the cursor that comes with it."""
    async with asyncio.timeout(BOUND_SECONDS):
        async for found in events:
            if found["supervisors"] is not None:
                assert found["events"] == []
                return _visiting(found["supervisors"]), found["cursor"]
    raise AssertionError("the events came to an end")


async def _lists(events: Events, until: str) -> list[Supervisors]:
    """Every list that is told before the message `until`."""
    told: list[Supervisors] = []
    async with asyncio.timeout(BOUND_SECONDS):
        async for found in events:
            if found["supervisors"] is not None:
                told.append(_visiting(found["supervisors"]))
            if any((event["message"] or {}).get("body") == until for event in found["events"]):
                return told
    raise AssertionError("the events came to an end")


async def _say(caller: Caller, body: str) -> int:
    said = await caller.call("chat", {"channel": "general", "body": body})
    return int(said["message_id"])


@pytest.mark.parametrize("scene", FOLLOWING, indirect=True)
async def test_whoever_follows_hears_that_the_owner_supervises(scene: Scene) -> None:
    await _begun(scene)
    async with asyncio.timeout(BOUND_SECONDS):
        first = await anext(scene.me.follow(0))
    assert first["supervisors"] == (await scene.me.call("agents", {}))["supervisors"]
    assert (first["events"], first["cursor"]) == ([], 0)


@pytest.mark.parametrize("scene", WITH_SUPERVISORS, indirect=True)
async def test_every_change_is_told_once_and_nothing_else_is(scene: Scene) -> None:
    await _begun(scene)
    await _attend(scene, "night", "builder")
    head = (await scene.me.call("whoami", {}))["head"]
    events = scene.me.follow(head)
    assert await _next(events) == ({"night": ["builder"]}, head)
    await _attend(scene, "day", "reader", "builder")
    assert await _next(events) == ({"night": ["builder"], "day": ["builder", "reader"]}, head)
    await _attend(scene, "day", "builder", "reader")
    await _leave(scene, "nobody")
    await _attend(scene, "night", "reader")
    assert await _next(events) == ({"night": ["reader"], "day": ["builder", "reader"]}, head)
    await _leave(scene, "day")
    assert await _next(events) == ({"night": ["reader"]}, head)
    found = await scene.me.call("agents", {})
    assert (_visiting(found["supervisors"]), found["cursor"]) == ({"night": ["reader"]}, head)


@pytest.mark.parametrize("scene", WITH_SUPERVISORS, indirect=True)
async def test_supervisors_are_no_entries_and_move_no_cursor(scene: Scene) -> None:
    await _begun(scene)
    before = await _say(scene.me, "before")
    events = scene.me.follow(before - 1)
    await _lists(events, "before")
    await _attend(scene, "night", "builder")
    assert await _next(events) == ({"night": ["builder"]}, before)
    after = await _say(scene.me, "after")
    assert after == before + 1
    assert await _lists(events, "after") == []
    assert await _lists((await scene.again()).follow(before), "after") == [{"night": ["builder"]}]


@pytest.mark.parametrize("scene", WITH_SUPERVISORS, indirect=True)
async def test_the_agents_that_are_listed_are_supervised_as_it_was_told(scene: Scene) -> None:
    await _begun(scene)
    events = scene.me.follow(0)
    await _next(events)
    for agents in (["builder"], [], ["builder", "reader"]):
        await _attend(scene, "night", *agents)
        assert (await _next(events))[0] == {"night": agents}
        found = await scene.me.call("agents", {})
        assert _visiting(found["supervisors"]) == {"night": agents}


async def _come_and_go(scene: Scene, callers: list[Caller]) -> list[list[Supervisors]]:
    """What each of `callers` is told that begin to follow one after the other, while supervisors come and go."""
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        following = []
        for number, caller in enumerate(callers):
            following.append(tasks.create_task(_lists(caller.follow(0), "the end")))
            for turn in range(number % 4):
                await _attend(scene, "night", f"agent-{number}-{turn}")
                # A walk through the same server, so that whoever has begun meanwhile gets somewhere.
                await scene.me.call("whoami", {})
        await _attend(scene, "night", "the last")
        await _say(scene.me, "the end")
    return [task.result() for task in following]


@pytest.mark.parametrize("scene", ["websocket"], indirect=True)
async def test_whoever_begins_to_follow_while_supervisors_come_and_go_ends_with_those_that_are_there(
    scene: Scene,
) -> None:
    callers = [await scene.again() for _ in range(20)]
    told = await _come_and_go(scene, callers)
    assert [lists[-1] for lists in told] == [{"night": ["the last"]}] * len(callers)


@pytest.mark.parametrize("scene", ["websocket"], indirect=True)
async def test_control_followers_that_are_not_stirred_stay_with_those_that_were_there(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scene.owner is not None
    monkeypatch.setattr(scene.owner.workspace.presence, "_changed", lambda: None)
    callers = [await scene.again() for _ in range(20)]
    told = await _come_and_go(scene, callers)
    assert any(lists[-1] != {"night": ["the last"]} for lists in told)
