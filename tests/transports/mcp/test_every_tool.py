"""The official client calls every tool, in both eras, over HTTP and through the stdio shim."""

from itertools import product
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chatbox.broker.waiting import Heard
from chatbox.operations.listening import LISTEN_MS_DEFAULT, LISTEN_MS_MAX
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import Implementation

from tests.transports.mcp.room import ADMISSION, BOUND_SECONDS, ERAS, Era, Memory, Over, Watched, room, tell


class Tried:
    """Calls tools and remembers which."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.tools: set[str] = set()

    async def __call__(self, tool: str, **arguments: Any) -> dict[str, Any]:
        self.tools.add(tool)
        return await tell(self._client, tool, **arguments)


@pytest.mark.parametrize(("era", "over"), list(product(ERAS, ("http", "stdio"))))
async def test_every_tool_can_be_called(tmp_path: Path, era: Era, over: Over) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(ADMISSION, era, over) as newcomer,
        here.client(await here.session("bob", "#general"), "2026-07-28") as bob,
    ):
        call = Tried(newcomer)
        hello = await call("hello", name="ann", phase="1", default_channels=["#general"], auth_token=ADMISSION)
        ann = {"agent_name": "ann", "session_token": hello["session_token"]}
        general = {"channel": "#general", **ann}
        assert (await call("whoami", **ann))["participant"] == "ann"
        assert (await call("subscribe", channel="#debug", view="digest", **ann))["view"] == "digest"
        assert (await call("unsubscribe", channel="#debug", **ann))["channel"] == "#debug"
        said = (await call("chat", body="hello", **general))["message_id"]
        ask = {"channel": "#general", "title": "Go?", "description": "Now.", "type": "plan", "tier": 1}
        (first, second) = [(await tell(bob, "start_post", **ask))["post_id"] for _ in range(2)]
        assert (await call("approve", post_id=first, comment="Yes.", **ann))["action"] == "approved"
        assert (await call("deny", post_id=second, reason="No.", **ann))["action"] == "denied"
        own = {"post_id": (await call("start_post", **{**ask, **ann, "tier": 0}))["post_id"], **ann}
        assert (await call("reply", body="And this.", **own))["reply_id"] > own["post_id"]
        assert (await call("pin_post", **own)) == {"pinned": True}
        assert (await call("unpin_post", **own)) == {"pinned": False}
        assert (await call("resolve_message", message_id=said, **ann)) == {"resolved": True}
        assert (await call("unresolve_message", message_id=said, **ann)) == {"resolved": False}
        assert (await call("close_post", resolution="Done.", **own)) == {"resolution": "Done."}
        assert len((await call("get_post", **own))["replies"]) == 1
        vote = {"post_id": (await call("propose", title="Tabs", description="Tabs.", **general))["post_id"]}
        assert (await call("vote", choice="for", reason="Yes.", **vote, **ann))["proposal"]["outcome"] is None
        heard = await call("listen", channels=["#general"], view="full", timeout_ms=0, **ann)
        assert {first, second} <= {one["id"] for one in heard["messages"]}
        assert (await call("ack", up_to_id=second, **general)) == {"last_read_id": second}
        assert (await call("search", query="hello", **ann))["messages"][0]["id"] == said
        rooms = {one["name"]: one for one in (await call("rooms", **ann))["channels"]}
        assert (rooms["#general"]["is_standing"], rooms["#general"]["last_activity"] is None) == (True, False)
        assert (await call("ask_human", question="Well?", timeout_ms=0, **ann))["answered"] is False
        assert call.tools == {tool.name for tool in (await newcomer.list_tools()).tools}


class Asked(Watched):
    """Remembers for how long it was asked to wait, and waits for nothing."""

    seconds = 0.0

    async def listen(self, *asked: Any, **options: Any) -> Heard:
        reader, channels, since, self.seconds, limit = asked
        return await super().listen(reader, channels, since, 0.0, limit, **options)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("client", "asked", "waits_ms"),
    [
        ("somebody", None, LISTEN_MS_DEFAULT),
        ("claude-code", None, LISTEN_MS_MAX),
        ("Visual Studio Code", None, LISTEN_MS_MAX),
        ("gemini-cli-mcp-client", None, LISTEN_MS_MAX),
        ("claude-code", 5_000, 5_000),
    ],
)
async def test_listen_waits_longer_for_clients_that_are_known_to_be_patient(
    tmp_path: Path, era: Era, client: str, asked: int | None, waits_ms: int
) -> None:
    async with room(Memory(tmp_path)) as here:
        here.workspace.waiting = waiting = Asked(here.waiting)
        headers = {"authorization": f"Bearer {await here.session('bob', '#general')}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=BOUND_SECONDS, trust_env=False) as http,
            Client(
                streamable_http_client(f"{here.url}/mcp", http_client=http),
                mode=era,
                client_info=Implementation(name=client, version="1"),
            ) as bob,
        ):
            await tell(bob, "listen", channels=["#general"], timeout_ms=asked)
        assert waiting.seconds * 1000 == waits_ms
