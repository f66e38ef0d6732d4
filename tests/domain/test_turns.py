"""A turn is claimed once, finished in one append, fenced by its epoch, tried a bounded number of times."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.evolve import PENDING_MAX
from chatbox.domain.guard import turns_left
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import SECOND, Bound, Limits

from tests.support.simulated import (
    ADA,
    GENERAL,
    SimulatedWorkspace,
    agent_identity,
    chat,
    declaration,
    question,
)


def started(limits: Limits | None = None) -> SimulatedWorkspace:
    """`builder` is in its first turn."""
    workspace = SimulatedWorkspace(limits)
    workspace.declare(builder="all", reviewer="mentions")
    workspace.say(ADA, "Start.")
    workspace.claim("builder")
    return workspace


def offset(workspace: SimulatedWorkspace, channel: str = GENERAL) -> int:
    return workspace.state.subscriptions["builder", channel].offset


def test_of_many_claims_in_one_batch_the_first_wins() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.say(ADA, "Start.")
    claims = [c.ClaimTurn(agent="builder", supervisor=f"s{i}", credential=f"t{i}") for i in range(5)]
    answers = workspace.submit(*claims)
    assert [isinstance(answer, Outcome) for answer in answers] == [True, False, False, False, False]
    turn = workspace.agent("builder").turn
    assert turn is not None
    assert (turn.supervisor, turn.credential) == ("s0", "t0")


@pytest.mark.parametrize("agent", ["nobody", "reviewer", "ada"])
def test_only_a_waking_agent_has_a_turn_to_claim(agent: str) -> None:
    workspace = started()
    claim = c.ClaimTurn(agent=agent, supervisor="here", credential="t")
    assert workspace.refusal(claim) == "WRONG_STATE"


def test_a_claim_is_bounded_by_what_each_channel_held_at_that_moment() -> None:
    workspace = SimulatedWorkspace()
    builder = declaration("builder", {GENERAL: "all", "#dispatch": "none", "#human": "none"})
    workspace.do(c.DeclareAgents(agents=(builder,)))
    one = workspace.say(ADA, "Start.")
    two = workspace.say(ADA, chat("Aside.", "#dispatch"))
    turn = workspace.claim("builder")
    workspace.say(ADA, "Later.")
    assert set(turn.bounds) == {Bound(channel=GENERAL, through=one), Bound(channel="#dispatch", through=two)}
    (finished,) = workspace.finish("builder")
    assert isinstance(finished, e.TurnFinished)
    assert finished.acknowledged == turn.bounds
    assert (offset(workspace), offset(workspace, "#dispatch")) == (one, two)


def test_the_offset_moves_only_with_the_finish() -> None:
    workspace = started()
    before = offset(workspace)
    by = agent_identity("builder", epoch=1)
    workspace.say(by, "On it.")
    end = workspace.state.channels[GENERAL].last
    assert workspace.led_to(c.Acknowledge(by=by, channel=GENERAL, through=end)) == []
    workspace.fail("builder")
    workspace.rest("builder")
    workspace.claim("builder")
    assert offset(workspace) == before
    workspace.finish("builder", chat("Done."))
    assert offset(workspace) > before


def test_a_supervised_agents_offset_does_not_move_outside_a_turn() -> None:
    """A session that a visiting agent opened under this name before it was declared is still good for a day."""
    workspace = SimulatedWorkspace()
    visiting = workspace.visitor("builder")
    workspace.declare(builder="all")
    said = workspace.say(ADA, "Start.")
    before = offset(workspace)
    workspace.submit(c.Acknowledge(by=visiting, channel=GENERAL, through=said))
    assert offset(workspace) == before


def test_replies_acknowledgement_and_sleep_are_one_list() -> None:
    workspace = started()
    types = [e.type_of(entry) for entry in workspace.finish("builder", chat("@reviewer, look."), chat("Done."))]
    assert types == ["MessagePosted", "AgentWoken", "MessagePosted", "TurnFinished"]
    assert workspace.agent("builder").state == "asleep"


def test_an_agent_that_was_charged_meanwhile_wakes_at_once_for_exactly_that() -> None:
    workspace = started()
    later = workspace.say(ADA, "And this.")
    (finished,) = workspace.finish("builder")
    assert isinstance(finished, e.TurnFinished)
    assert finished.owes
    assert workspace.agent("builder").state == "waking"
    assert [charge.message for charge in workspace.claim("builder").charges] == [later]


def test_chatter_that_the_wake_rule_ignores_does_not_wake_again() -> None:
    workspace = started()
    workspace.say(ADA, "ok")
    workspace.say(agent_identity("builder", epoch=1), "Half way.")
    workspace.finish("builder", chat("Done."))
    assert workspace.agent("builder").state == "asleep"


@pytest.mark.parametrize("epoch", [0, 2, -1])
def test_a_stale_epoch_ends_no_turn(epoch: int) -> None:
    workspace = started()
    finish = c.FinishTurn(agent="builder", epoch=epoch, said=(chat("Late."),))
    fail = c.FailTurn(agent="builder", epoch=epoch, cause="crashed", error="late")
    assert workspace.refusal(finish) == "STALE_EPOCH"
    assert workspace.refusal(fail) == "STALE_EPOCH"


def stale_commands() -> dict[str, c.Command]:
    """What a zombie with the epoch of an ended turn may still try."""
    by = agent_identity("builder", epoch=1)
    return {
        "post": c.PostMessage(by=by, said=chat("Late.")),
        "ask": c.PostMessage(by=by, said=question("Late?", 2)),
        "create a channel": c.CreateChannel(by=by, channel="#late", purpose=""),
        "subscribe": c.Subscribe(by=by, channel="#human"),
        "unsubscribe": c.Unsubscribe(by=by, channel=GENERAL),
        "acknowledge": c.Acknowledge(by=by, channel=GENERAL, through=1),
        "decide": c.DecideApproval(by=by, approval=0, verdict="approved", reason="", via="test"),
    }


@pytest.mark.parametrize("what", stale_commands())
@pytest.mark.parametrize("ending", ["finished", "failed", "paused", "claimed again"])
def test_a_stale_epoch_writes_nothing(what: str, ending: str) -> None:
    workspace = started()
    asked = workspace.say(ADA, question("ok", 1))
    match ending:
        case "finished":
            workspace.finish("builder")
        case "failed":
            workspace.fail("builder")
        case "paused":
            workspace.do(c.DirectAgent(by=ADA, agent="builder", action="pause"))
        case _:
            workspace.fail("builder")
            workspace.rest("builder")
            workspace.claim("builder")
    command = stale_commands()[what]
    if isinstance(command, c.DecideApproval):
        command = command.model_copy(update={"approval": asked})
    before = workspace.state.seq
    workspace.submit(command)
    assert workspace.state.seq == before


@pytest.mark.parametrize("what", [what for what in stale_commands() if what != "acknowledge"])
def test_with_the_live_epoch_the_same_commands_write(what: str) -> None:
    """The control of the test above."""
    workspace = started()
    asked = workspace.say(ADA, question("ok", 1))
    command = stale_commands()[what]
    if isinstance(command, c.DecideApproval):
        command = command.model_copy(update={"approval": asked})
    before = workspace.state.seq
    workspace.submit(command)
    assert workspace.state.seq > before


def test_a_finish_that_is_repeated_finishes_once() -> None:
    workspace = started()
    finish = c.FinishTurn(agent="builder", epoch=1, said=(chat("Done."),))
    first, second = workspace.submit(finish, finish)
    assert isinstance(first, Outcome)
    assert isinstance(second, Refusal)
    assert second.code == "STALE_EPOCH"
    assert workspace.state.channels[GENERAL].count == 2


def test_a_failed_turn_rests_longer_each_time_and_is_parked_after_the_last_attempt() -> None:
    limits = Limits(attempts=4, backoff_first=SECOND, backoff_longest=3 * SECOND)
    workspace = started(limits)
    for attempt, rest in enumerate([1, 2, 3], start=1):
        assert workspace.agent("builder").attempt == attempt
        (failed,) = workspace.fail("builder")
        assert isinstance(failed, e.TurnFailed)
        assert failed.retry_at == workspace.now + rest * SECOND
        workspace.rest("builder")
        workspace.claim("builder")
    failed, parked = workspace.fail("builder")
    assert isinstance(parked, e.AgentParked)
    assert "4 times" in (workspace.agent("builder").parked_because or "")
    assert workspace.agent("builder").state == "parked"


def test_a_good_turn_forgets_the_failed_attempts() -> None:
    workspace = started(Limits(attempts=2))
    workspace.fail("builder")
    workspace.rest("builder")
    workspace.claim("builder")
    workspace.finish("builder")
    workspace.say(ADA, "Again.")
    assert workspace.claim("builder").attempt == 1


def test_a_dismissed_wake_forgets_the_failed_attempts() -> None:
    workspace = started(Limits(root_turns=1, attempts=2))
    workspace.fail("builder")
    workspace.rest("builder")
    dismissed = workspace.led_to(c.ClaimTurn(agent="builder", supervisor="here", credential="t"))[0]
    assert isinstance(dismissed, e.WakeDismissed)
    workspace.say(ADA, "Something else.")
    assert workspace.claim("builder").attempt == 1


def test_nobody_ends_a_back_off_before_its_time() -> None:
    workspace = started()
    assert workspace.refusal(c.EndBackoff(agent="builder")) == "WRONG_STATE"
    workspace.fail("builder")
    assert workspace.refusal(c.EndBackoff(agent="builder")) == "WRONG_STATE"
    workspace.now = (workspace.agent("builder").retry_at or 0) - 1
    assert workspace.refusal(c.EndBackoff(agent="builder")) == "WRONG_STATE"
    workspace.now += 1
    assert workspace.led_to(c.EndBackoff(agent="builder")) == [e.BackoffEnded(agent="builder")]
    assert workspace.refusal(c.EndBackoff(agent="nobody")) == "WRONG_STATE"


def test_a_failed_turn_acknowledges_nothing_and_keeps_what_is_owed() -> None:
    workspace = started()
    before = offset(workspace)
    pending = workspace.agent("builder").pending
    workspace.fail("builder")
    assert offset(workspace) == before
    assert workspace.agent("builder").pending == pending


def test_a_wake_whose_roots_are_spent_is_dismissed_with_a_word() -> None:
    limits = Limits(root_turns=1)
    workspace = started(limits)
    root = workspace.agent("builder").pending[0].root
    assert turns_left(workspace.state, limits, root) == 0
    assert turns_left(workspace.state, limits, root + 1) == 1
    workspace.fail("builder")
    workspace.rest("builder")
    claim = c.ClaimTurn(agent="builder", supervisor="here", credential="t")
    assert workspace.led_to(claim) == [
        e.WakeDismissed(agent="builder", roots=(root,)),
        e.BudgetSpent(root=root, limit="turns"),
    ]
    assert workspace.agent("builder").state == "asleep"


def test_a_turn_is_charged_to_every_root_it_was_woken_by() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    roots = {workspace.say(ADA, body) for body in ("One.", "Two.", "Three.")}
    charges = workspace.claim("builder").charges
    assert {charge.root for charge in charges} == roots
    assert {number: root.turns for number, root in workspace.state.roots.items()} == dict.fromkeys(roots, 1)


def test_a_turn_that_two_messages_of_one_root_woke_is_charged_to_it_once() -> None:
    workspace = started()
    by = agent_identity("builder", epoch=1)
    root = workspace.known.messages[workspace.say(by, "@reviewer, one.")].root
    workspace.say(by, "@reviewer, two.")
    before = workspace.state.roots[root].turns
    workspace.claim("reviewer")
    assert workspace.state.roots[root].turns == before + 1


def test_a_flood_of_charges_is_remembered_within_a_bound_and_answered_whole() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    numbers = [workspace.say(ADA, f"Message {i}.") for i in range(100)]
    agent = workspace.agent("builder")
    assert [charge.message for charge in agent.pending] == numbers[-PENDING_MAX:]
    assert agent.owed == numbers[-1]
    workspace.claim("builder")
    workspace.finish("builder")
    assert offset(workspace) == numbers[-1]
    assert workspace.agent("builder").state == "asleep"


def test_leaving_and_following_again_in_a_turn_takes_no_offset_back() -> None:
    workspace = started()
    by = agent_identity("builder", epoch=1)
    end = workspace.say(by, "On it.")
    workspace.do(c.Unsubscribe(by=by, channel=GENERAL))
    workspace.do(c.Subscribe(by=by, channel=GENERAL, wake="all"))
    assert offset(workspace) == end
    workspace.finish("builder")
    assert offset(workspace) == end
