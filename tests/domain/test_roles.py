"""People who are let in with less than everything, and let go: who may what, who knows what, and until when."""

import pytest
from chatbox.domain import commands as c
from chatbox.domain import entries as e
from chatbox.domain.admission import current, identify
from chatbox.domain.evolve import SESSIONS_MAX
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import (
    AGENT_SCOPES,
    PERSON_SCOPES,
    ROLES,
    SECOND,
    Identity,
    InvitedRole,
    Scope,
)

from tests.support.simulated import (
    ADA,
    GENERAL,
    NEVER,
    SimulatedWorkspace,
    agent_identity,
    chat,
    proposal,
    question,
    reply,
)

SECRET = "#human"
ROLES_OF_GUESTS: tuple[InvitedRole, ...] = ("approver", "member", "observer")


def invitation(name: str = "bob", role: InvitedRole = "member", **fields: object) -> c.InvitePerson:
    defaults = {"channels": None, "expires": NEVER}
    return c.InvitePerson.model_validate({"by": ADA, "person": name, "role": role, **defaults, **fields})


def session(workspace: SimulatedWorkspace, name: str = "bob", digest: str = "b") -> Identity:
    """A page of an invited person, who asks for everything."""
    workspace.do(
        c.OpenSession(participant=name, kind="person", digest=digest, scopes=PERSON_SCOPES, expires=workspace.now + 1)
    )
    found = identify(workspace.state, digest, workspace.now)
    assert isinstance(found, Identity), found
    return found


def guest(workspace: SimulatedWorkspace, role: InvitedRole = "approver") -> Identity:
    """Somebody for whom only #general exists."""
    workspace.do(invitation(role=role, channels=(GENERAL,)))
    return session(workspace)


def code(workspace: SimulatedWorkspace, digest: str = "b") -> str:
    found = identify(workspace.state, digest, workspace.now)
    assert isinstance(found, Refusal), found
    return found.code


def test_each_role_is_part_of_the_one_above_it() -> None:
    owner, approver, member, observer = (set(scopes) for scopes in ROLES.values())
    assert observer < member < approver < owner
    assert Scope.MANAGE not in approver
    assert member == set(AGENT_SCOPES)


@pytest.mark.parametrize("role", ROLES_OF_GUESTS)
def test_a_session_has_what_the_invitation_says_whatever_it_asks_for(role: InvitedRole) -> None:
    workspace = SimulatedWorkspace()
    workspace.do(invitation(role=role, channels=(GENERAL,), expires=workspace.now + SECOND))
    bob = session(workspace)
    assert (bob.kind, bob.scopes, bob.channels) == ("person", frozenset(ROLES[role]), frozenset({GENERAL}))
    assert workspace.state.credentials["b"].expires == workspace.now + SECOND
    workspace.now += SECOND
    assert code(workspace) == "SESSION_EXPIRED"
    again = c.OpenSession(participant="bob", kind="person", digest="c", scopes=PERSON_SCOPES, expires=NEVER)
    assert workspace.refusal(again) == "AUTH_ERROR"


def test_a_newer_invitation_takes_the_place_of_the_former_for_open_sessions_too() -> None:
    workspace = SimulatedWorkspace()
    bob = guest(workspace)
    workspace.do(invitation(role="observer", channels=("#dispatch",)))
    now = current(workspace.state, bob, workspace.now)
    assert isinstance(now, Identity)
    assert (now.scopes, now.channels) == (frozenset({Scope.READ}), frozenset({"#dispatch"}))
    workspace.do(invitation(role="approver"))
    now = current(workspace.state, bob, workspace.now)
    assert isinstance(now, Identity)
    assert (now.scopes, now.channels) == (frozenset(ROLES["approver"]), None)
    # Whoever asked with fewer scopes, as everybody does over MCP, keeps these.
    narrow = bob.model_copy(update={"scopes": frozenset({Scope.READ})})
    now = current(workspace.state, narrow, workspace.now)
    assert isinstance(now, Identity)
    assert now.scopes == {Scope.READ}


