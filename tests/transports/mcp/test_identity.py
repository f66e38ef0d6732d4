"""Who a caller is, and what MCP leaves even a person."""

from pathlib import Path

import httpx2
import pytest
from chatbox.domain.commands import DecideApproval
from chatbox.domain.refusal import Refusal

from tests.transports.mcp.room import ADMISSION, ERAS, PERSON, Era, Memory, refused, room, tell

MODERN = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2026-07-28"}
MODERN_META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


async def test_a_newcomer_can_only_say_hello(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here, here.client(ADMISSION, "2026-07-28") as newcomer:
        assert await refused(newcomer, "rooms") == "AUTH_ERROR"
        await tell(newcomer, "hello", name="alice", default_channels=[])
        assert await refused(newcomer, "rooms") == "AUTH_ERROR"


async def test_whoever_has_a_session_may_say_hello_again_under_its_own_name(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here, here.client(await here.session("bob"), "2026-07-28") as bob:
        assert await refused(bob, "hello", name="alice", default_channels=[]) == "WRONG_STATE"
        said = await tell(bob, "hello", name="bob", default_channels=[])
        assert (await tell(bob, "whoami", session_token=said["session_token"]))["participant"] == "bob"
        again = await tell(bob, "hello", name="bob", default_channels=["#debug"], auth_token=ADMISSION)
        assert again["subscribed"] == ["#debug"]
        assert await refused(bob, "hello", name="bob", default_channels=[], auth_token="guess") == "AUTH_ERROR"


async def test_arguments_cannot_make_one_agent_another(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here, here.client(await here.session("bob"), "2026-07-28") as bob:
        alice = await here.session("alice")
        assert await refused(bob, "whoami", agent_name="alice") == "IDENTITY_MISMATCH"
        assert await refused(bob, "whoami", session_token=alice) == "IDENTITY_MISMATCH"
        assert await refused(bob, "whoami", session_token="guess") == "IDENTITY_MISMATCH"
        found = await tell(bob, "whoami", agent_name="bob", session_token=await here.session("bob"))
        assert found["participant"] == "bob"


async def test_a_header_with_the_session_token_beside_the_admission_token_suffices(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here:
        headers = {"authorization": f"Bearer {ADMISSION}", "x-agent-token": await here.session("bob")}
        async with httpx2.AsyncClient(headers=headers, trust_env=False) as http:
            answer = await http.post(
                f"{here.url}/mcp",
                headers=MODERN | {"mcp-method": "tools/call", "mcp-name": "whoami"},
                json=request("tools/call", name="whoami", arguments={}, _meta=MODERN_META),
            )
        assert answer.json()["result"]["structuredContent"]["participant"] == "bob"


@pytest.mark.parametrize("era", ERAS)
async def test_nobody_decides_tier_2_over_mcp(tmp_path: Path, era: Era) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("asker", "#general"), era) as asker,
        here.client(await here.session("other", "#general"), era) as other,
        here.client(PERSON, era) as person,
    ):
        post = await tell(
            asker, "start_post", channel="#general", title="Ship", description="Now.", type="proposal", tier=2
        )
        for client in (other, person):
            assert await refused(client, "approve", **post) == "HUMAN_REQUIRED"
            assert await refused(client, "deny", **post, reason="no") == "HUMAN_REQUIRED"
        assert (await tell(other, "get_post", **post))["approval"]["status"] == "open"

        # The control: the same token decides it where people are at home.
        by = here.workspace.door.identify(PERSON)
        assert not isinstance(by, Refusal)
        decision = DecideApproval(by=by, approval=post["post_id"], verdict="approved", reason="", via="http")
        assert not isinstance(await here.workspace.broker.submit(decision), Refusal)


async def test_a_person_keeps_the_name_but_not_the_powers(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here, here.client(PERSON, "2026-07-28") as person:
        found = await tell(person, "whoami")
        assert (found["participant"], found["kind"], found["scopes"]) == ("ada", "person", ["post", "read"])


async def test_a_session_of_the_protocol_belongs_to_whoever_opened_it(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here:
        bob, alice = await here.session("bob"), await here.session("alice")
        async with httpx2.AsyncClient(base_url=here.url, trust_env=False) as http:
            opened = await http.post("/mcp", headers=as_bearer(bob), json=request("initialize", **INITIALIZE))
            number = {"mcp-session-id": opened.headers["mcp-session-id"]}
            stolen = await http.post("/mcp", headers=as_bearer(alice) | number, json=request("tools/list"))
            own = await http.post("/mcp", headers=as_bearer(bob) | number, json=request("tools/list"))
        assert (stolen.status_code, own.status_code) == (404, 200)


def as_bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "accept": "application/json, text/event-stream"}


def request(method: str, **params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
