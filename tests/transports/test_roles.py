"""Every operation through every transport with every role: a table says who may, and must know every operation."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files, person_token
from chatbox.operations.caller import Caller, Refused
from chatbox.operations.catalogue import OPERATIONS

from tests.support.guests import invited, redeemed
from tests.support.talkers import HttpCaller
from tests.transports.conftest import Scene, around

THROUGH = ("local", "http", "websocket", "mcp")
ROLES = ("observer", "member", "approver", "owner")
"""Each may all that those before it may."""

READING = (
    *("ack", "agents", "approvals", "attachment", "decisions", "deliveries", "get_post", "history", "link", "listen"),
    *(
        "participants",
        "pins",
        "renew_session",
        "rooms",
        "search",
        "subscribe",
        "trace",
        "unsubscribe",
        "who_wakes",
        "whoami",
    ),
    "wordings",
)
POSTING = (
    *("ask_human", "attach", "chat", "close_post", "create_channel", "edit_message", "pin_post", "propose", "reply"),
    *("resolve_message", "start_post", "unpin_post", "unresolve_message", "vote"),
)
DECIDING = ("approve", "deny")
MANAGING = (
    *("close_room", "dismiss", "invite", "list_rooms", "open_room", "pause", "redact", "resume", "rotate_token"),
    *("stop", "wake"),
)
NOBODYS = ("attend", "claim_turn", "fail_turn", "finish_turn", "heartbeat", "hello", "leave")
"""Of no person: an agent's admission, and supervisors."""

LEAST = {
    **dict.fromkeys(READING, "observer"),
    **dict.fromkeys(POSTING, "member"),
    **dict.fromkeys(DECIDING, "approver"),
    **dict.fromkeys(MANAGING, "owner"),
    **dict.fromkeys(NOBODYS, "nobody"),
}
"""What one must at least be. `approve` and `deny` are meant for questions of tier 2."""

ENDING = ("stop", "rotate_token", "dismiss")
"""What would end the scene, or the caller: only asked for by those who may not."""

REFUSALS = {"HUMAN_REQUIRED", "AUTH_ERROR", "NOT_PERMITTED"}


@dataclass(frozen=True, slots=True)
class Staff:
    """A workspace with somebody of every role, and a message of each kind."""

    scene: Scene
    owner: Owner
    tokens: dict[str, str]
    asked: dict[str, int]
    proposed: int
    said: int


@pytest.fixture
async def staff(files: Files) -> AsyncIterator[Staff]:
    files.folder.mkdir()
    files.agents.write_text('[[agent]]\nname = "turner"\nengine = "stub"\n')
    async with (
        owning(files, Options(supervise=False)) as owner,
        around(files, owner.url, "http", owner) as scene,
    ):
        assert owner.person is not None
        root = owner.caller(owner.person)
        tokens = {role: await invited(root, owner.url, f"the-{role}", role=role) for role in ROLES[:-1]}
        tokens["owner"] = person_token(files) or ""
        agent = await scene.agent("asker", "#general", "#human")
        question = {"channel": "general", "title": "T", "description": "?", "type": "plan", "tier": 2}
        asked = {name: (await agent.call("start_post", question))["post_id"] for name in DECIDING}
        proposal = {"channel": "general", "title": "P", "description": "!", "quorum": 9}
        proposed = (await agent.call("propose", proposal))["post_id"]
        said = (await root.call("chat", {"channel": "general", "body": "x"}))["message_id"]
        yield Staff(scene, owner, tokens, asked, proposed, said)


def _params(operation: str, staff: Staff) -> dict[str, Any]:
    """Sound params, so that only who asks decides."""
    post, message = {"post_id": staff.asked["approve"]}, {"message_id": staff.said}
    known: dict[str, dict[str, Any]] = {
        "approve": post,
        "attach": {"sha256": "0" * 64, "size": 1, "data": ""},
        "attachment": {"sha256": "0" * 64},
        "ask_human": {"question": "Well?", "timeout_ms": 0},
        "chat": {"channel": "general", "body": "x"},
        "close_post": {**post, "resolution": "x"},
        "close_room": {"room": "x"},
        "create_channel": {"channel": "new"},
        "deliveries": {"message_ids": [staff.said]},
        "deny": {"post_id": staff.asked["deny"], "reason": "no"},
        "edit_message": {**message, "body": "x"},
        "get_post": post,
        "hello": {"name": "somebody"},
        "invite": {"name": "somebody"},
        "dismiss": {"name": "the-member"},
        "listen": {"channels": ["general"], "timeout_ms": 0},
        "propose": {"channel": "general", "title": "T", "description": "x"},
        "reply": {**post, "body": "x"},
        "search": {"query": "x"},
        "start_post": {"channel": "general", "title": "T", "description": "x", "type": "plan"},
        "vote": {"post_id": staff.proposed, "choice": "for", "reason": "x"},
        "ack": {"channel": "general", "up_to_id": 1},
        "attend": {"supervisor": "s", "agents": []},
        "leave": {"supervisor": "s", "agents": []},
        "claim_turn": {"supervisor": "s", "agent": "turner"},
        "heartbeat": {"agent": "turner", "epoch": 1},
        "finish_turn": {"agent": "turner", "epoch": 1},
        "fail_turn": {"agent": "turner", "epoch": 1, "error": "x"},
    }
    if operation in known:
        return known[operation]
    fields = OPERATIONS[operation].params.model_fields
    return {k: v for k, v in {"channel": "#general", "agent": "turner", **post, **message}.items() if k in fields}


