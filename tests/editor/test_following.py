"""What an editor hears while it follows: the answer before all else, and who supervises, whoever owns the workspace."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from chatbox.client.endpoint import Files

from tests.support.lsp import Editor, an_editor
from tests.support.owners import BOUND_SECONDS

AGENTS = """
[[agent]]
name = "builder"
engine = "stub"
"""


@pytest.mark.parametrize("role", ["owner", "client"])
async def test_the_answer_to_follow_comes_before_what_it_asked_for(files: Files, role: str) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        editor = first if role == "owner" else second
        for _ in range(10):
            await editor.request("chatbox/unfollow", {})
            before = len(editor.heard)
            async with asyncio.timeout(BOUND_SECONDS):
                await anext(editor.follow(0))
            unfollowed, followed, told = editor.heard[before : before + 3]
            assert [unfollowed[:6], followed[:6], told] == ["answer", "answer", "chatbox/events"]


async def _until_supervised_by(editor: Editor, events: AsyncIterator[dict[str, Any]]) -> None:
    """Return when `editor` is said to run the agents, and nobody else."""
    expected = [{"id": f"owner:{editor.process.pid}", "agents": ["builder"]}]
    async with asyncio.timeout(BOUND_SECONDS):
        async for found in events:
            if found["supervisors"] == expected:
                return
    raise AssertionError("the events came to an end")


async def test_who_takes_over_is_announced_as_the_supervisor(files: Files) -> None:
    files.folder.mkdir()
    files.agents.write_text(AGENTS)
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        events = second.follow(0)
        await _until_supervised_by(first, events)
        await first.kill()
        await _until_supervised_by(second, events)
        (agent,) = (await second.call("agents", {}))["agents"]
        assert agent["supervised"]
