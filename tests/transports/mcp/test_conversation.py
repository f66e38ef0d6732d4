"""Two agents talk over MCP: in both eras, over HTTP and through the stdio shim."""

from itertools import product
from pathlib import Path

import pytest

from tests.transports.mcp.room import ADMISSION, ERAS, Era, Memory, Over, refused, room, tell

WAYS = list(product(ERAS, ("http", "stdio")))


@pytest.mark.parametrize(("era", "over"), WAYS)
async def test_two_agents_talk_and_each_hears_the_other(tmp_path: Path, era: Era, over: Over) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(ADMISSION, era, over) as newcomer,
        here.client(await here.session("bob"), era, over) as bob,
    ):
        hello = await tell(newcomer, "hello", name="alice", phase="build", default_channels=["#general"])
        assert hello["agent"] == "alice"
        assert hello["subscribed"] == ["#general"]
        alice = {"session_token": hello["session_token"]}
        assert await tell(bob, "subscribe", channel="general") == {"channel": "#general", "view": "full"}

        said = await tell(newcomer, "chat", channel="#general", body="who builds?", **alice)
        heard = await tell(bob, "listen", channels=["#general"])
        assert [(m["id"], m["author"], m["body"]) for m in heard["messages"]] == [
            (said["message_id"], "alice", "who builds?")
        ]
        assert await tell(bob, "ack", channel="#general", up_to_id=said["message_id"]) == {
            "last_read_id": said["message_id"]
        }

        post = await tell(
            bob, "start_post", channel="#general", title="The build", description="I do.", type="plan", tier=1
        )
        reply = await tell(newcomer, "reply", post_id=post["post_id"], body="Good.", **alice)
        assert await tell(newcomer, "approve", post_id=post["post_id"], **alice) == {
            "action": "approved",
            "post_id": post["post_id"],
        }
        whole = await tell(bob, "get_post", post_id=post["post_id"])
        assert whole["post"]["title"] == "The build"
        assert [m["id"] for m in whole["replies"]] == [reply["reply_id"]]
        assert whole["approval"]["decided_by"] == "alice"
        assert whole["approval"]["via"] == "mcp"

        channels = {one["name"]: one for one in (await tell(bob, "rooms"))["channels"]}
        assert channels["#general"]["unread"] == 1
        assert channels["#human"]["offset"] is None
        await tell(bob, "unsubscribe", channel="#general")
        assert await refused(bob, "listen", channels=["#general"]) == "NOT_PERMITTED"


async def test_both_eras_meet_in_one_room(tmp_path: Path) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("old", "#general"), "legacy") as old,
        here.client(await here.session("new", "#general"), "2026-07-28") as new,
    ):
        assert old.protocol_version == "2025-11-25"
        assert new.protocol_version == "2026-07-28"
        await tell(old, "chat", channel="#general", body="from before")
        await tell(new, "chat", channel="#general", body="from after")
        heard = [await tell(client, "listen", channels=["#general"]) for client in (old, new)]
        assert [[m["body"] for m in one["messages"]] for one in heard] == [["from after"], ["from before"]]


async def test_an_argument_that_is_null_counts_as_left_out(tmp_path: Path) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob", "#general"), "2026-07-28") as bob,
    ):
        heard = await tell(bob, "listen", channels=["#general"], timeout_ms=0, max_msgs=None, agent_name=None)
        assert heard["timed_out"]


async def test_bad_arguments_are_refused_with_their_place(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here, here.client(await here.session("bob"), "2026-07-28") as bob:
        answer = await bob.call_tool("chat", {"channel": "#general"})
        assert answer.is_error
        assert "VALIDATION_ERROR: chat: body" in answer.content[0].text  # type: ignore[union-attr]
