"""The lifecycle is one table; here every pair of a state and a step is written down again, by hand."""

import pytest
from chatbox.domain import entries as e
from chatbox.domain.evolve import evolve
from chatbox.domain.lifecycle import Lifecycle, Step, after
from chatbox.domain.state import Agent, State
from chatbox.domain.values import Charge

from tests.support.clocks import MORNING

NO = None
STEPS = (
    Step.WOKEN,
    Step.CLAIMED,
    Step.FINISHED,
    Step.FINISHED_OWING,
    Step.FAILED,
    Step.RESTED,
    Step.DISMISSED,
    Step.PARKED,
    Step.RESUMED,
)
#              woken      claimed  finished  owing     failed     rested    dismissed parked    resumed
EXPECTED = {
    "asleep": ("waking", NO, NO, NO, NO, NO, NO, "parked", NO),
    "waking": ("waking", "busy", NO, NO, NO, NO, "asleep", "parked", NO),
    "busy": ("busy", NO, "asleep", "waking", "backoff", NO, NO, "parked", NO),
    "backoff": ("backoff", NO, NO, NO, NO, "waking", NO, "parked", NO),
    "parked": ("parked", NO, NO, NO, NO, NO, NO, NO, "asleep"),
}
PAIRS = [(state, step, leads_to) for state, row in EXPECTED.items() for step, leads_to in zip(STEPS, row, strict=True)]

ENTRIES: dict[Step, e.Entry] = {
    Step.WOKEN: e.AgentWoken(agent="builder", message=7, root=7, depth=0, reason="subscribed"),
    Step.CLAIMED: e.TurnStarted(
        agent="builder",
        epoch=2,
        attempt=1,
        bounds=(),
        charges=(Charge(message=5, root=5, depth=0),),
        credential="token",
        supervisor="here",
    ),
    Step.FINISHED: e.TurnFinished(agent="builder", epoch=1, acknowledged=(), owes=False),
    Step.FINISHED_OWING: e.TurnFinished(agent="builder", epoch=1, acknowledged=(), owes=True),
    Step.FAILED: e.TurnFailed(agent="builder", epoch=1, cause="crashed", retry_at=MORNING),
    Step.RESTED: e.BackoffEnded(agent="builder"),
    Step.DISMISSED: e.WakeDismissed(agent="builder", roots=(5,)),
    Step.PARKED: e.AgentParked(agent="builder", text={"reason": "asked"}),
    Step.RESUMED: e.AgentResumed(agent="builder"),
}


def state_with(lifecycle: str) -> State:
    """An agent in this state, with a turn exactly when it is busy."""
    turn = None
    if lifecycle == Lifecycle.BUSY:
        turn = {"seq": 1, "started_at": 1, "bounds": [], "charges": [], "credential": "t", "supervisor": "h"}
    state = State()
    state.agents["builder"] = Agent.model_validate(
        {"name": "builder", "engine": "stub", "state": lifecycle, "epoch": 1, "turn": turn}
    )
    return state


def test_the_expected_table_has_every_state_and_every_step() -> None:
    assert set(EXPECTED) == {str(state) for state in Lifecycle}
    assert set(STEPS) == set(Step) == set(ENTRIES)


@pytest.mark.parametrize(("state", "step", "leads_to"), PAIRS)
def test_a_step_leads_where_the_table_says_or_nowhere(state: str, step: Step, leads_to: str | None) -> None:
    assert after(Lifecycle(state), step) == leads_to


@pytest.mark.parametrize(("state", "step", "leads_to"), PAIRS)
def test_an_entry_moves_an_agent_through_the_table_and_no_other_way(
    state: str, step: Step, leads_to: str | None
) -> None:
    before = state_with(state)
    recorded = e.Recorded(seq=1, at=MORNING, by="system", entry=ENTRIES[step])
    if leads_to is None:
        with pytest.raises(AssertionError):
            evolve(before, recorded, bytes(32))
        return
    evolve(before, recorded, bytes(32))
    assert before.agents["builder"].state == leads_to


@pytest.mark.parametrize(("state", "step", "leads_to"), [pair for pair in PAIRS if pair[2] is not None])
def test_since_moves_only_when_the_state_does(state: str, step: Step, leads_to: str) -> None:
    before = state_with(state)
    evolve(before, e.Recorded(seq=1, at=MORNING, by="system", entry=ENTRIES[step]), bytes(32))
    assert before.agents["builder"].since == (0 if state == leads_to else MORNING)


@pytest.mark.parametrize("state", [state for state in EXPECTED if state != "busy"])
def test_only_a_busy_agent_keeps_a_turn(state: str) -> None:
    for step, leads_to in zip(STEPS, EXPECTED[state], strict=True):
        if leads_to is None:
            continue
        moved = state_with(state)
        evolve(moved, e.Recorded(seq=1, at=MORNING, by="system", entry=ENTRIES[step]), bytes(32))
        assert (moved.agents["builder"].turn is not None) == (leads_to == "busy")
