"""One conversation, the same through every transport."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from hashlib import sha256
from typing import Any

import orjson
import pytest
from chatbox.operations.caller import Caller, Refused

from tests.support.owners import BOUND_SECONDS
from tests.transports.conftest import Scene

FOLLOWING = ("local", "websocket", "http", "lsp", "lsp-client")


async def _code(caller: Caller, operation: str, **params: Any) -> str:
    with pytest.raises(Refused) as refused:
        await caller.call(operation, params)
    return refused.value.code


async def test_whoever_asks_is_told_who_they_are(scene: Scene) -> None:
    me = await scene.me.call("whoami", {})
    assert me["participant"] == scene.name
    assert me["kind"] == ("agent" if scene.transport == "mcp" else "person")
    decides = {"decide", "manage"} & set(me["scopes"])
    assert decides == (set() if scene.transport == "mcp" else {"decide", "manage"})
    assert me["workspace"] == "ws"


async def test_channels_are_listed_with_what_is_unread(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    for number in range(3):
        await bob.call("chat", {"channel": "general", "body": f"message {number}"})
    channels = {c["name"]: c for c in (await scene.me.call("rooms", {}))["channels"]}
    assert set(channels) >= {"#general", "#dispatch", "#change-orders", "#alerts", "#debug", "#observations", "#human"}
    assert (channels["#general"]["count"], channels["#general"]["unread"]) == (3, 3)
    assert channels["#human"]["unread"] == 0


async def test_a_chat_is_read_back_with_its_mentions(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    said = await scene.me.call("chat", {"channel": "general", "body": "hello @bob, not `@ann`"})
    page = await bob.call("history", {"channel": "#general"})
    (message,) = page["messages"]
    assert (message["id"], message["author"], message["mentions"]) == (said["message_id"], scene.name, ["bob"])
    assert message["body"] == "hello @bob, not `@ann`"
    assert await scene.me.call("history", {"channel": "#general"}) == page


async def test_a_post_its_replies_and_its_decision_are_one_thread(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    asked = {"channel": "general", "title": "The plan", "description": "May I?", "type": "proposal", "tier": 1}
    post = (await bob.call("start_post", asked))["post_id"]
    reply = await scene.me.call("reply", {"post_id": post, "body": "Let me see."})
    thread = await scene.me.call("get_post", {"post_id": post})
    assert (thread["post"]["title"], thread["post"]["tier"], thread["post"]["post_type"]) == ("The plan", 1, "proposal")
    assert [r["id"] for r in thread["replies"]] == [reply["reply_id"]]
    approval = thread["approval"]
    assert (approval["status"], approval["asked_by"]) == ("open", "bob")

    assert await _code(scene.me, "approve", post_id=post, digest="0" * 64) == "DIGEST_MISMATCH"
    assert await _code(bob, "approve", post_id=post) == "NOT_PERMITTED"
    decided = await scene.me.call("approve", {"post_id": post, "digest": approval["digest"]})
    assert decided == {"action": "approved", "post_id": post}
    assert await _code(scene.me, "approve", post_id=post) == "ALREADY_DECIDED"
    assert await _code(scene.me, "deny", post_id=post, reason="after all") == "ALREADY_DECIDED"
    after = (await bob.call("get_post", {"post_id": post}))["approval"]
    assert (after["status"], after["decided_by"], after["digest"]) == ("approved", scene.name, approval["digest"])
    assert after["via"] == {"lsp-client": "websocket"}.get(scene.transport, scene.transport)


async def test_one_is_never_asked_to_decide_ones_own_post(scene: Scene) -> None:
    for tier in (1, 2):
        asked = {"channel": "general", "title": "T", "description": "?", "type": "plan", "tier": tier}
        post = (await scene.me.call("start_post", asked))["post_id"]
        assert await _code(scene.me, "approve", post_id=post) == "NOT_PERMITTED"
        assert (await scene.me.call("get_post", {"post_id": post}))["approval"]["status"] == "open"


async def test_history_comes_in_pages_without_gap_or_overlap(scene: Scene) -> None:
    ids = [
        (await scene.me.call("chat", {"channel": "general", "body": f"message {n}"}))["message_id"] for n in range(23)
    ]
    back: list[int] = []
    page = await scene.me.call("history", {"channel": "general", "limit": 5})
    while True:
        back = [m["id"] for m in page["messages"]] + back
        if not page["more"]:
            break
        page = await scene.me.call("history", {"channel": "general", "limit": 5, "before": back[0]})
    forth: list[int] = []
    while True:
        after = forth[-1] if forth else 0
        page = await scene.me.call("history", {"channel": "general", "limit": 5, "after": after})
        forth += [m["id"] for m in page["messages"]]
        if not page["more"]:
            break
    assert back == forth == ids


async def test_listening_waits_for_others_and_goes_on_where_it_was(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general", "#human")
    await scene.me.call("chat", {"channel": "general", "body": "my own is not news to me"})
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        parked = tasks.create_task(scene.me.call("listen", {"channels": ["general", "human"], "timeout_ms": 30_000}))
        await scene.me.call("whoami", {})
        first = await bob.call("chat", {"channel": "general", "body": "one"})
        heard = await parked
    assert [m["id"] for m in heard["messages"]] == [first["message_id"]]
    assert not heard["timed_out"]

    more = [
        (await bob.call("chat", {"channel": channel, "body": f"{n}"}))["message_id"]
        for n in range(3)
        for channel in ("general", "human")
    ]
    found: list[int] = []
    since = heard["next"]
    while len(found) < len(more):
        listening = {"channels": ["general", "human"], "since_id": since, "max_msgs": 4}
        heard = await scene.me.call("listen", listening)
        assert heard["more"] == (len(found) + len(heard["messages"]) < len(more))
        found += [m["id"] for m in heard["messages"]]
        since = heard["next"]
    assert found == more
    nothing = await scene.me.call("listen", {"channels": ["general"], "since_id": since, "timeout_ms": 20})
    assert (nothing["timed_out"], nothing["messages"], nothing["next"] >= since) == (True, [], True)


async def test_asking_without_waiting_gives_what_is_there(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    said = await bob.call("chat", {"channel": "general", "body": "one"})
    heard = await scene.me.call("listen", {"channels": ["general"], "timeout_ms": 0})
    assert [m["id"] for m in heard["messages"]] == [said["message_id"]]


async def test_an_offset_moves_forward_only_and_never_past_the_end(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    ids = [(await bob.call("chat", {"channel": "general", "body": "x"}))["message_id"] for _ in range(3)]
    assert await scene.me.call("ack", {"channel": "general", "up_to_id": ids[1]}) == {"last_read_id": ids[1]}
    assert await scene.me.call("ack", {"channel": "general", "up_to_id": ids[0]}) == {"last_read_id": ids[1]}
    assert await _code(scene.me, "ack", channel="general", up_to_id=10**9) == "VALIDATION_ERROR"
    heard = await scene.me.call("listen", {"channels": ["general"]})
    assert [m["id"] for m in heard["messages"]] == [ids[2]]


async def test_a_channel_is_followed_from_its_end_until_it_is_not(scene: Scene) -> None:
    bob = await scene.agent("bob", "#debug")
    await scene.me.call("unsubscribe", {"channel": "debug"})
    await bob.call("chat", {"channel": "debug", "body": "before"})
    assert await scene.me.call("subscribe", {"channel": "debug"}) == {"channel": "#debug", "view": "full"}
    await bob.call("chat", {"channel": "debug", "body": "after"})
    heard = await scene.me.call("listen", {"channels": ["debug"]})
    assert [m["body"] for m in heard["messages"]] == ["after"]
    assert await scene.me.call("unsubscribe", {"channel": "debug"}) == {"channel": "#debug", "view": "full"}
    assert await scene.me.call("unsubscribe", {"channel": "debug"}) == {"channel": "#debug", "view": "full"}
    assert await _code(scene.me, "subscribe", channel="nowhere") == "NOT_FOUND"


async def test_a_request_repeated_with_its_key_happens_once(scene: Scene) -> None:
    said = {"channel": "general", "body": "once", "client_key": "k1"}
    first = await scene.me.call("chat", said)
    assert await scene.me.call("chat", said) == first
    assert await _code(scene.me, "chat", channel="general", body="other", client_key="k1") == "KEY_REUSED"
    post = {"channel": "general", "title": "T", "description": "?", "type": "plan", "client_key": "k1"}
    other = await scene.me.call("start_post", post)
    assert await scene.me.call("start_post", {**post, "tier": 0}) == other, "a default is as good as its absence"
    assert await _code(scene.me, "start_post", **{**post, "tier": 1}) == "KEY_REUSED"
    page = await scene.me.call("history", {"channel": "general"})
    assert [m["id"] for m in page["messages"]] == [first["message_id"], other["post_id"]]


async def test_a_key_is_kept_with_what_was_asked_and_not_with_what_could_have_been(scene: Scene) -> None:
    """So that a field which a later version adds doesn't turn an older request into another one."""
    await scene.me.call("chat", {"channel": "general", "body": "once", "client_key": "k1"})
    with closing(sqlite3.connect(scene.files.journal)) as db:
        heads = [orjson.loads(head) for (head,) in db.execute("SELECT head FROM entry")]
    (key,) = [head["key"] for head in heads if head.get("key", {}).get("operation") == "chat"]
    asked = {"body": "once", "channel": "#general"}
    assert key["params"] == sha256(orjson.dumps(asked)).hexdigest()


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("chat", {"channel": "general"}, "chat: body: Field required"),
    ("chat", {"channel": "general", "body": ""}, "chat: body: String should have at least 1 character"),
    ("chat", {"channel": "general", "body": 1}, "chat: body: Input should be a valid string"),
    ("chat", {"channel": "General!", "body": "x"}, "chat: channel: A channel is # and 1 to 64 small letters"),
    (
        "chat",
        {"channel": "general", "body": "x", "from": "somebody"},
        "chat: from: Extra inputs are not permitted: leave",
    ),
    ("start_post", {"channel": "general", "title": "T", "description": "x", "type": "rant"}, "start_post: type: Input"),
    ("listen", {"channels": []}, "listen: channels: List should have at least 1 item"),
    ("listen", {"channels": ["general"], "timeout_ms": 10**6}, "listen: timeout_ms: Input should be less than"),
    ("listen", {"channels": ["general"], "since_id": 10**9}, "listen: since_id: The newest entry is "),
    ("ack", {"channel": "general", "up_to_id": -1}, "ack: up_to_id: Input should be greater than"),
    ("ack", {"channel": "general", "up_to_id": 2**53}, "ack: up_to_id: Input should be less than"),
    ("history", {"channel": "general", "limit": 0}, "history: limit: Input should be greater than"),
]


