"""Thousands of stories with crashes, lost and doubled messages, zombies and jumping clocks; no invariant breaks.

`CHATBOX_SEEDS=100000 pytest tests/simulation` widens it. `run(seed)` repeats one story exactly.
"""

import os
from collections import Counter
from typing import Any

import pytest
from chatbox.domain import commands as c
from chatbox.domain.decide.outline import Outline
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State, Turn, dump

from tests.simulation.broker_process import Answer, BrokerProcess, Crashed
from tests.simulation.seeds import run, run_all, run_spread

SEEDS = int(os.environ.get("CHATBOX_SEEDS", "3000"))
CONTROL_SEEDS = 300
"""Within so many stories the checker must find what a control broke."""

EXPECTED = (
    "crashed before append",
    "crashed after append",
    "restarted from a snapshot",
    "restarted from entry 1",
    "answer lost",
    "doubled",
    "repeated",
    "lease lost",
    "rested",
    "zombie",
    "clock jumped",
    "STALE_EPOCH",
    "HUMAN_REQUIRED",
    "DIGEST_MISMATCH",
    "ALREADY_DECIDED",
    "ApprovalDecided",
    "AgentParked",
    "AgentResumed",
    "AgentRetired",
    "BudgetSpent",
    "WakeDismissed",
    "TurnFinished",
)
"""What has to happen in the stories; else they prove nothing."""


@pytest.mark.timeout(max(120, SEEDS // 10))
def test_no_story_breaks_an_invariant() -> None:
    happened, broken = run_spread(SEEDS)
    assert not broken, f"{len(broken)} of {SEEDS} stories broke. The shortest:\n{min(broken, key=len)}"
    missing = [what for what in EXPECTED if happened[what] < max(1, SEEDS // 300)]
    assert not missing, f"hardly ever happened: {missing}"


def test_the_same_seed_is_the_same_story() -> None:
    first, second = run(7), run(7)
    assert isinstance(first, Counter)
    assert first == second


# The controls: each breaks one thing, and the checker must say so.


def findings(expected: str) -> list[str]:
    """What the checker said in the stories that broke; at least one must be about `expected`."""
    _, broken = run_all(range(CONTROL_SEEDS))
    said = [one.splitlines()[0] for one in broken]
    assert any(expected in line for line in said), f"nothing noticed in {CONTROL_SEEDS} stories: {said}"
    return said


def unfenced(outline: Outline, name: str, _epoch: int) -> Turn | Refusal:
    """`_live_turn` without its look at the epoch."""
    agent = outline.state.agents.get(name)
    if agent is None or agent.turn is None:
        return Refusal(code="STALE_EPOCH", message="")
    return agent.turn


def test_without_fencing_a_zombie_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbox.domain.decide.turns._live_turn", unfenced)
    findings("was written by epoch")


def test_without_client_keys_a_doubled_message_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbox.domain.batch._repeated", lambda _command, _facts: None)
    findings("client key")


def test_without_a_budget_an_overspent_root_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbox.domain.guard.spent", lambda *_: None)
    monkeypatch.setattr("chatbox.domain.wake.spent", lambda *_: None)
    findings("turns")


class AnsweringTooEarly(BrokerProcess):
    """Gives its answers before the append: a crash between the two is not noticed by who was answered."""

    def write(self, commands: list[c.Command], now: int, elapsed: int, crash: str | None = None) -> list[Answer]:
        if crash != "before":
            return super().write(commands, now, elapsed, crash)
        kept = (len(self.disk.sealed), len(self.disk.entries))
        try:
            answers = super().write(commands, now, elapsed, None)
        finally:
            del self.disk.sealed[kept[0] :], self.disk.entries[kept[1] :]
        self.__init__(self.disk, self.limits, bytes(32))  # type: ignore[misc] # it died and came back
        return answers


class TearingAppends(BrokerProcess):
    """Loses the last entry of an append when it crashes right behind it."""

    def write(self, commands: list[c.Command], now: int, elapsed: int, crash: str | None = None) -> list[Answer]:
        before = len(self.disk.sealed)
        try:
            return super().write(commands, now, elapsed, crash)
        except Crashed:
            if len(self.disk.sealed) > before + 1:
                self.disk.sealed.pop()
                self.disk.entries.pop()
            raise


def test_an_answer_before_the_append_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.simulation.world.BrokerProcess", AnsweringTooEarly)
    findings("")


def test_a_torn_append_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.simulation.world.BrokerProcess", TearingAppends)
    findings("")


def test_a_snapshot_that_forgets_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(state: State) -> dict[str, Any]:
        snapshot = dump(state)
        snapshot["tables"]["roots"] = []
        return snapshot

    monkeypatch.setattr("tests.simulation.broker_process.dump", forgetful)
    findings("")


def test_an_agent_that_decides_for_a_person_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbox.domain.approval.may_decide", lambda _approval, _by: None)
    findings("approval")


def test_a_broken_story_is_told_with_its_seed_and_every_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatbox.domain.batch._repeated", lambda _command, _facts: None)
    _, broken = run_all(range(CONTROL_SEEDS))
    told = broken[0]
    assert told.startswith("seed ")
    assert "JournalCreated" in told
    assert "batch" in told
