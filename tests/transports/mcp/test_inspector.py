"""The inspector, as anybody would use it: it lists our tools without a complaint, and calls them."""

from pathlib import Path

import orjson
import pytest

from tests.transports.mcp.others import INSPECTOR, run
from tests.transports.mcp.room import Memory, Room, room


async def inspected(here: Room, token: str, *arguments: str) -> tuple[int, str]:
    where = ("--cli", f"{here.url}/mcp", "--transport", "http", "--header", f"Authorization: Bearer {token}")
    return await run(INSPECTOR, *where, *arguments)


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_it_lists_our_tools_and_finds_no_fault_with_their_schemas(tmp_path: Path, era: str) -> None:
    async with room(Memory(tmp_path)) as here:
        token = await here.session("bob", "#general")
        code, said = await inspected(here, token, "--method", "tools/list", "--strict", "--protocol-era", era)
        assert code == 0, said
        assert '"ask_human"' in said


@pytest.mark.parametrize("method", ["resources/list", "resources/templates/list", "prompts/list"])
async def test_it_lists_resources_and_prompts(tmp_path: Path, method: str) -> None:
    async with room(Memory(tmp_path)) as here:
        code, said = await inspected(here, await here.session("bob", "#general"), "--method", method)
        assert code == 0, said


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_it_calls_a_tool(tmp_path: Path, era: str) -> None:
    async with room(Memory(tmp_path)) as here:
        token = await here.session("bob", "#general")
        words = ("--tool-arg", "channel=#general", "body=from the inspector")
        asked = ("--method", "tools/call", "--tool-name", "chat", *words, "--protocol-era", era)
        code, said = await inspected(here, token, *asked)
        assert code == 0, said
        answer = orjson.loads(said[said.index("{") :])
        assert answer["structuredContent"]["message_id"] > 0
