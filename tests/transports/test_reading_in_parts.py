"""Lists within a budget: no answer is larger than was asked for, and going on gives everything exactly once."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from chatbox.domain.budget import Step, cost, cost_of_approval, cost_of_delivery, cost_of_step, cost_of_wording
from chatbox.domain.commands import AgentDeclaration, DeclareAgents
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import ApprovalView, DeliveryView, MessageView, TurnView, Wording
from chatbox.operations.caller import Caller, Refused

from tests.support.owners import a_workspace
from tests.transports.conftest import Scene, a_scene

TOKENS_MIN = 600
LARGEST = 200_000
LONG = "日本 and much more. " * 100
"""More than the least budget has room for."""

Answer = dict[str, Any]
Onward = Callable[[Answer], Answer | None]


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """What is asked here is the same over every transport: `test_posts.py`."""
    async with a_scene(a_workspace(tmp_path, monkeypatch), "http") as scene:
        yield scene


async def parts(caller: Caller, operation: str, onward: Onward, **params: Any) -> list[Answer]:
    found = [await caller.call(operation, params)]
    while (more := onward(found[-1])) is not None:
        found.append(await caller.call(operation, {**params, **more}))
    return found


async def whole(caller: Caller, operation: str, onward: Onward, name: str, **params: Any) -> list[list[Any]]:
    """The things that each answer has: few at a time, and by tokens. Both must be all, in order, each once."""
    (entire,) = await parts(caller, operation, onward, **params, limit=500)
    few = await parts(caller, operation, onward, **params, limit=2)
    small = await parts(caller, operation, onward, **params, max_tokens=TOKENS_MIN)
    assert max(len(part[name]) for part in few) == 2
    back = operation == "decisions" or params.get("status") == "all"
    for found in (few, small):
        listed = [one["id"] for part in (reversed(found) if back else found) for one in part[name]]
        assert listed == [one["id"] for one in entire[name]]
    return [part[name] for part in small]


def within(answers: list[list[Any]], shape: Any, price: Callable[[Any], int]) -> None:
    for things in answers:
        assert sum(price(shape.model_validate(one)) for one in things) <= TOKENS_MIN
        assert [one["truncated"] for one in things][1:] == [False] * (len(things) - 1)
    assert any(one["truncated"] for things in answers for one in things)


def behind(name: str, param: str) -> Onward:
    return lambda answer: {param: answer[name][-1]["id"]} if answer["more"] else None


def before(name: str, param: str) -> Onward:
    return lambda answer: {param: answer[name][0]["id"]} if answer["more"] else None


async def post(caller: Caller, number: int, **more: Any) -> int:
    words = LONG if number == 3 else "Short."
    said = {"channel": "#general", "title": f"Post {number}", "description": words, "type": "question", **more}
    return int((await caller.call("start_post", said))["post_id"])


async def test_pins(scene: Scene) -> None:
    for number in range(7):
        await scene.me.call("pin_post", {"post_id": await post(scene.me, number)})
    found = await whole(scene.me, "pins", behind("messages", "after"), "messages", channel="#general")
    within(found, MessageView, cost)


async def test_decisions(scene: Scene) -> None:
    for number in range(7):
        said = {"channel": "#general", "title": f"Proposal {number}", "description": LONG if number == 3 else "So?"}
        await scene.me.call("propose", said)
    for status in ("open", "all"):
        found = await whole(scene.me, "decisions", before("proposals", "before"), "proposals", status=status)
        within(found, MessageView, cost)


async def test_approvals(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    asked = [await post(bob, number, tier=2) for number in range(7)]
    found = await whole(scene.me, "approvals", behind("approvals", "beyond"), "approvals")
    within(found, ApprovalView, cost_of_approval)
    await scene.me.call("approve", {"post_id": asked[0]})
    found = await whole(scene.me, "approvals", before("approvals", "beyond"), "approvals", status="all")
    within(found, ApprovalView, cost_of_approval)
    assert sum(map(len, found)) == len(asked)


async def test_an_approval_that_is_decided_meanwhile_hides_no_other(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    asked = [await post(bob, number, tier=2) for number in range(4)]
    first = await scene.me.call("approvals", {"limit": 2})
    await scene.me.call("approve", {"post_id": asked[0]})
    second = await scene.me.call("approvals", {"limit": 2, "beyond": first["approvals"][-1]["id"]})
    assert [one["id"] for one in first["approvals"] + second["approvals"]] == asked


async def test_wordings(scene: Scene) -> None:
    said = (await scene.me.call("chat", {"channel": "#general", "body": "0"}))["message_id"]
    for number in range(1, 7):
        await scene.me.call("edit_message", {"message_id": said, "body": LONG * 2 if number == 3 else "日" * 500})
    found = await whole(scene.me, "wordings", behind("wordings", "after"), "wordings", message_id=said)
    within(found, Wording, cost_of_wording)


async def test_deliveries(scene: Scene) -> None:
    assert scene.owner is not None
    names = [f"agent-{number}" for number in range(9)]
    agents = tuple(AgentDeclaration(name=name, engine="stub", subscriptions=(("#general", "all"),)) for name in names)
    assert not isinstance(await scene.owner.workspace.broker.submit(DeclareAgents(agents=agents)), Refusal)
    said = [(await scene.me.call("chat", {"channel": "#general", "body": "Look."}))["message_id"] for _ in range(3)]

    def expected(found: list[Answer]) -> bool:
        lines = [(one["id"], one["agent"]) for part in found for one in part["deliveries"]]
        return lines == [(number, name) for number in said for name in names]

    for how in ({"limit": 500}, {"limit": 2}, {"max_tokens": TOKENS_MIN}):
        found = [await scene.me.call("deliveries", {"message_ids": [*said, said[0]], **how})]
        while found[-1]["more"]:
            last = found[-1]["deliveries"][-1]
            rest = {"message_ids": said[said.index(last["id"]) :], "after_agent": last["agent"]}
            found.append(await scene.me.call("deliveries", {**rest, **how}))
        assert expected(found)
        if "max_tokens" in how:
            prices = [sum(cost_of_delivery(DeliveryView(**one)) for one in part["deliveries"]) for part in found]
            assert max(prices) <= TOKENS_MIN


async def test_trace(scene: Scene) -> None:
    bob, eve = await scene.agent("bob", "#general"), await scene.agent("eve", "#general")
    await scene.me.call("chat", {"channel": "#general", "body": "Begin."})
    asked = [await post(bob, number, tier=2) for number in range(6)]
    # Nobody's turns: each message goes back to the one before it.
    number = asked[-1]
    for turn in range(5):
        said = {"channel": "#general", "body": LONG * 3 if turn == 2 else "On."}
        number = (await (bob, eve)[turn % 2].call("chat", said))["message_id"]
    entire = await scene.me.call("trace", {"message_id": number, "limit": 500})
    assert (entire["path_next"], entire["approvals_next"]) == (None, None)
    assert [one["id"] for one in entire["approvals"]] == asked
    assert (len(entire["path"]), entire["path"][-1]["id"], entire["root"]["body"]) == (12, number, "Begin.")
    for how in ({"limit": 2}, {"max_tokens": TOKENS_MIN}):
        first = await scene.me.call("trace", {"message_id": number, **how})
        found: dict[str, list[Answer]] = {"path": [first], "approvals": [first]}
        for way, answers in found.items():
            while (following := answers[-1][f"{way}_next"]) is not None:
                more = {f"{way}_from": following, **how}
                answers.append(await scene.me.call("trace", {"message_id": number, **more}))
        path = [one["id"] for answer in reversed(found["path"]) for one in answer["path"]]
        assert path == [one["id"] for one in entire["path"]]
        assert [one["id"] for answer in found["approvals"] for one in answer["approvals"]] == asked
        if "max_tokens" in how:
            assert all(_price(answer) <= TOKENS_MIN for answers in found.values() for answer in answers)


def _price(answer: Answer) -> int:
    """What a trace costs, its parts together."""
    ends = [MessageView(**end) for end in (answer["message"], answer["root"]) if end is not None]
    turns = {(one["agent"], one["epoch"]): TurnView(**one) for one in answer["turns"]}
    steps = [Step(MessageView(**one), turns.get((one["author"], one["epoch"]))) for one in answer["path"]]
    approvals = [ApprovalView(**one) for one in answer["approvals"]]
    return sum(map(cost, ends)) + sum(map(cost_of_step, steps)) + sum(map(cost_of_approval, approvals))


async def test_a_trace_goes_on_from_nothing_that_the_caller_may_not_read(scene: Scene) -> None:
    hidden = (await scene.me.call("chat", {"channel": "#human", "body": "Among us."}))["message_id"]
    shown = (await scene.me.call("chat", {"channel": "#general", "body": "Hello."}))["message_id"]
    eve = await scene.agent("eve", "#general")
    with pytest.raises(Refused) as refused:
        await eve.call("trace", {"message_id": shown, "path_from": hidden})
    assert refused.value.code == "NOT_FOUND"
    # The control: what it may read leads on.
    assert (await eve.call("trace", {"message_id": shown, "path_from": shown}))["path"][0]["id"] == shown


async def test_the_largest_budget_cuts_nothing(scene: Scene) -> None:
    longest = "x" * 256 * 1024
    said = (await scene.me.call("chat", {"channel": "#general", "body": "Short."}))["message_id"]
    await scene.me.call("edit_message", {"message_id": said, "body": longest})
    found = await scene.me.call("wordings", {"message_id": said, "max_tokens": LARGEST})
    assert [(one["body"], one["truncated"]) for one in found["wordings"]] == [("Short.", False), (longest, False)]
