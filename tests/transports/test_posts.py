"""What becomes of a message, the same through every transport that offers it."""

from typing import Any

import pytest
from chatbox.operations.caller import Caller, Refused

from tests.transports.conftest import Scene


async def _code(caller: Caller, operation: str, **params: Any) -> str:
    with pytest.raises(Refused) as refused:
        await caller.call(operation, params)
    return refused.value.code


async def _post(caller: Caller, body: str = "How do we go on?") -> int:
    asked = {"channel": "#general", "title": "A question", "description": body, "type": "question"}
    return int((await caller.call("start_post", asked))["post_id"])


async def test_ones_own_post_is_pinned_resolved_and_closed(scene: Scene) -> None:
    me = scene.me
    post = {"post_id": await _post(me)}
    assert await me.call("pin_post", post) == {"pinned": True}
    assert await me.call("resolve_message", {"message_id": post["post_id"]}) == {"resolved": True}
    assert await me.call("close_post", {**post, "resolution": "We go on."}) == {"resolution": "We go on."}
    shown = (await me.call("get_post", post))["post"]
    assert (shown["pinned"], shown["resolved"], shown["closed"], shown["resolution"]) == (True, True, True, "We go on.")
    assert await me.call("unpin_post", post) == {"pinned": False}
    assert await me.call("unresolve_message", {"message_id": post["post_id"]}) == {"resolved": False}
    shown = (await me.call("get_post", post))["post"]
    assert (shown["pinned"], shown["resolved"]) == (False, False)


async def test_an_agent_has_no_say_over_anothers_post(scene: Scene) -> None:
    post = await _post(scene.me)
    bob = await scene.agent("bob", "#general")
    assert await _code(bob, "pin_post", post_id=post) == "NOT_AUTHOR"
    assert await _code(bob, "close_post", post_id=post, resolution="No.") == "NOT_AUTHOR"
    assert await _code(bob, "resolve_message", message_id=post) == "NOT_AUTHOR"
    assert await _code(bob, "edit_message", message_id=post, body="No.") == "NOT_AUTHOR"


async def test_what_an_agent_may_not_read_does_not_exist_for_it(scene: Scene) -> None:
    post = await _post(scene.me)
    eve = await scene.agent("eve", "#debug")
    assert await _code(eve, "pin_post", post_id=post) == "NOT_FOUND"
    assert await _code(eve, "vote", post_id=post, choice="for", reason="Why not?") == "NOT_FOUND"
    assert await _code(eve, "wordings", message_id=post) == "NOT_FOUND"
    assert await _code(eve, "deliveries", message_ids=[post]) == "NOT_FOUND"
    assert (await eve.call("search", {"query": "question"}))["messages"] == []
    assert await _code(eve, "search", query="in:general question") == "NOT_PERMITTED"


