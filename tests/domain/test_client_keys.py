"""Asking twice happens once: the same key with the same params gives the same answer, whatever lies between."""

from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.refusal import Refusal
from hypothesis import given
from hypothesis import strategies as st

from tests.support.simulated import ADA, GENERAL, SimulatedWorkspace, agent_identity, chat, key_of
from tests.support.simulated_histories import BOB, histories, play


def post(name: str, params: str = "same", body: str = "Hello.") -> c.PostMessage:
    return c.PostMessage(by=ADA, said=chat(body), key=key_of(name, params))


def test_the_same_key_with_the_same_params_gives_the_same_seq_and_no_second_message() -> None:
    workspace = SimulatedWorkspace()
    first = workspace.do(post("k"))
    workspace.say(ADA, "In between.")
    second = workspace.do(post("k"))
    assert (second.seq, second.repeated, second.entries) == (first.seq, True, ())
    assert workspace.state.channels[GENERAL].count == 2


def test_without_a_key_the_same_words_are_two_messages() -> None:
    """The control of the test above."""
    workspace = SimulatedWorkspace()
    assert workspace.say(ADA, "Hello.") != workspace.say(ADA, "Hello.")


def test_the_same_key_with_other_params_is_refused() -> None:
    workspace = SimulatedWorkspace()
    workspace.do(post("k"))
    assert workspace.refusal(post("k", params="other")) == "KEY_REUSED"


def test_within_one_batch_a_key_counts_from_its_first_use() -> None:
    workspace = SimulatedWorkspace()
    first, again, other = workspace.submit(post("k"), post("k"), post("k", params="other"))
    assert isinstance(first, Outcome)
    assert isinstance(again, Outcome)
    assert isinstance(other, Refusal)
    assert (again.seq, again.repeated) == (first.seq, True)
    assert other.code == "KEY_REUSED"
    assert workspace.state.channels[GENERAL].count == 1


def test_a_key_belongs_to_who_used_it_and_to_the_operation() -> None:
    workspace = SimulatedWorkspace()
    guest = workspace.visitor("guest")
    mine = workspace.do(post("k"))
    theirs = workspace.do(post("k").model_copy(update={"by": guest}))
    elsewhere = key_of("k").model_copy(update={"operation": "reply"})
    third = workspace.do(post("k").model_copy(update={"key": elsewhere}))
    assert len({mine.seq, theirs.seq, third.seq}) == 3


def test_a_refused_request_leaves_its_key_free() -> None:
    workspace = SimulatedWorkspace()
    early = post("k").model_copy(update={"said": chat("Hello.", "#later")})
    assert workspace.refusal(early) == "NOT_FOUND"
    workspace.do(c.CreateChannel(by=ADA, channel="#later", purpose=""))
    assert not workspace.do(early).repeated


def test_a_key_is_written_on_the_first_entry_that_it_led_to() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    entries = workspace.do(post("k")).entries
    assert [recorded.key for recorded in entries] == [key_of("k"), None]


def test_a_repeated_post_of_a_turn_that_is_over_still_gets_its_answer() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    said = post("k").model_copy(update={"by": agent_identity("builder", epoch=1)})
    first = workspace.do(said)
    workspace.finish("builder")
    assert workspace.do(said).seq == first.seq


@given(histories, st.integers(0, 7))
def test_no_history_records_a_key_twice(history: list[list[tuple[str, int, int, int]]], again: int) -> None:
    workspace = play(history)
    keyed = {(one.by, one.key.operation, one.key.key): one for one in workspace.entries if one.key is not None}
    assert len(keyed) == sum(1 for one in workspace.entries if one.key is not None)
    for (by, operation, name), recorded in list(keyed.items())[-1 - again :]:
        assert recorded.key is not None
        if by not in ("ada", "bob") or not isinstance(recorded.entry, e.MessagePosted):
            continue
        key = recorded.key.model_copy(update={"operation": operation, "key": name})
        repeated = c.PostMessage(by=ADA if by == "ada" else BOB, said=chat("Whatever."), key=key)
        assert workspace.do(repeated).seq == recorded.seq