def test_the_table_knows_every_operation_once() -> None:
    every = (*READING, *POSTING, *DECIDING, *MANAGING, *NOBODYS)
    assert sorted(every) == sorted(OPERATIONS)


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_what_the_table_says_and_nothing_else(staff: Staff, role: str, through: str) -> None:
    me = await staff.scene.over(through, staff.tokens[role])
    wrong: list[str] = []
    for name, operation in OPERATIONS.items():
        may = _may(role, name, through)
        if through not in operation.transports or (may and name in ENDING):
            continue
        refused = await _refusal(me, name, _params(name, staff))
        if (refused in REFUSALS or (name, refused) == ("hello", "WRONG_STATE")) == may:
            wrong.append(f"{name}: {refused or 'granted'}")
    assert wrong == []
    assert not staff.owner.workspace.stopping.is_set()


def _may(role: str, operation: str, through: str) -> bool:
    least = LEAST[operation]
    if least == "nobody":
        return False
    # Over MCP everybody is an agent: nothing is decided there, or managed.
    if through == "mcp" and least in ("approver", "owner"):
        return False
    return ROLES.index(role) >= ROLES.index(least)


async def _refusal(me: Caller, operation: str, params: dict[str, Any]) -> str | None:
    try:
        await me.call(operation, params)
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("role", ROLES[:-1])
async def test_a_link_of_ones_own_and_a_renewal_carry_what_one_has_and_no_more(staff: Staff, role: str) -> None:
    root = staff.owner.caller(staff.owner.person) if staff.owner.person else None
    assert root is not None
    what = {"role": role, "channels": ["#general"], "days": 2}
    first = await invited(root, staff.owner.url, "guest", **what)
    # An owner's renewal lasts longer than two days: the guest's must not.
    me = HttpCaller(staff.owner.url, first)
    standing = await me.call("whoami", {})
    assert (standing["role"], standing["channels"]) == (role, ["#general"])
    renewed = str((await me.call("renew_session", {}))["session_token"])
    linked = await redeemed(staff.owner.url, (await me.call("link", {}))["url"])
    assert linked is not None
    for token in (renewed, linked):
        other = HttpCaller(staff.owner.url, token)
        found = await other.call("whoami", {})
        assert {**found, "head": 0} == {**standing, "head": 0}
        again = await other.call("renew_session", {})
        third = HttpCaller(staff.owner.url, str(again["session_token"]))
        assert (await third.call("whoami", {}))["expires"] == standing["expires"]
        await other.close()
        await third.close()
    await me.close()
    held = [c for c in staff.owner.workspace.broker.state.credentials.values() if c.holder.participant == "guest"]
    assert {credential.expires for credential in held} == {standing["expires"]}


async def test_a_link_works_once_and_not_after_a_newer_invitation(staff: Staff) -> None:
    assert staff.owner.person is not None
    root = staff.owner.caller(staff.owner.person)
    url = staff.owner.url
    first = (await root.call("invite", {"name": "guest"}))["url"]
    second = (await root.call("invite", {"name": "guest", "role": "observer"}))["url"]
    assert await redeemed(url, first) is None
    token = await redeemed(url, second)
    assert token is not None
    assert await redeemed(url, second) is None
    me = HttpCaller(url, token)
    assert (await me.call("whoami", {}))["scopes"] == ["read"]
    await me.close()


async def test_links_of_one_participant_take_no_place_from_anothers(staff: Staff) -> None:
    assert staff.owner.person is not None
    root = staff.owner.caller(staff.owner.person)
    theirs = (await root.call("invite", {"name": "guest"}))["url"]
    me = HttpCaller(staff.owner.url, staff.tokens["observer"])
    mine = [(await me.call("link", {}))["url"] for _ in range(12)]
    assert await redeemed(staff.owner.url, mine[0]) is None
    assert await redeemed(staff.owner.url, mine[-1]) is not None
    assert await redeemed(staff.owner.url, theirs) is not None
    await me.close()


async def test_only_the_owner_is_told_of_limits_and_ends(staff: Staff) -> None:
    assert staff.owner.person is not None
    root = staff.owner.caller(staff.owner.person)
    await root.call("invite", {"name": "guest", "channels": ["#general"], "days": 3})
    told = {one["name"]: one for one in (await root.call("participants", {}))["participants"]}
    assert (told["guest"]["role"], told["guest"]["channels"]) == ("member", ["#general"])
    assert told["guest"]["expires"] > 0
    assert (told["root"]["role"], told["asker"]["role"], told["turner"]["role"]) == ("owner", None, None)
    me = HttpCaller(staff.owner.url, staff.tokens["approver"])
    told = {one["name"]: one for one in (await me.call("participants", {}))["participants"]}
    assert (told["guest"]["role"], told["guest"]["channels"], told["guest"]["expires"]) == ("member", None, None)
    await me.close()
    await root.call("dismiss", {"name": "guest"})
    told = {one["name"]: one for one in (await root.call("participants", {}))["participants"]}
    assert (told["guest"]["kind"], told["guest"]["role"]) == ("person", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "guest", "role": "owner"},
        {"name": "guest", "role": "admin"},
        {"name": "guest", "days": 0},
        {"name": "guest", "days": 366},
        {"name": "guest", "channels": []},
        {"name": "gu est"},
        {"name": "turner"},
        {"name": "Asker"},
        {"name": "root"},
        {"name": "guest", "channels": ["#nowhere"]},
    ],
    ids=str,
)
async def test_what_cannot_be_invited_is_refused_and_recorded_nowhere(staff: Staff, wrong: dict[str, Any]) -> None:
    assert staff.owner.person is not None
    root = staff.owner.caller(staff.owner.person)
    before = (await root.call("whoami", {}))["head"]
    with pytest.raises(Refused) as refused:
        await root.call("invite", wrong)
    assert refused.value.code in ("VALIDATION_ERROR", "NAME_TAKEN", "WRONG_STATE", "NOT_FOUND")
    assert (await root.call("whoami", {}))["head"] == before