def test_an_invited_person_follows_exactly_the_channels_of_the_invitation() -> None:
    workspace = SimulatedWorkspace()
    workspace.do(invitation())
    assert [s.channel for s in workspace.state.followed_by("bob")] == sorted(workspace.state.channels)
    led_to = workspace.led_to(invitation(channels=(GENERAL,)))
    assert [e.type_of(entry) for entry in led_to] == ["Unsubscribed", "Unsubscribed", "PersonInvited"]
    assert [s.channel for s in workspace.state.followed_by("bob")] == [GENERAL]
    assert workspace.refusal(invitation(channels=("#nowhere",))) == "NOT_FOUND"


def test_names_of_others_and_names_that_look_like_them_cannot_be_invited() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    workspace.visitor("guest")
    for name in ("builder", "bui1der", "guest", "Guest", "system", "ADA"):
        assert workspace.refusal(invitation(name)) == "NAME_TAKEN"
    assert workspace.refusal(invitation("ada")) == "WRONG_STATE"


def test_an_agent_takes_no_name_of_somebody_invited_not_even_after_the_dismissal() -> None:
    workspace = SimulatedWorkspace()
    workspace.do(invitation())
    for _ in range(2):
        for name in ("bob", "B0b"):
            hello = c.OpenSession(participant=name, kind="agent", digest="x", scopes=AGENT_SCOPES, expires=NEVER)
            assert workspace.refusal(hello) == "NAME_TAKEN"
        workspace.do(c.DismissParticipant(by=ADA, participant="bob"))


def test_a_dismissal_ends_every_session_and_is_recorded_once() -> None:
    workspace = SimulatedWorkspace()
    bob = guest(workspace)
    session(workspace, digest="another")
    said = workspace.say(bob, "Hello.")
    dismissal = c.DismissParticipant(by=ADA, participant="bob")
    assert workspace.led_to(dismissal) == [e.CredentialsRevoked(participant="bob")]
    assert code(workspace) == code(workspace, "another") == "AUTH_ERROR"
    assert workspace.state.role("bob") is None
    assert workspace.led_to(dismissal) == []
    assert workspace.known.messages[said].author == "bob"
    again = c.OpenSession(participant="bob", kind="person", digest="c", scopes=PERSON_SCOPES, expires=NEVER)
    assert workspace.refusal(again) == "AUTH_ERROR"


def test_what_was_on_its_way_when_its_author_was_dismissed_is_not_recorded() -> None:
    workspace = SimulatedWorkspace()
    bob = guest(workspace)
    late = c.PostMessage(by=bob, said=chat("Too late."))
    renewal = c.OpenSession(by=bob, participant="bob", kind="person", digest="c", scopes=PERSON_SCOPES, expires=NEVER)
    answers = workspace.submit(c.DismissParticipant(by=ADA, participant="bob"), late, renewal)
    assert [one.code for one in answers if isinstance(one, Refusal)] == ["AUTH_ERROR", "AUTH_ERROR"]
    assert "c" not in workspace.state.credentials


def test_a_visiting_agent_is_dismissed_and_can_say_hello_again() -> None:
    workspace = SimulatedWorkspace()
    hello = c.OpenSession(participant="guest", kind="agent", digest="g", scopes=AGENT_SCOPES, expires=NEVER)
    workspace.do(hello)
    workspace.do(c.DismissParticipant(by=ADA, participant="guest"))
    assert code(workspace, "g") == "AUTH_ERROR"
    workspace.do(hello)


def test_who_cannot_be_dismissed() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="all")
    for name, refusal in (
        ("ada", "WRONG_STATE"),
        ("system", "WRONG_STATE"),
        ("builder", "WRONG_STATE"),
        ("eve", "NOT_FOUND"),
    ):
        assert workspace.refusal(c.DismissParticipant(by=ADA, participant=name)) == refusal


def test_nobody_gets_a_persons_session_without_being_the_owner_or_invited() -> None:
    workspace = SimulatedWorkspace()
    eve = c.OpenSession(participant="eve", kind="person", digest="e", scopes=PERSON_SCOPES, expires=NEVER)
    assert workspace.refusal(eve) == "AUTH_ERROR"
    assert "eve" not in workspace.state.participants
    workspace.do(eve.model_copy(update={"participant": "ada"}))


