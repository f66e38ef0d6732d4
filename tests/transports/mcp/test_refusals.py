"""What goes wrong is answered with what to do: a model reads nothing else, and tries again."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import MCPError

from tests.transports.mcp.room import ADMISSION, ERAS, Era, Memory, Over, room, tell

GENERAL = {"channel": "#general"}
POST = {**GENERAL, "title": "T", "description": "d", "type": "plan"}

WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("chat", GENERAL, "VALIDATION_ERROR: chat: body: Field required."),
    ("chat", {**GENERAL, "body": "x", "to": "eve"}, "leave it out, chat takes body, channel, attachments."),
    ("chat", {"channel": "#General", "body": "x"}, "such as #general: `rooms` lists them."),
    ("chat", {"channel": "#nowhere", "body": "x"}, "There are: #alerts, #change-orders, #debug, #dispatch, #general,"),
    ("chat", {**GENERAL, "body": "é" * 140_000}, "chat: body: Text has at most 262144 bytes of UTF-8: say less"),
    ("ask_human", {"question": "x" * 262_145}, "PAYLOAD_TOO_LARGE: ask_human: question: Text has at most 262144 bytes"),
    ("start_post", {**POST, "type": "rant"}, "Input should be 'plan', 'change-order', 'alert'"),
    ("start_post", {**POST, "tier": 3}, "Input should be 0, 1 or 2."),
    ("get_post", {"post_id": 10**6}, "There is no message 1000000 in the channels that you follow."),
    ("close_post", {"post_id": 10**6, "resolution": "x"}, "no message 1000000 in the channels that you follow."),
    ("vote", {"post_id": 10**6, "choice": "for", "reason": "x"}, "in the channels that you follow."),
    ("approve", {"post_id": 10**6}, "NOT_FOUND: There is no approval 1000000."),
    ("deny", {"post_id": 1}, "VALIDATION_ERROR: deny: reason: Field required."),
    ("ack", {**GENERAL, "up_to_id": 10**9}, "#general ends at 0: 1000000000 cannot be acknowledged yet."),
    ("ack", {"channel": "#debug", "up_to_id": 0}, "You do not follow #debug: subscribe first."),
    ("listen", {"channels": ["#debug"]}, "You do not follow #debug: subscribe first."),
    ("listen", {"channels": ["#general"], "since_id": 10**9}, "Leave `since_id` out to go on where you were."),
    ("listen", {"channels": ["#general"], "timeout_ms": 60_000}, "less than or equal to 45000."),
    ("whoami", {"agent_name": "eve"}, "Your token says that you are bob: leave `agent_name` out."),
    ("search", {"query": "has:x"}, "has: is one of approval, attachment,"),
]


@pytest.mark.parametrize(("era", "over"), [("legacy", "http"), ("2026-07-28", "stdio")])
async def test_a_call_that_is_wrong_is_answered_with_what_would_be_right(tmp_path: Path, era: Era, over: Over) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob", "#general"), era, over) as bob,
    ):
        head = here.workspace.broker.state.seq
        for tool, arguments, sentence in WRONG:
            answer = await bob.call_tool(tool, arguments)
            assert answer.is_error, tool
            assert sentence in answer.content[0].text, (tool, answer.content[0].text)  # type: ignore[union-attr]
        assert here.workspace.broker.state.seq == head


async def test_an_author_and_a_latecomer_are_told_whose_decision_it_is(tmp_path: Path) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob", "#general"), "2026-07-28") as bob,
        here.client(await here.session("eve", "#general"), "2026-07-28") as eve,
    ):
        asked = await tell(bob, "start_post", **POST, tier=1)
        own = await bob.call_tool("approve", asked)
        assert own.content[0].text.endswith("never decides it: wait for somebody else to.")  # type: ignore[union-attr]
        stale = await eve.call_tool("approve", {**asked, "digest": "0" * 64})
        assert stale.content[0].text.endswith("look at it again, then decide.")  # type: ignore[union-attr]
        await tell(eve, "approve", **asked)
        late = await eve.call_tool("deny", {**asked, "reason": "No."})
        assert late.structured_content["error"]["code"] == "ALREADY_DECIDED"


@pytest.mark.parametrize("era", ERAS)
async def test_who_has_no_session_or_an_old_one_is_told_how_to_get_one(tmp_path: Path, era: Era) -> None:
    memory = Memory(tmp_path)
    async with room(memory) as here, here.client(ADMISSION, era) as bob:
        odd = await bob.call_tool("hello", {"name": "no name!"})
        assert "hello: name: A name is 1 to 64 letters, digits, dots," in odd.content[0].text  # type: ignore[union-attr]
        hello = {"name": "bob", "default_channels": ["#general"]}
        old = (await tell(bob, "hello", **hello))["session_token"]
        memory.clock.advance(25 * 3600)
        answer = await bob.call_tool("rooms", {"session_token": old})
        assert answer.content[0].text == (  # type: ignore[union-attr]
            "SESSION_EXPIRED: This session has expired: say `hello` again, with the token in .agentchat/token."
        )
        new = (await tell(bob, "hello", **hello))["session_token"]
        assert (await tell(bob, "whoami", session_token=new))["participant"] == "bob"


@pytest.mark.parametrize("over", ["http", "stdio"])
@pytest.mark.parametrize("era", ERAS)
async def test_a_request_that_is_too_large_is_told_so_and_the_connection_goes_on(
    tmp_path: Path, era: Era, over: Over
) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob", "#general"), era, over) as bob,
    ):
        with pytest.raises(MCPError, match="PAYLOAD_TOO_LARGE: A request has at most 2097152 bytes"):
            await bob.call_tool("chat", {**GENERAL, "body": "x" * 3_000_000})
        assert (await tell(bob, "whoami"))["participant"] == "bob"


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"host": "evil.example"}, 403, "NOT_PERMITTED"),
        ({"origin": "http://evil.example"}, 403, "NOT_PERMITTED"),
        ({"content-type": "text/plain"}, 415, "VALIDATION_ERROR"),
    ],
)
async def test_the_border_refuses_in_words_that_a_client_can_read(
    tmp_path: Path, wrong: dict[str, str], status: int, code: str
) -> None:
    async with room(Memory(tmp_path)) as here, httpx2.AsyncClient(trust_env=False) as http:
        headers = {"authorization": f"Bearer {ADMISSION}", "content-type": "application/json", **wrong}
        answer = await http.post(f"{here.url}/mcp", headers=headers, content=b"{}")
        error = answer.json()["error"]
        assert (answer.status_code, answer.json()["jsonrpc"], error["data"]) == (status, "2.0", {"code": code})
        assert error["message"].startswith(f"{code}: ")
