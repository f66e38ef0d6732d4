"""Decisions that come at once, again, on other words, or too late."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chatbox.domain import decide
from chatbox.domain.commands import DecideApproval
from chatbox.domain.decide import approvals
from chatbox.domain.decide.outline import Outline
from chatbox.domain.refusal import Refusal
from chatbox.operations.caller import Caller, Refused

from tests.support.talkers import HttpCaller, OriginalCaller
from tests.transports.conftest import Scene
from tests.transports.house import House
from tests.transports.mcp.room import PERSON, Memory, refused, room

QUESTIONS = 50
ASK = {"channel": "#general", "description": "Say.", "type": "change-order", "tier": 2}


@dataclass(frozen=True, slots=True)
class Open:
    """A question that waits, who asked it, and what the person is going to say to it."""

    number: int
    author: HttpCaller
    post: int
    digest: str

    @property
    def verdict(self) -> str:
        return "approved" if self.number % 3 else "denied"

    @property
    def reason(self) -> str:
        return f"This is for question {self.number}."

    def answer(self, digest: str | None = None) -> tuple[str, dict[str, Any]]:
        """The call that decides it."""
        words = ("approve", "comment") if self.verdict == "approved" else ("deny", "reason")
        return words[0], {"post_id": self.post, words[1]: self.reason, "digest": digest or self.digest}


async def asked(house: House) -> list[Open]:
    """Fifty open questions of five agents, with the same words."""
    agents = [await house.agent(f"agent{n}", "#general") for n in range(5)]

    async def ask(number: int) -> Open:
        author = agents[number % 5]
        post = (await author.call("start_post", {**ASK, "title": "Go?"}))["post_id"]
        shown = (await author.call("get_post", {"post_id": post}))["approval"]
        return Open(number, author, post, shown["digest"])

    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(ask(number)) for number in range(QUESTIONS)]
    return [one.result() for one in asking]


async def code_of(caller: Caller, operation: str, params: dict[str, Any]) -> str:
    try:
        await caller.call(operation, params)
    except Refused as refusal:
        return refusal.code
    return "done"


async def decided_at_once(house: House) -> tuple[list[str], list[int]]:
    """What the calls came to, and which questions now have an answer that was meant for another."""
    questions = await asked(house)
    people = [house.person for _ in range(8)]
    async with asyncio.TaskGroup() as tasks:
        # The newest first: answers that merely go by turns would cross.
        said = [tasks.create_task(code_of(people[one.number % 8], *one.answer())) for one in reversed(questions)]
    crossed = []
    for one in questions:
        approval = (await one.author.call("get_post", {"post_id": one.post}))["approval"]
        found = (approval["status"], approval["reason"], approval["decided_by"], approval["via"], approval["digest"])
        if found != (one.verdict, one.reason, "root", "http", one.digest):
            crossed.append(one.number)
    return [one.result() for one in said], crossed


async def test_of_fifty_decisions_at_once_each_meets_its_own_question(house: House) -> None:
    assert await decided_at_once(house) == (["done"] * QUESTIONS, [])
    assert (await house.person.call("approvals", {}))["approvals"] == []


async def test_control_where_a_decision_meets_the_oldest_question_they_cross(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the answer is to "the open question", and nothing says which that was."""

    def oldest(outline: Outline, command: DecideApproval) -> Refusal | None:
        first = min(outline.state.approvals)
        return approvals.decide_approval(outline, command.model_copy(update={"approval": first, "digest": None}))

    monkeypatch.setattr(decide, "_RULES", vars(decide)["_RULES"] | {DecideApproval: oldest})
    said, crossed = await decided_at_once(house)
    assert said == ["done"] * QUESTIONS
    assert crossed


async def test_of_fifty_decisions_on_anothers_words_none_counts(house: House) -> None:
    questions = await asked(house)
    others = [*questions[1:], questions[0]]
    person = house.person
    async with asyncio.TaskGroup() as tasks:
        said = [
            tasks.create_task(code_of(person, *one.answer(other.digest)))
            for one, other in zip(questions, others, strict=True)
        ]
    assert [one.result() for one in said] == ["DIGEST_MISMATCH"] * QUESTIONS
    still_open = (await person.call("approvals", {}))["approvals"]
    assert {one["id"] for one in still_open} == {one.post for one in questions}


@pytest.mark.parametrize("scene", ["local"], indirect=True)
async def test_a_decision_that_is_sent_again_is_made_once_and_lends_an_agent_nothing(scene: Scene) -> None:
    bob, eve = await scene.agent("bob", "#general"), await scene.agent("eve", "#general")
    first, second = [(await bob.call("start_post", {**ASK, "title": "Go?"}))["post_id"] for _ in range(2)]
    decision = {"post_id": first, "comment": "Yes.", "client_key": "k1"}
    answer = await scene.me.call("approve", decision)
    assert await scene.me.call("approve", decision) == answer
    assert await code_of(scene.me, "approve", {**decision, "client_key": "k2"}) == "ALREADY_DECIDED"
    assert await code_of(scene.me, "deny", {"post_id": first, "reason": "No."}) == "ALREADY_DECIDED"
    assert await code_of(scene.me, "approve", {**decision, "post_id": second}) == "KEY_REUSED"
    for operation, params in (("approve", decision), ("approve", {**decision, "post_id": second})):
        assert await code_of(eve, operation, params) in ("ALREADY_DECIDED", "HUMAN_REQUIRED")
    assert [one["id"] for one in (await scene.me.call("approvals", {}))["approvals"]] == [second]


@pytest.mark.parametrize("tier", [1, 2])
async def test_after_its_time_a_question_is_decided_by_nobody_through_no_transport(tmp_path: Path, tier: int) -> None:
    memory = Memory(tmp_path)
    async with room(memory) as here, AsyncExitStack() as stack:
        bob = await stack.enter_async_context(here.client(await here.session("bob", "#general"), "2026-07-28"))
        eve = await stack.enter_async_context(here.client(await here.session("eve", "#general"), "legacy"))
        ask = {**ASK, "title": "Go?", "tier": tier, "expires_seconds": 60}
        late, in_time = [(await bob.call_tool("start_post", ask)).structured_content["post_id"] for _ in range(2)]
        people = [HttpCaller(here.url, PERSON), OriginalCaller(here.url, PERSON)]
        memory.clock.advance(59)
        await people[0].call("approve", {"post_id": in_time})
        memory.clock.advance(1)
        for person in people:
            assert await code_of(person, "approve", {"post_id": late}) == "EXPIRED"
            assert await code_of(person, "deny", {"post_id": late, "reason": "No."}) == "EXPIRED"
            await person.close()
        assert await refused(eve, "approve", post_id=late) == "EXPIRED"
        assert await refused(bob, "approve", post_id=late) == "EXPIRED"
        assert await refused(eve, "approve", post_id=in_time) == "ALREADY_DECIDED"