async def test_bad_params_are_refused_with_the_name_of_the_field(scene: Scene) -> None:
    head = (await scene.me.call("whoami", {}))["head"]
    for operation, params, why in BAD:
        with pytest.raises(Refused) as refused:
            await scene.me.call(operation, params)
        assert (refused.value.code, refused.value.message[: len(why)]) == ("VALIDATION_ERROR", why)
    assert (await scene.me.call("whoami", {}))["head"] == head


async def test_a_body_that_is_too_large_is_refused_and_the_largest_is_taken(scene: Scene) -> None:
    limit = 256 * 1024
    assert await _code(scene.me, "chat", channel="general", body="x" * (limit + 1)) == "PAYLOAD_TOO_LARGE"
    assert await _code(scene.me, "chat", channel="general", body="é" * limit) == "PAYLOAD_TOO_LARGE"
    said = await scene.me.call("chat", {"channel": "general", "body": "x" * limit})
    (message,) = (await scene.me.call("history", {"channel": "general"}))["messages"]
    assert (message["id"], len(message["body"])) == (said["message_id"], limit)


# An unknown tool is an error of the protocol in MCP: see tests/transports/mcp.
@pytest.mark.parametrize("scene", FOLLOWING, indirect=True)
async def test_an_unknown_operation_is_refused_by_its_name(scene: Scene) -> None:
    for operation in ("no_such_thing", "claim_turn", "attend"):
        with pytest.raises(Refused, match=operation) as refused:
            await scene.me.call(operation, {})
        assert refused.value.code in ("NOT_FOUND", "-32601", "HUMAN_REQUIRED", "NOT_PERMITTED")


