"""Which messages lead to turns, and how turns, pauses and failures meet."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from chatbox.domain import entries as e
from chatbox.domain.chain import Record
from chatbox.domain.values import Limits
from chatbox.journal.memory import MemoryJournal
from chatbox.operations.caller import Refused
from chatbox.operations.local import LocalCaller
from chatbox.ports import EngineFailed, JournalFailed, TurnSpec

from tests.supervisor.stage import ALL, QUICK, Actor, Scripted, a_stage, shell
from tests.support.owners import BOUND_SECONDS, eventually


class Held:
    """Implements `Engine`: each turn waits until the test lets it go on."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.specs: list[TurnSpec] = []
        self.cancelled = 0
        self.going_on = asyncio.Event()
        self.fails = False
        self._said = said

    async def run(self, spec: TurnSpec) -> list[dict[str, Any]]:
        self.specs.append(spec)
        try:
            await self.going_on.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fails:
            raise EngineFailed("told to fail")
        return [dict(one) for one in self._said]

    async def has_begun(self, turns: int) -> bool:
        return len(self.specs) >= turns


async def test_nobody_wakes_on_their_own_message(tmp_path: Path) -> None:
    echo = Scripted({"channel": "#general", "body": "@bob I say"})
    async with a_stage(tmp_path, {"bob": Actor(echo, ALL)}) as stage:
        await stage.say("hello")
        await stage.told(e.TurnFinished)
        await stage.say("hello again")
        await stage.told(e.TurnFinished, 2)
        assert len(echo.specs) == 2
        assert [w.reason for _, w in await stage.entries(e.AgentWoken)] == ["subscribed"] * 2


async def test_two_who_always_answer_stop_at_the_budget_of_the_root_and_it_is_said_once(tmp_path: Path) -> None:
    limits = QUICK.model_copy(update={"root_turns": 7, "root_depth": 100})
    engines = {name: Scripted({"channel": "#general", "body": "and then?"}) for name in ("ann", "bob")}
    async with a_stage(tmp_path, {name: Actor(one, ALL) for name, one in engines.items()}, limits) as stage:
        asked = await stage.say("go")
        ((_, spent),) = await stage.told(e.BudgetSpent)
        assert (spent.root, spent.limit) == (asked, "turns")
        for name in engines:
            await stage.becomes(name, "asleep")
        assert sum(len(one.specs) for one in engines.values()) == 7
        preview = await stage.person.call("who_wakes", {"channel": "#general", "body": "and on"})
        assert preview["turns_left"] == 7, "what a person says begins anew"
        await stage.say("and on")
        await stage.told(e.BudgetSpent, 2)
        assert len({b.root for _, b in await stage.entries(e.BudgetSpent)}) == 2


async def test_a_chain_of_answers_stops_at_the_depth_of_the_root(tmp_path: Path) -> None:
    limits = QUICK.model_copy(update={"root_turns": 100, "root_depth": 5})
    engines = {name: Scripted({"channel": "#general", "body": "and then?"}) for name in ("ann", "bob")}
    async with a_stage(tmp_path, {name: Actor(one, ALL) for name, one in engines.items()}, limits) as stage:
        await stage.say("go")
        ((_, spent),) = await stage.told(e.BudgetSpent)
        assert spent.limit == "depth"
        for name in engines:
            await stage.becomes(name, "asleep")
        assert max(m.depth for _, m in await stage.entries(e.MessagePosted)) == 5


async def test_a_pause_during_a_turn_cancels_it_and_a_resume_brings_it_back(tmp_path: Path) -> None:
    held = Held({"channel": "#general", "body": "done"})
    async with a_stage(tmp_path, {"bob": Actor(held)}) as stage:
        await stage.say("@bob hello")
        await eventually(lambda: held.has_begun(1))
        await stage.person.call("pause", {"agent": "bob"})
        assert (await stage.becomes("bob", "parked"))["parked_because"] == "Paused by ada."
        await eventually(lambda: _is(held.cancelled == 1))
        held.going_on.set()
        assert await stage.said_by("bob") == []
        await stage.person.call("resume", {"agent": "bob"})
        await stage.told(e.TurnFinished)
        assert await stage.said_by("bob") == ["done"]


async def test_a_resume_while_the_paused_turn_is_still_ending_leads_to_a_turn(tmp_path: Path) -> None:
    script = "trap '' TERM; echo x >> count; test $(wc -l < count) -gt 1 && exit; while :; do sleep 0.1; done"
    async with a_stage(tmp_path, {"bob": Actor(shell(tmp_path, script))}) as stage:
        await stage.say("@bob hello")
        await eventually(lambda: _is((tmp_path / "count").exists()))
        await stage.person.call("pause", {"agent": "bob"})
        await stage.person.call("resume", {"agent": "bob"})
        await stage.told(e.TurnFinished)