def test_sessions_do_not_grow_without_bound_and_those_that_end_first_go() -> None:
    workspace = SimulatedWorkspace()
    for number in range(SESSIONS_MAX + 5):
        expires = NEVER - 1_000 + number
        workspace.do(
            c.OpenSession(participant="guest", kind="agent", digest=f"{number}", scopes=AGENT_SCOPES, expires=expires)
        )
    held = {known.digest for known in workspace.state.credentials.values() if known.purpose == "session"}
    assert held == {f"{number}" for number in range(5, SESSIONS_MAX + 5)}
    assert isinstance(identify(workspace.state, "ada's token", workspace.now), Identity)


def test_for_a_guest_of_one_channel_the_others_and_what_is_in_them_do_not_exist() -> None:
    workspace = SimulatedWorkspace()
    bob = guest(workspace)
    asker = workspace.visitor("asker", (SECRET,))
    asked = workspace.say(asker, question("May I?", 1, SECRET))
    proposed = workspace.say(asker, proposal("Shall we?", SECRET))
    nowhere = {
        "chat": c.PostMessage(by=bob, said=chat("x", SECRET)),
        "reply": c.PostMessage(by=bob, said=reply(asked, "x")),
        "replace": c.PostMessage(by=bob, said=proposal("x", replaces=proposed)),
        "subscribe": c.Subscribe(by=bob, channel=SECRET),
        "ack": c.Acknowledge(by=bob, channel=SECRET, through=0),
        "pin": c.PinPost(by=bob, message=asked, pinned=True),
        "close": c.ClosePost(by=bob, message=asked, resolution="x"),
        "resolve": c.ResolveMessage(by=bob, message=asked, resolved=True),
        "edit": c.EditMessage(by=bob, message=asked, body="x"),
        "vote": c.CastVote(by=bob, proposal=proposed, choice="for", reason="x"),
        "decide": workspace.decide_approval(bob, asked),
    }
    for name, command in nowhere.items():
        (answer,) = workspace.submit(command)
        assert isinstance(answer, Refusal), name
        assert answer.code == "NOT_FOUND", name
        assert SECRET not in answer.message.replace(f"no channel {SECRET}.", ""), name
    assert workspace.refusal(c.CreateChannel(by=bob, channel="#mine", purpose="")) == "NOT_PERMITTED"
    # Control: the same for somebody without the limit.
    workspace.do(invitation(role="approver"))
    free = identify(workspace.state, "b", workspace.now)
    assert isinstance(free, Identity)
    for name in ("chat", "reply", "subscribe", "pin", "vote", "decide"):
        workspace.do(nowhere[name].model_copy(update={"by": free}))


@pytest.mark.parametrize(
    ("role", "refusal"), [("approver", None), ("member", "HUMAN_REQUIRED"), ("observer", "HUMAN_REQUIRED")]
)
def test_of_the_people_here_only_who_holds_the_scope_decides_for_them(role: InvitedRole, refusal: str | None) -> None:
    workspace = SimulatedWorkspace()
    bob = guest(workspace, role)
    asked = workspace.say(workspace.visitor("asker"), question("Delete?", 2))
    decision = workspace.decide_approval(bob, asked)
    if refusal is None:
        workspace.do(decision)
    else:
        assert workspace.refusal(decision) == refusal


def test_an_approver_never_decides_their_own() -> None:
    workspace = SimulatedWorkspace()
    bob = guest(workspace)
    asked = workspace.say(bob, question("Delete?", 2))
    assert workspace.refusal(workspace.decide_approval(bob, asked)) == "NOT_PERMITTED"


def test_a_guests_message_opens_a_root_and_wakes_agents_as_a_persons() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="mentions")
    bob = guest(workspace, "member")
    said = workspace.say(bob, "@builder, please.")
    woken = [r.entry for r in workspace.entries if isinstance(r.entry, e.AgentWoken)]
    assert [(one.agent, one.root, one.depth) for one in woken] == [("builder", said, 0)]


def test_control_an_agents_message_opens_none() -> None:
    workspace = SimulatedWorkspace()
    workspace.declare(builder="mentions")
    workspace.say(ADA, "Hello.")
    workspace.say(agent_identity("builder"), "@builder, please.")
    assert [r for r in workspace.entries if isinstance(r.entry, e.AgentWoken)] == []
