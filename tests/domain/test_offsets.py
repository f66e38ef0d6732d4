"""Invariant 5: an offset only grows and never passes its channel's end. Invariant 1: numbers are dense."""

from collections import Counter

from chatbox.domain import entries as e
from chatbox.domain.lifecycle import TABLE
from chatbox.domain.state import State
from hypothesis import given

from tests.support.simulated_histories import Move, advance, histories, inhabited, play

History = list[list[Move]]


def offsets(state: State) -> dict[tuple[str, str], int]:
    return {key: subscription.offset for key, subscription in state.subscriptions.items()}


@given(histories)
def test_an_offset_only_grows_and_never_passes_the_end(history: History) -> None:
    workspace = inhabited()
    for batch in history:
        before = offsets(workspace.state)
        advance(workspace, batch)
        for (participant, channel), offset in offsets(workspace.state).items():
            assert offset >= before.get((participant, channel), 0)
            assert offset <= workspace.state.channels[channel].last


@given(histories)
def test_an_agents_offset_moves_only_with_its_turns_finish(history: History) -> None:
    """Leaving a channel and following it again starts at its end; that is not a move of the offset."""
    workspace = inhabited()
    for move in (move for batch in history for move in batch):
        before, seen = offsets(workspace.state), len(workspace.entries)
        live = {agent.name for agent in workspace.state.live_agents()}
        advance(workspace, [move])
        new = [recorded.entry for recorded in workspace.entries[seen:]]
        finished = {entry.agent for entry in new if isinstance(entry, e.TurnFinished)}
        moved = {
            participant
            for (participant, channel), offset in offsets(workspace.state).items()
            if before.get((participant, channel), offset) != offset
        }
        assert moved & live <= finished


@given(histories)
def test_numbers_and_positions_are_dense(history: History) -> None:
    workspace = play(history)
    assert [recorded.seq for recorded in workspace.entries] == list(range(1, len(workspace.entries) + 1))
    positions: Counter[str] = Counter()
    for recorded in workspace.entries:
        if isinstance(recorded.entry, e.MessagePosted):
            positions[recorded.entry.channel] += 1
            assert recorded.entry.position == positions[recorded.entry.channel]


@given(histories)
def test_time_in_the_journal_never_runs_backwards(history: History) -> None:
    workspace = inhabited()
    for number, batch in enumerate(history):
        workspace.pass_time(-3600 if number % 2 else 86_400 if number % 3 == 0 else 0)
        advance(workspace, batch)
    times = [recorded.at for recorded in workspace.entries]
    assert times == sorted(times)


@given(histories)
def test_no_history_leaves_the_lifecycles_table(history: History) -> None:
    workspace = inhabited()
    reachable = {(state, leads_to) for (state, _), leads_to in TABLE.items()}
    for batch in history:
        for move in batch:
            before = {agent.name: agent.state for agent in workspace.state.agents.values()}
            seen = len(workspace.entries)
            advance(workspace, [move])
            single = len(workspace.entries) - seen == 1
            for agent in workspace.state.agents.values():
                assert (agent.turn is not None) == (agent.state == "busy")
                if single and before.get(agent.name, agent.state) != agent.state:
                    assert (before[agent.name], agent.state) in reachable
