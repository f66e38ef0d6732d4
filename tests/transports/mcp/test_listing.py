"""What a client finds before it calls anything."""

import subprocess
import sys
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import orjson
import pytest
from chatbox.operations.catalogue import OPERATIONS
from mcp.types import Tool

from tests.transports.mcp.room import ADMISSION, ERAS, Era, Memory, Over, room

BUDGET_CHARACTERS = 8_500
"""2,500 tokens: JSON schemas have about 3.5 characters a token."""


async def listed(tmp_path: Path, era: Era = "2026-07-28", over: Over = "http") -> dict[str, Tool]:
    async with room(Memory(tmp_path)) as here, here.client(ADMISSION, era, over) as client:
        return {tool.name: tool for tool in (await client.list_tools()).tools}


@pytest.mark.parametrize("over", ["http", "stdio"])
@pytest.mark.parametrize("era", ERAS)
async def test_every_operation_for_agents_is_a_tool(tmp_path: Path, era: Era, over: Over) -> None:
    tools = await listed(tmp_path, era, over)
    assert tools.keys() == {name for name, one in OPERATIONS.items() if "mcp" in one.transports}
    assert {name: tool.description for name, tool in tools.items()} == {
        name: OPERATIONS[name].summary for name in tools
    }


async def test_every_tool_takes_the_credentials_of_the_original(tmp_path: Path) -> None:
    for tool in (await listed(tmp_path)).values():
        properties = tool.input_schema["properties"]
        assert {"agent_name", "session_token", "auth_token"} <= properties.keys(), tool.name
        assert "client_key" not in properties


async def test_only_what_changes_nothing_is_marked_read_only(tmp_path: Path) -> None:
    for tool in (await listed(tmp_path)).values():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is not OPERATIONS[tool.name].writes
        assert tool.annotations.destructive_hint is False


async def test_a_refusal_fits_the_output_schema_as_well(tmp_path: Path) -> None:
    """The TypeScript SDK, and with it most clients, would else replace it by an error of its own."""
    async with room(Memory(tmp_path)) as here, here.client(ADMISSION, "2026-07-28") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        answer = await client.call_tool("rooms", {})
        assert answer.is_error
        jsonschema.validate(answer.structured_content, tools["rooms"].output_schema or {})


async def test_the_list_costs_an_agent_no_more_than_its_budget(tmp_path: Path) -> None:
    shown = [
        {
            "name": tool.name,
            "description": tool.description,
            "inputSchema": tool.input_schema,
            "outputSchema": tool.output_schema,
        }
        for tool in (await listed(tmp_path)).values()
    ]
    assert len(orjson.dumps(shown)) <= BUDGET_CHARACTERS


def test_the_sdk_is_not_loaded_before_somebody_asks() -> None:
    code = "import sys, chatbox.transports.mcp.{}; sys.exit('mcp' in sys.modules)"
    loads = [
        subprocess.run([sys.executable, "-c", code.format(module)], check=False).returncode
        for module in ("mounting", "server")
    ]
    assert loads == [0, 1]
