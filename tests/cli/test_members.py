"""`chatbox invite`, `members` and `dismiss`: the owner lets people in, and out."""

import re

import pytest

from tests.support.processes import Place


def test_a_person_is_invited_listed_and_dismissed(shared: Place) -> None:
    invited = shared.run("invite", "bob", "--role", "observer", "--channel", "#general", "--channel", "human")
    assert invited.code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#code=\S+\n", invited.out)
    assert invited.err.startswith("bob is an observer until ")
    (bob,) = (one for one in shared.run("members", "--json").json if one["name"] == "bob")
    assert (bob["kind"], bob["role"], bob["channels"]) == ("person", "observer", ["#general", "#human"])
    row = next(line for line in shared.run("members").out.splitlines() if line.startswith("bob\t"))
    assert row.split("\t")[1:4] == ["person", "observer", "#general #human"]
    assert shared.run("dismiss", "bob", "--json").json == {"id": "bob", "name": "bob", "status": "dismissed"}
    assert shared.run("dismiss", "bob").code == 0
    (bob,) = (one for one in shared.run("members", "--json").json if one["name"] == "bob")
    assert (bob["role"], bob["channels"], bob["expires"]) == (None, None, None)


def test_as_json_the_link_comes_with_what_it_gives(shared: Place) -> None:
    first = shared.run("invite", "eve", "--json").json
    assert (first["name"], first["role"], first["channels"]) == ("eve", "member", None)
    longer = shared.run("invite", "eve", "--days", "365", "--json").json
    assert longer["expires"] > first["expires"]
    assert longer["url"] != first["url"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("invite",), 64),
        (("invite", "x", "--role", "owner"), 64),
        (("invite", "x", "--days", "0"), 64),
        (("invite", "x", "--days", "366"), 64),
        (("invite", "x y"), 1),
        (("invite", "system"), 1),
        (("invite", "x", "--channel", "#nowhere"), 1),
        (("dismiss",), 64),
        (("dismiss", "nobody"), 1),
        (("dismiss", "system"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_told_in_one_line(shared: Place, arguments: tuple[str, ...], code: int) -> None:
    ended = shared.run(*arguments)
    assert ended.code == code
    assert ended.err.startswith("chatbox: ")
    assert ended.err.count("\n") == 1


def test_an_agent_in_its_turn_may_not(shared: Place) -> None:
    assert shared.run("invite", "x", AGENTCHAT_TOKEN="a guess").code == 5


def test_nothing_runs(room: Place) -> None:
    for arguments in (("invite", "x"), ("members",), ("dismiss", "x")):
        assert room.run(*arguments).code == 4