async def test_a_message_during_a_turn_gives_a_second_turn_with_that_message_alone(tmp_path: Path) -> None:
    held = Held()
    async with a_stage(tmp_path, {"bob": Actor(held)}) as stage:
        await stage.say("@bob first")
        await eventually(lambda: held.has_begun(1))
        await stage.say("@bob second")
        await stage.say("not for you")
        await stage.say("@bob third")
        held.going_on.set()
        await stage.told(e.TurnFinished, 2)
        await stage.becomes("bob", "asleep")
        given = [[m.body for m in spec.brief.messages] for spec in held.specs]
        assert given == [["@bob first"], ["@bob second", "not for you", "@bob third"]]


async def test_no_turn_starts_that_no_wake_was_charged_for(tmp_path: Path) -> None:
    flaky = Held({"channel": "#general", "body": "done"})
    flaky.fails = True
    flaky.going_on.set()
    async with a_stage(tmp_path, {"bob": Actor(flaky), "ann": Actor(Scripted(), ALL)}) as stage:
        await stage.say("@bob hello")
        await stage.becomes("bob", "parked")
        flaky.fails = False
        await stage.person.call("resume", {"agent": "bob"})
        await stage.told(e.TurnFinished, 2)
        await stage.person.call("wake", {"agent": "bob"})
        await stage.becomes("bob", "asleep")
        charged: set[tuple[str, int]] = set()
        for _, entry in await stage.entries(e.Entry):
            if isinstance(entry, e.AgentWoken):
                charged.add((entry.agent, entry.message))
            if isinstance(entry, e.TurnStarted):
                assert entry.charges
                assert {(entry.agent, charge.message) for charge in entry.charges} <= charged


async def test_what_is_finished_after_a_pause_is_refused_and_the_supervisor_goes_on(tmp_path: Path) -> None:
    held = Held({"channel": "#general", "body": "too late"})
    async with a_stage(tmp_path, {"bob": Actor(held), "ann": Actor(Scripted())}) as stage:
        await stage.say("@bob hello")
        await eventually(lambda: held.has_begun(1))
        # The turn ends in the moment of the pause: its finish is asked for right behind it.
        held.going_on.set()
        await stage.person.call("pause", {"agent": "bob"})
        await stage.say("@ann are you there?")
        await stage.told(e.TurnFinished)
        assert (await stage.agent("bob"))["state"] in ("parked", "asleep")


class Failing(MemoryJournal):
    """A journal whose disk breaks when the test says so."""

    broken = False

    async def append(self, record: Record, *, after: int) -> None:
        if self.broken:
            raise JournalFailed("the disk is full: free some space")
        await super().append(record, after=after)


@pytest.mark.parametrize("fails", [False, True])
async def test_a_turn_that_ends_after_the_journal_failed_leaves_reading_alone(tmp_path: Path, *, fails: bool) -> None:
    held, journal = Held({"channel": "#general", "body": "done"}), Failing()
    held.fails = fails
    async with a_stage(tmp_path, {"bob": Actor(held)}, journal=journal) as stage:
        await stage.say("@bob hello")
        await eventually(lambda: held.has_begun(1))
        journal.broken = True
        held.going_on.set()
        async with asyncio.timeout(BOUND_SECONDS):
            await stage.parts.workspace.broker.ended.wait()
        with pytest.raises(Refused, match="the disk is full") as refused:
            await stage.say("one more")
        assert refused.value.code == "UNAVAILABLE"
        await eventually(lambda: _is(stage.supervisor.running == 0))
        assert (await stage.person.call("history", {"channel": "general"}))["messages"][0]["body"] == "@bob hello"


class Gated(MemoryJournal):
    """A journal whose appends wait for a gate: what comes meanwhile becomes one batch."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.waiting = asyncio.Event()

    async def append(self, record: Record, *, after: int) -> None:
        self.waiting.set()
        await self.gate.wait()
        await super().append(record, after=after)


async def test_a_turn_claimed_in_the_batch_that_ends_another_ones_rest_is_not_taken_for_lost(tmp_path: Path) -> None:
    journal, bob = Gated(), Held()
    bob.fails = True
    limits = Limits(backoff_first=300_000, backoff_longest=300_000)
    ann = Held()
    async with a_stage(tmp_path, {"ann": Actor(ann), "bob": Actor(bob)}, limits, journal) as stage:
        bob.going_on.set()
        await stage.say("@bob hello")
        await stage.becomes("bob", "backoff")
        journal.gate.clear()
        journal.waiting.clear()
        broker = stage.parts.workspace.broker
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(stage.say("@ann hello"))
            await journal.waiting.wait()
            # The end of bob's rest comes to the writer while it writes; ann's claim comes behind it.
            queue: list[Any] = vars(broker)["_queue"]
            await eventually(lambda: _is(len(queue_of(broker)) == 1 and queue is not None))
            journal.gate.set()
            await first
        await eventually(lambda: ann.has_begun(1))
        ann.going_on.set()
        await stage.told(e.TurnFinished)
        assert [f.cause for _, f in await stage.entries(e.TurnFailed) if f.agent == "ann"] == []


def queue_of(broker: object) -> list[Any]:
    found: list[Any] = vars(broker)["_queue"]
    return found


async def _is(found: object) -> bool:
    return bool(found)


__all__ = ["LocalCaller"]
