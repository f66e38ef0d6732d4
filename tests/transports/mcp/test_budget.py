"""What a reader asked for, in tokens, against what a model is really given."""

from pathlib import Path

import pytest
from mcp.types import TextContent

from tests.transports.mcp.room import Memory, room, tell
from tests.transports.mcp.test_listing import tokens

PROSE = "The night bus leaves at two, and nobody has said so to the driver. "


@pytest.mark.parametrize("budget", [600, 3_000, 8_000])
@pytest.mark.parametrize("words", ["ok", PROSE, PROSE * 9], ids=["short", "a line", "long"])
async def test_no_read_gives_a_model_more_tokens_than_it_asked_for(tmp_path: Path, words: str, budget: int) -> None:
    long_name = "a-reviewer-with-a-rather-long-name-of-sixty-four-characters-in-all"[:64]
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session(long_name, "#general"), "2026-07-28") as writer,
        here.client(await here.session("bob", "#general"), "2026-07-28") as bob,
    ):
        asked = {"channel": "#general", "title": "May I?", "description": words, "type": "question", "tier": 1}
        post = (await tell(writer, "start_post", **asked))["post_id"]
        for number in range(60):
            body = f"{number}: @bob {words}"
            if number % 2:
                await tell(writer, "chat", channel="#general", body=body)
            else:
                await tell(writer, "reply", post_id=post, body=body)
        reads = {
            "listen": {"channels": ["#general"], "timeout_ms": 0, "max_msgs": 500},
            "get_post": {"post_id": post, "max_msgs": 500},
            "search": {"query": "from:" + long_name, "limit": 100},
            "history": {"channel": "#general", "limit": 500},
        }
        for view in ("full", "digest", "headlines"):
            reads[f"listen {view}"] = {**reads["listen"], "view": view}
        for name, how in reads.items():
            answer = await bob.call_tool(name.split()[0], {**how, "max_tokens": budget})
            (said,) = answer.content
            assert isinstance(said, TextContent)
            assert not answer.is_error, said.text
            assert tokens(said.text.encode()) <= budget, name
