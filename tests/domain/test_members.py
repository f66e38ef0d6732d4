"""Joining, following, reading: what each command leads to, and what it is refused for."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.batch import Outcome
from chatbox.domain.values import AGENT_SCOPES, PERSON_SCOPES, Identity, Limits, Scope

from tests.support.simulated import ADA, CHANNELS, GENERAL, NEVER, SimulatedWorkspace, agent_identity, declaration

GUEST = agent_identity("guest")


def session(participant: str, kind: str = "agent", **fields: object) -> c.OpenSession:
    defaults = {"digest": f"token {fields}", "scopes": AGENT_SCOPES, "expires": NEVER}
    return c.OpenSession.model_validate({"participant": participant, "kind": kind, **defaults, **fields})


def test_a_new_journal_begins_with_its_identity_the_system_and_the_channels() -> None:
    workspace = SimulatedWorkspace()
    types = [e.type_of(recorded.entry) for recorded in workspace.entries[:5]]
    assert types == ["JournalCreated", "ParticipantJoined", *["ChannelCreated"] * 3]


def test_opening_a_workspace_again_only_adds_what_is_missing() -> None:
    workspace = SimulatedWorkspace()
    assert workspace.led_to(c.OpenWorkspace(journal="1" * 32, channels=CHANNELS)) == []
    more = (*CHANNELS, ("#new", "New."))
    assert workspace.led_to(c.OpenWorkspace(journal="1" * 32, channels=more)) == [
        e.ChannelCreated(channel="#new", text={"purpose": "New."})
    ]
    assert workspace.state.journal == "0" * 32


def test_the_person_follows_every_standing_channel() -> None:
    workspace = SimulatedWorkspace()
    assert [s.channel for s in workspace.state.followed_by("ada")] == sorted(name for name, _ in CHANNELS)


def test_the_same_token_admits_the_person_again_without_an_entry() -> None:
    workspace = SimulatedWorkspace()
    assert workspace.led_to(c.AdmitPerson(person="ada", digest="ada's token")) == []


def test_another_token_is_refused_unless_it_replaces_the_first_which_then_admits_nobody() -> None:
    workspace = SimulatedWorkspace()
    other = c.AdmitPerson(person="ada", digest="other")
    assert workspace.refusal(other) == "IDENTITY_MISMATCH"
    workspace.do(other.model_copy(update={"replace": True}))
    assert workspace.state.credentials.get("ada's token") is None
    assert workspace.state.credentials["other"].holder.participant == "ada"


def test_whoever_replaces_the_token_stays_the_person_this_workspace_knew() -> None:
    workspace = SimulatedWorkspace()
    workspace.do(c.AdmitPerson(person="eve", digest="other", replace=True))
    assert workspace.state.credentials["other"].holder.participant == "ada"
    assert workspace.state.participants.get("eve") is None


@pytest.mark.parametrize("name", ["ada", "ADA", "Ada", "System", "builder", "Builder", "bui1der", "buiIder", "bullder"])
def test_a_visitor_cannot_take_a_name_that_somebody_has_or_one_that_looks_like_it(name: str) -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    assert workspace.refusal(session(name)) == "NAME_TAKEN"


def test_a_visitor_says_hello_again_under_the_same_name_and_keeps_both_sessions() -> None:
    workspace = SimulatedWorkspace()
    workspace.do(session("guest", digest="1"))
    workspace.do(session("guest", digest="2"))
    assert {"1", "2"} <= set(workspace.state.credentials)
    assert workspace.refusal(session("Guest", digest="3")) == "NAME_TAKEN"


def test_an_agent_cannot_be_declared_under_a_persons_name() -> None:
    workspace = SimulatedWorkspace()
    ada = declaration("ada", {GENERAL: "all"})
    assert workspace.refusal(c.DeclareAgents(agents=(ada,))) == "NAME_TAKEN"


def test_an_expired_session_is_swept_by_the_next_one_and_a_living_one_is_not() -> None:
    workspace = SimulatedWorkspace()
    workspace.do(session("guest", digest="short", expires=workspace.now + 1))
    workspace.do(session("guest", digest="long"))
    workspace.now += 1
    workspace.do(session("other", digest="new"))
    assert workspace.state.credentials.get("short") is None
    assert workspace.state.credentials.get("long") is not None


def test_a_session_opens_the_channels_that_it_names_as_far_as_there_is_room() -> None:
    workspace = SimulatedWorkspace(Limits(channels=4))
    workspace.do(session("guest", channels=(GENERAL, "#four", "#four")))
    assert [s.channel for s in workspace.state.followed_by("guest")] == ["#four", GENERAL]
    assert workspace.refusal(session("other", channels=(GENERAL, "#five"))) == "LIMIT_REACHED"
    assert workspace.state.participants.get("other") is None
    workspace.do(session("other", channels=(GENERAL, "#four")))


def test_a_workspace_has_a_bounded_number_of_participants() -> None:
    workspace = SimulatedWorkspace(Limits(participants=3))
    workspace.do(session("one"))
    assert workspace.refusal(session("two")) == "LIMIT_REACHED"
    workspace.do(session("one"))


def test_a_workspace_has_a_bounded_number_of_channels() -> None:
    workspace = SimulatedWorkspace(Limits(channels=4))
    workspace.do(c.CreateChannel(by=ADA, channel="#four", purpose=""))
    assert workspace.refusal(c.CreateChannel(by=ADA, channel="#five", purpose="")) == "LIMIT_REACHED"


def test_a_channel_is_opened_once_and_followed_by_who_opened_it() -> None:
    workspace = SimulatedWorkspace()
    opened = c.CreateChannel(by=ADA, channel="#new", purpose="New.")
    assert workspace.led_to(opened) == [
        e.ChannelCreated(channel="#new", text={"purpose": "New."}),
        e.Subscribed(participant="ada", channel="#new", wake="mentions", offset=0),
    ]
    assert workspace.refusal(opened) == "NAME_TAKEN"


def test_a_new_subscription_starts_at_the_end_of_the_channel() -> None:
    workspace = SimulatedWorkspace()
    said = workspace.say(ADA, "Hello.")
    workspace.visitor("guest")
    assert workspace.state.subscriptions["guest", GENERAL].offset == said


def test_following_again_changes_only_the_wake_rule() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest")
    offset = workspace.state.subscriptions["guest", GENERAL].offset
    workspace.say(ADA, "Hello.")
    again = c.Subscribe(by=GUEST, channel=GENERAL)
    assert workspace.led_to(again) == []
    assert workspace.led_to(again.model_copy(update={"wake": "mentions"})) == []
    assert workspace.led_to(again.model_copy(update={"wake": "none"})) == [
        e.Subscribed(participant="guest", channel=GENERAL, wake="none", offset=offset)
    ]


def test_a_channel_that_does_not_exist_cannot_be_followed_or_read() -> None:
    workspace = SimulatedWorkspace()
    assert workspace.refusal(c.Subscribe(by=ADA, channel="#nowhere")) == "NOT_FOUND"
    assert workspace.refusal(c.Acknowledge(by=ADA, channel="#nowhere", through=0)) == "NOT_FOUND"


def test_leaving_a_channel_that_is_not_followed_changes_nothing() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest", channels=())
    leave = c.Unsubscribe(by=GUEST, channel=GENERAL)
    assert workspace.led_to(leave) == []
    workspace.do(c.Subscribe(by=GUEST, channel=GENERAL))
    assert workspace.led_to(leave) == [e.Unsubscribed(participant="guest", channel=GENERAL)]
    assert workspace.led_to(leave) == []


def test_a_repeated_ack_changes_nothing() -> None:
    workspace = SimulatedWorkspace()
    said = workspace.say(ADA, "Hello.")
    ack = c.Acknowledge(by=ADA, channel=GENERAL, through=said)
    assert workspace.led_to(ack) == [e.Acknowledged(participant="ada", channel=GENERAL, through=said)]
    assert workspace.led_to(ack) == []
    assert workspace.led_to(ack.model_copy(update={"through": said - 1})) == []


def test_an_ack_cannot_go_past_the_end_of_its_channel() -> None:
    workspace = SimulatedWorkspace()
    said = workspace.say(ADA, "Hello.")
    assert workspace.refusal(c.Acknowledge(by=ADA, channel=GENERAL, through=said + 1)) == "VALIDATION_ERROR"


def test_an_ack_needs_a_subscription() -> None:
    workspace = SimulatedWorkspace()
    workspace.visitor("guest", channels=())
    assert workspace.refusal(c.Acknowledge(by=GUEST, channel=GENERAL, through=0)) == "NOT_FOUND"


def test_two_hellos_of_one_name_in_one_batch_join_it_once() -> None:
    workspace = SimulatedWorkspace()
    answers = workspace.submit(session("guest", digest="1"), session("GUEST", digest="2"))
    assert isinstance(answers[0], Outcome)
    assert [p.name for p in workspace.state.participants.values()] == ["system", "ada", "guest"]


def test_who_holds_no_scope_of_a_person_is_none() -> None:
    assert set(AGENT_SCOPES) < set(PERSON_SCOPES)
    assert Scope.DECIDE not in AGENT_SCOPES
    assert Scope.MANAGE not in AGENT_SCOPES
    assert Identity(participant="x", kind="agent", scopes=frozenset(AGENT_SCOPES)).epoch is None


@pytest.mark.parametrize(("one", "other"), [("tim", "tam"), ("agent-1", "agent-2"), ("ann", "anna")])
def test_names_that_nobody_takes_for_each_other_stand_side_by_side(one: str, other: str) -> None:
    workspace = SimulatedWorkspace()
    workspace.do(session(one, digest="1"))
    workspace.do(session(other, digest="2"))
    assert {one, other} <= set(workspace.state.participants)