# The others take bytes apart themselves: tests/editor has them for LSP.
@pytest.mark.parametrize("scene", ["local", "websocket"], indirect=True)
async def test_half_a_surrogate_pair_is_refused(scene: Scene) -> None:
    assert await _code(scene.me, "chat", channel="general", body="\ud800") == "VALIDATION_ERROR"


async def _seqs(events: AsyncIterator[dict[str, Any]], until: str) -> tuple[list[int], int]:
    """The numbers of the events up to the message `until`, and the cursor behind it."""
    found: list[int] = []
    async with asyncio.timeout(BOUND_SECONDS):
        async for batch in events:
            found += [event["seq"] for event in batch["events"]]
            if any((event["message"] or {}).get("body") == until for event in batch["events"]):
                return found, batch["cursor"]
    raise AssertionError("the events came to an end")


@pytest.mark.parametrize("scene", FOLLOWING, indirect=True)
async def test_events_are_followed_and_resumed_by_cursor_without_gap_or_repetition(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    for number in range(30):
        await bob.call("chat", {"channel": "general", "body": f"message {number}"})
    first, cursor = await _seqs(scene.me.follow(0), "message 29")
    assert first == list(range(1, len(first) + 1))
    assert cursor == first[-1]
    for number in range(30, 40):
        await bob.call("chat", {"channel": "general", "body": f"message {number}"})
    back = await scene.again()
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        again = await scene.over("websocket", await scene.session("eve", "#general"))
        following = tasks.create_task(_seqs(back.follow(cursor), "message 41"))
        for number in (40, 41):
            await again.call("chat", {"channel": "general", "body": f"message {number}"})
        rest, end = await following
    assert rest == list(range(cursor + 1, end + 1))


@pytest.mark.parametrize("scene", FOLLOWING, indirect=True)
async def test_following_again_on_the_same_connection_tells_nothing_twice(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    await bob.call("chat", {"channel": "general", "body": "message 1"})
    _, cursor = await _seqs(scene.me.follow(0), "message 1")
    for number in range(2, 12):
        await bob.call("chat", {"channel": "general", "body": f"message {number}"})
    rest, end = await _seqs(scene.me.follow(cursor), "message 11")
    assert rest == list(range(cursor + 1, end + 1))
