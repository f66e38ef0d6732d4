"""Clocks jump; nothing is lost, doubled, expired early, or made to wait for the wrong time to come."""

import asyncio

import pytest
from chatbox.app.clock import SystemClock
from chatbox.broker.broker import Broker
from chatbox.broker.presence import Presence
from chatbox.broker.timekeeping import Timekeeper
from chatbox.domain import commands as c
from chatbox.domain.batch import Outcome
from chatbox.domain.values import SECOND

from tests.broker.opening import Place, bodies, entries_of, opened, post
from tests.support.clocks import ManualClock
from tests.support.owners import BOUND_SECONDS
from tests.support.simulated import ADA, question

HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
JUMPS = (-HOUR, DAY, -10 * YEAR, HOUR, -DAY)


async def times_with_jumps(place: Place) -> list[int]:
    """The times in a journal whose clock jumped between any two messages, and over two restarts."""
    clock = ManualClock()
    for life in range(3):
        async with opened(place, clock) as broker:
            for number, jump in enumerate(JUMPS):
                clock.advance(1)
                clock.jump(jump)
                assert isinstance(await broker.submit(post(f"life {life}, message {number}")), Outcome)
    journal = await place.journal()
    entries = await entries_of(journal)
    await journal.close()
    assert bodies(entries) == [f"life {life}, message {n}" for life in range(3) for n in range(len(JUMPS))]
    return [recorded.at for recorded in entries]


async def test_time_in_the_journal_never_runs_backwards(place: Place) -> None:
    times = await times_with_jumps(place)
    assert times == sorted(times)


async def test_a_journal_that_believes_every_clock_is_found_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above."""
    monkeypatch.setattr(Broker, "now", lambda broker: broker._clock.now())  # noqa: SLF001 - what the clock says
    monkeypatch.setattr("chatbox.domain.batch.max", lambda now, _at: now, raising=False)
    times = await times_with_jumps(place)
    assert times != sorted(times)


@pytest.mark.parametrize("jump", [0, -HOUR, -DAY])
async def test_a_back_off_lasts_as_long_as_it_says_though_the_clock_was_set_back(place: Place, jump: int) -> None:
    """The clock was wrong, was put right, and the owner started again."""
    clock = ManualClock()
    async with opened(place, clock) as broker:
        await broker.submit(post("start"))
    clock.jump(jump)
    async with opened(place, clock) as broker:
        claim = c.ClaimTurn(agent="builder", supervisor="here", credential="t")
        assert isinstance(await broker.submit(claim), Outcome)
        failed = c.FailTurn(agent="builder", epoch=1, cause="crashed", error="it broke")
        assert isinstance(await broker.submit(failed), Outcome)
        clock.advance(broker.limits.backoff_first / SECOND)
        assert isinstance(await broker.submit(c.EndBackoff(agent="builder")), Outcome)


async def test_a_back_off_does_not_end_before_its_time(place: Place) -> None:
    """The control of the test above."""
    clock = ManualClock()
    async with opened(place, clock) as broker:
        await broker.submit(post("start"))
        await broker.submit(c.ClaimTurn(agent="builder", supervisor="here", credential="t"))
        await broker.submit(c.FailTurn(agent="builder", epoch=1, cause="crashed", error="it broke"))
        clock.advance(broker.limits.backoff_first / SECOND / 2)
        assert not isinstance(await broker.submit(c.EndBackoff(agent="builder")), Outcome)


async def test_an_open_question_does_not_expire_however_time_passes(place: Place) -> None:
    clock = ManualClock()
    async with opened(place, clock) as broker:
        asked = await broker.submit(c.PostMessage(by=ADA, said=question("Delete it?", 2)))
        assert isinstance(asked, Outcome)
    clock.jump(10 * YEAR)
    async with opened(place, clock) as broker:
        assert asked.seq in broker.state.approvals


async def test_a_question_with_a_time_expires_by_the_time_that_passes_and_not_by_the_wall_clock(place: Place) -> None:
    clock = ManualClock()
    said = question("Delete it?", 2).model_copy(update={"expires_after": HOUR * SECOND})
    async with opened(place, clock) as broker:
        asked = await broker.submit(c.PostMessage(by=ADA, said=said))
        assert isinstance(asked, Outcome)
        clock.jump(DAY)
        assert not isinstance(await broker.submit(c.ExpireApproval(approval=asked.seq)), Outcome)
        clock.advance(HOUR)
        assert isinstance(await broker.submit(c.ExpireApproval(approval=asked.seq)), Outcome)


async def test_the_timekeeper_closes_a_question_whose_time_is_over_and_wakes_nobody(place: Place) -> None:
    clock = SystemClock()
    said = question("Delete it?", 2).model_copy(update={"expires_after": SECOND // 100})
    async with opened(place, clock) as broker, asyncio.TaskGroup() as tasks:
        asked = await broker.submit(c.PostMessage(by=ADA, said=said))
        assert isinstance(asked, Outcome)
        before = broker.state.seq
        keeping = tasks.create_task(Timekeeper(broker, Presence(clock, 0)).run())
        async with asyncio.timeout(BOUND_SECONDS):
            await broker.announcer.moved(before)
        keeping.cancel()
        assert broker.state.seq == before + 1
        assert asked.seq not in broker.state.approvals
