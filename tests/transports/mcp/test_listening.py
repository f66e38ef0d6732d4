"""Waiting for messages: many at once, given up, and not in silence."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError

from tests.transports.mcp.room import ERAS, Era, Memory, Over, room, tell

LISTENERS = 10
LONG_MS = 20_000


@pytest.mark.parametrize("era", ERAS)
async def test_ten_parallel_listens_each_get_every_message(tmp_path: Path, era: Era) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("alice", "#general"), era) as alice,
        here.client(await here.session("bob", "#general"), era) as bob,
        asyncio.TaskGroup() as tasks,
    ):
        listens = [
            tasks.create_task(tell(bob, "listen", channels=["#general"], timeout_ms=LONG_MS)) for _ in range(LISTENERS)
        ]
        await here.waiting.are(LISTENERS)
        said = await tell(alice, "chat", channel="#general", body="to all of you")
        heard = [await listen for listen in listens]
        assert [[m["id"] for m in one["messages"]] for one in heard] == [[said["message_id"]]] * LISTENERS


@pytest.mark.parametrize("over", ["http", "stdio"])
@pytest.mark.parametrize("era", ERAS)
async def test_a_cancelled_listen_leaves_nothing(tmp_path: Path, era: Era, over: Over) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob", "#general"), era, over) as bob,
    ):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listening, bob)
            await here.waiting.are(1)
            tasks.cancel_scope.cancel()
        await here.waiting.are(0)
        assert (await tell(bob, "whoami"))["participant"] == "bob"


@pytest.mark.parametrize("era", ERAS)
async def test_the_end_of_the_server_lets_go_of_who_listens(tmp_path: Path, era: Era) -> None:
    async with room(Memory(tmp_path)) as here:
        client = here.client(await here.session("bob", "#general"), era)
        async with client as bob, asyncio.TaskGroup() as tasks:
            tasks.create_task(failing(listening(bob)))
            await here.waiting.are(1)
            here.mcp.end()
            await here.waiting.are(0)


@pytest.mark.parametrize("era", ERAS)
async def test_who_asks_for_progress_hears_that_the_call_still_waits(tmp_path: Path, era: Era) -> None:
    told: list[float] = []
    enough = asyncio.Event()

    async def noted(progress: float, total: float | None, message: str | None) -> None:
        assert (total, message) == (None, "waiting")
        told.append(progress)
        if len(told) == 3:
            enough.set()

    async with (
        room(Memory(tmp_path), progress_seconds=0.01) as here,
        here.client(await here.session("bob", "#general"), era) as bob,
        asyncio.TaskGroup() as tasks,
    ):
        arguments = {"channels": ["#general"], "timeout_ms": LONG_MS}
        listen = tasks.create_task(bob.call_tool("listen", arguments, progress_callback=noted))
        await enough.wait()
        async with here.client(await here.session("alice", "#general"), era) as alice:
            await tell(alice, "chat", channel="#general", body="here I am")
        answer: Any = await listen
        assert answer.structured_content["messages"][0]["body"] == "here I am"
        assert told == sorted(told)


async def failing(work: Coroutine[Any, Any, None]) -> None:
    """A client whose server goes away fails in its own way; only the server's side is looked at."""
    with pytest.raises(MCPError):
        await work


async def listening(client: Client) -> None:
    await client.call_tool("listen", {"channels": ["#general"], "timeout_ms": LONG_MS})
