"""The state is a fold: replayed, drafted, dumped and loaded, it is the same and behaves the same."""

import json
from typing import Any

import pytest
from chatbox.domain.chain import decode_record, encode_record
from chatbox.domain.entries import Recorded, UnknownEntry
from chatbox.domain.evolve import evolve
from chatbox.domain.state import State, dump, load
from hypothesis import given
from hypothesis import strategies as st

from tests.support.simulated import SimulatedWorkspace, comparable, fold, forgotten
from tests.support.simulated_histories import Move, advance, command, histories, inhabited, moves, play

History = list[list[Move]]


def through_json(state: State) -> State:
    return load(json.loads(json.dumps(dump(state))))


@given(histories)
def test_a_replay_from_entry_1_gives_the_same_state(history: History) -> None:
    workspace = play(history)
    assert comparable(fold(workspace.sealed)) == comparable(workspace.state)


@given(histories)
def test_a_snapshot_gives_the_same_state(history: History) -> None:
    workspace = play(history)
    assert comparable(through_json(workspace.state)) == comparable(workspace.state)


@given(histories, histories)
def test_a_snapshot_and_the_entries_behind_it_give_the_same_state(before: History, behind: History) -> None:
    workspace = play(before)
    snapshot = through_json(workspace.state)
    for batch in behind:
        advance(workspace, batch)
    assert comparable(fold(workspace.sealed[snapshot.seq :], snapshot)) == comparable(workspace.state)


@given(histories, st.lists(moves, min_size=1, max_size=6))
def test_a_loaded_state_decides_as_the_one_that_was_dumped(history: History, batch: list[Move]) -> None:
    workspace = play(history)
    commands = [command(workspace, move) for move in batch]
    original = workspace.decide(workspace.state.draft(), commands)
    loaded = workspace.decide(through_json(workspace.state).draft(), commands)
    assert original == loaded


@given(histories, st.lists(moves, min_size=1, max_size=6))
def test_a_draft_that_is_dropped_leaves_no_trace(history: History, batch: list[Move]) -> None:
    workspace = play(history)
    before = comparable(workspace.state)
    workspace.decide(workspace.state.draft(), [command(workspace, move) for move in batch])
    assert comparable(workspace.state) == before


@given(histories)
def test_a_redacted_journal_folds_to_the_same_state_but_for_its_reasons(history: History) -> None:
    workspace = play(history)
    bare = [forgotten(one) for one in workspace.sealed]
    folded, whole = comparable(fold(bare)), comparable(workspace.state)
    for dumped in (folded, whole):
        agents = dumped["agents"]
        dumped["agents"] = {n: a.model_copy(update={"parked_because": None}) for n, a in agents.items()}
    assert folded == whole


@given(histories)
def test_a_state_holds_no_words_of_any_message(history: History) -> None:
    workspace = play(history)
    kept = json.dumps(dump(workspace.state))
    for recorded in workspace.entries:
        body = (recorded.entry.text or {}).get("body", "")
        assert len(body) < 5 or body not in kept


def test_records_decide_the_same_after_a_trip_through_their_encoding() -> None:
    workspace = inhabited()
    record = workspace.decide(workspace.state.draft(), [command(workspace, ("post", 0, 1, 0))]).record
    assert record is not None
    assert decode_record(encode_record(record)) == record


def test_an_entry_of_an_unknown_type_moves_only_the_end() -> None:
    workspace = SimulatedWorkspace()
    before = comparable(workspace.state)
    new = Recorded(seq=workspace.state.seq + 1, at=1, by="ada", entry=UnknownEntry(type="New", data={"a": 1}))
    evolve(workspace.state, new, b"\x01" * 32)
    after = comparable(workspace.state)
    seq, _, at, journal = before.pop("end")
    assert after.pop("end") == (seq + 1, b"\x01" * 32, at, journal)
    assert after == before


@pytest.mark.parametrize("gap", [-1, 1, 2])
def test_an_entry_that_does_not_follow_is_not_folded(gap: int) -> None:
    workspace = SimulatedWorkspace()
    other = Recorded(seq=workspace.state.seq + 1 + gap, at=1, by="ada", entry=UnknownEntry(type="New", data={}))
    with pytest.raises(AssertionError):
        evolve(workspace.state, other, bytes(32))


@pytest.mark.parametrize(
    "damage",
    [
        lambda snapshot: snapshot.pop("leaf"),
        lambda snapshot: snapshot.update(leaf="not hex"),
        lambda snapshot: snapshot["tables"].pop("agents"),
        lambda snapshot: snapshot["tables"].update(channels=[["#x", {"unknown": 1}]]),
        lambda snapshot: snapshot["tables"].update(roots=[[1]]),
        lambda snapshot: snapshot.update(tables=None),
    ],
)
def test_a_snapshot_of_another_shape_is_refused_with_an_error_that_recovery_expects(damage: Any) -> None:
    snapshot = dump(inhabited().state)
    damage(snapshot)
    with pytest.raises((KeyError, TypeError, ValueError)):
        load(snapshot)
