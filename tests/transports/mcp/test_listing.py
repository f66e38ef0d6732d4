"""What a client finds before it calls anything."""

import subprocess
import sys
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import orjson
import pytest
from chatbox.operations.catalogue import OPERATIONS
from mcp.types import Tool

from tests.transports.mcp.others import PROGRAMS
from tests.transports.mcp.room import ADMISSION, ERAS, Era, Memory, Over, room

BUDGET_TOKENS = 2_500


async def listed(tmp_path: Path, era: Era = "2026-07-28", over: Over = "http") -> dict[str, Tool]:
    async with room(Memory(tmp_path)) as here, here.client(ADMISSION, era, over) as client:
        return {tool.name: tool for tool in (await client.list_tools()).tools}


THE_ORIGINAL: dict[str, tuple[set[str], set[str], set[str]]] = {
    "hello": (
        {"name", "phase", "default_channels"},
        {"auth_token"},
        {"agent", "phase", "subscribed", "session_token"},
    ),
    "chat": ({"channel", "body"}, set(), {"message_id"}),
    "start_post": ({"channel", "title", "description", "type"}, {"tier"}, {"post_id"}),
    "reply": ({"post_id", "body"}, set(), {"reply_id"}),
    "get_post": ({"post_id"}, set(), {"post", "replies", "approval"}),
    "listen": ({"channels"}, {"view", "since_id", "timeout_ms", "max_msgs"}, {"messages", "timed_out", "more"}),
    "subscribe": ({"channel"}, {"view"}, {"channel", "view"}),
    "unsubscribe": ({"channel"}, set(), {"channel", "view"}),
    "rooms": (set(), set(), {"channels"}),
    "approve": ({"post_id"}, {"comment"}, {"action", "post_id"}),
    "deny": ({"post_id", "reason"}, set(), {"action", "post_id"}),
    "pin_post": ({"post_id"}, set(), {"pinned"}),
    "unpin_post": ({"post_id"}, set(), {"pinned"}),
    "close_post": ({"post_id", "resolution"}, set(), {"resolution"}),
    "resolve_message": ({"message_id"}, set(), {"resolved"}),
    "unresolve_message": ({"message_id"}, set(), {"resolved"}),
    "ack": ({"channel", "up_to_id"}, set(), {"last_read_id"}),
}
"""The tools of the system before this one: what they required, what they took, what they answered."""

BEYOND = {"search", "whoami", "propose", "vote", "ask_human"}


@pytest.mark.parametrize("over", ["http", "stdio"])
@pytest.mark.parametrize("era", ERAS)
async def test_the_tools_are_the_seventeen_of_the_original_and_five_more(tmp_path: Path, era: Era, over: Over) -> None:
    tools = await listed(tmp_path, era, over)
    assert tools.keys() == THE_ORIGINAL.keys() | BEYOND
    for name, (required, optional, answered) in THE_ORIGINAL.items():
        assert set(tools[name].input_schema.get("required", ())) == required, name
        assert required | optional <= tools[name].input_schema["properties"].keys(), name
        assert answered <= (tools[name].output_schema or {})["properties"].keys(), name
    for name, tool in tools.items():
        assert tool.description == OPERATIONS[name].summary


async def test_every_tool_takes_the_credentials_of_the_original(tmp_path: Path) -> None:
    for tool in (await listed(tmp_path)).values():
        properties = tool.input_schema["properties"]
        expected = {"auth_token"} if tool.name == "hello" else {"agent_name", "session_token"}
        assert expected <= properties.keys(), tool.name
        assert "client_key" not in properties


async def test_every_tool_says_whether_it_changes_anything_and_that_it_destroys_nothing(tmp_path: Path) -> None:
    for tool in (await listed(tmp_path)).values():
        noted = tool.annotations
        assert noted is not None
        assert bool(noted.read_only_hint) is not OPERATIONS[tool.name].writes
        assert noted.read_only_hint or noted.destructive_hint is False
        assert noted.open_world_hint is False


async def test_a_refusal_fits_the_output_schema_as_well(tmp_path: Path) -> None:
    """The TypeScript SDK, and with it most clients, would else replace it by an error of its own."""
    async with room(Memory(tmp_path)) as here, here.client(ADMISSION, "2026-07-28") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        answer = await client.call_tool("rooms", {})
        assert answer.is_error
        jsonschema.validate(answer.structured_content, tools["rooms"].output_schema or {})


async def test_the_whole_list_costs_an_agent_no_more_than_its_budget(tmp_path: Path) -> None:
    """Names, descriptions, schemas of both directions and annotations, as they stand on the wire."""
    tools = [
        tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in (await listed(tmp_path)).values()
    ]
    assert tokens(orjson.dumps(tools)) <= BUDGET_TOKENS


def tokens(text: bytes) -> int:
    """Counted with a tokenizer whose tables are in its package."""
    counting = """
        import { encode } from "gpt-tokenizer/encoding/o200k_base";
        import { readFileSync } from "node:fs";
        console.log(encode(readFileSync(0, "utf8")).length);
    """
    program = ["node", "--input-type=module", "--eval", counting]
    done = subprocess.run(program, input=text, cwd=PROGRAMS, check=True, capture_output=True, timeout=60)
    return int(done.stdout)


def test_the_sdk_is_not_loaded_before_somebody_asks() -> None:
    code = "import sys, chatbox.transports.mcp.{}; sys.exit('mcp' in sys.modules)"
    loads = [
        subprocess.run([sys.executable, "-c", code.format(module)], check=False).returncode
        for module in ("mounting", "server")
    ]
    assert loads == [0, 1]