async def test_an_edit_keeps_what_was_said_before(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    said = (await bob.call("chat", {"channel": "#general", "body": "A line."}))["message_id"]
    await bob.call("edit_message", {"message_id": said, "body": "A better line."})
    thread = await scene.me.call("get_post", {"post_id": said})
    assert thread["post"]["body"] == "A better line."
    assert thread["post"]["edited_at"] is not None
    wordings = (await bob.call("wordings", {"message_id": said}))["wordings"]
    assert [one["body"] for one in wordings] == ["A line.", "A better line."]


async def test_a_proposal_is_voted_on_settled_and_replaced(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    asked = {"channel": "#general", "title": "Tabs", "description": "We use tabs.", "quorum": 2}
    post = (await scene.me.call("propose", asked))["post_id"]
    first = await bob.call("vote", {"post_id": post, "choice": "for", "reason": "They align."})
    assert (first["proposal"]["outcome"], len(first["proposal"]["votes"])) == (None, 1)
    second = await scene.me.call("vote", {"post_id": post, "choice": "for", "reason": "Fine."})
    assert second["proposal"]["outcome"] == "accepted"
    replies = (await scene.me.call("get_post", {"post_id": post}))["replies"]
    assert [one["body"] for one in replies] == ["**Votes for**: They align.", "**Votes for**: Fine."]
    later = (await bob.call("propose", {**asked, "description": "Spaces.", "quorum": 1, "replaces": post}))["post_id"]
    await scene.me.call("vote", {"post_id": later, "choice": "for", "reason": "Better."})
    standing = (await bob.call("decisions", {}))["proposals"]
    assert [one["id"] for one in standing] == [later]
    old = (await scene.me.call("get_post", {"post_id": post}))["post"]["proposal"]
    assert old["replaced_by"] == later


async def test_words_are_found_with_operators(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    first = (await scene.me.call("chat", {"channel": "#general", "body": "The night bus leaves at two."}))["message_id"]
    second = (await bob.call("chat", {"channel": "#general", "body": "Größe: `bus.py`, see the bus."}))["message_id"]

    async def found(query: str) -> list[int]:
        return [one["id"] for one in (await scene.me.call("search", {"query": query}))["messages"]]

    assert await found("bus") == [second, first]
    assert await found('"night bus"') == [first]
    assert await found("bus -night") == [second]
    assert await found("from:bob") == [second]
    assert await found("grosse OR in:general") == []
    assert await found("GROSSE* in:general bus") == []
    assert await found("größe") == [second]
    assert await found("has:code") == [second]
    assert await found("nig* is:chat") == [first]
    assert await found("after:2020-01-01 before:2020-01-02") == []
    assert await _code(scene.me, "search", query="before:yesterday") == "VALIDATION_ERROR"
    assert await _code(scene.me, "search", query="is:nice") == "VALIDATION_ERROR"
    page = await scene.me.call("search", {"query": "bus", "limit": 1})
    assert page["more"]
    rest = await scene.me.call("search", {"query": "bus", "before_id": second})
    assert [one["id"] for one in rest["messages"]] == [first]


async def test_a_reader_with_a_budget_reads_everything_exactly_once(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    await scene.me.call("subscribe", {"channel": "#general"})
    said = [
        (await bob.call("chat", {"channel": "#general", "body": f"{number} " + "x" * 700}))["message_id"]
        for number in range(9)
    ]
    for view in ("full", "digest", "headlines"):
        told: list[int] = []
        gaps: list[dict[str, int]] = []
        params: dict[str, Any] = {"channels": ["#general"], "max_tokens": 900, "timeout_ms": 0}
        heard = await scene.me.call("listen", {**params, "view": view})
        while True:
            told += [one["id"] for one in heard["messages"]]
            gaps += heard["left_out"]
            if not heard["more"]:
                break
            heard = await scene.me.call("listen", {**params, "view": view, "since_id": heard["next"]})
        for gap in gaps:
            since, count = gap["since_id"], 0
            while True:
                span = {"since_id": since, "until_id": gap["until_id"]}
                part = await scene.me.call("listen", {**params, **span, "view": "full"})
                told += [one["id"] for one in part["messages"]]
                count += len(part["messages"])
                since = part["next"]
                if not part["more"]:
                    break
            assert count == gap["count"], view
        assert sorted(told) == said, view


async def test_the_view_of_a_subscription_is_what_listen_gives(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    chosen = await scene.me.call("subscribe", {"channel": "#general", "view": "headlines"})
    assert chosen == {"channel": "#general", "view": "headlines"}
    for number in range(7):
        await bob.call("chat", {"channel": "#general", "body": f"line {number}"})
    heard = await scene.me.call("listen", {"channels": ["#general"], "timeout_ms": 0})
    assert [one["body"] for one in heard["messages"]] == [f"line {number}" for number in range(2, 7)]
    assert [gap["count"] for gap in heard["left_out"]] == [2]


async def test_a_long_thread_and_a_long_post_are_read_in_parts(scene: Scene) -> None:
    words = "".join(f"word{number} " for number in range(400))
    post = await _post(scene.me, words)
    bob = await scene.agent("bob", "#general")
    replies = [(await bob.call("reply", {"post_id": post, "body": words}))["reply_id"] for _ in range(3)]
    body, start = "", 0
    while True:
        part = await scene.me.call("get_post", {"post_id": post, "max_tokens": 600, "body_from": start})
        body += part["post"]["body"]
        if part["body_next"] is None:
            break
        start = part["body_next"]
    assert body == words
    told: list[int] = []
    after = 0
    while True:
        part = await scene.me.call("get_post", {"post_id": post, "max_tokens": 1_500, "after": after})
        told += [one["id"] for one in part["replies"]]
        if not part["more"]:
            break
        after = told[-1]
    assert told == replies


async def test_a_message_with_too_many_mentions_is_refused(scene: Scene) -> None:
    names = " ".join(f"@name-{number}" for number in range(65))
    assert await _code(scene.me, "chat", channel="#general", body=names) == "VALIDATION_ERROR"
    await scene.me.call("chat", {"channel": "#general", "body": names.removesuffix("@name-64")})
