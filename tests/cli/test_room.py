"""`chatbox room`: opened, listed and closed, by the person of the workspace."""

import re

import pytest

from tests.support.processes import LINK, Place


def test_a_room_is_opened_listed_invited_to_and_closed(shared: Place) -> None:
    opened = shared.run("room", "open", "--name", "Review", "--json").json
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/rooms/review-[0-9a-f]{8}/#password=[a-z2-9-]{19}", opened["link"])
    listed = shared.run("room", "list", "--json").json
    assert [room["id"] for room in listed] == [opened["id"]]
    assert shared.run("room", "--json").json == listed
    assert opened["id"] in shared.run("room", "list").out
    assert opened["password"] not in shared.run("room", "list").out
    invited = shared.run("room", "invite", opened["id"], "--json").json
    assert invited == opened
    assert opened["invitation"] in shared.run("room", "invite", opened["id"]).out
    closed = shared.run("room", "close", opened["id"], "--json")
    assert closed.json == {"id": opened["id"], "status": "closed"}
    again = shared.run("room", "close", opened["id"])
    assert again.code == 1
    assert "No room" in again.err
    assert "No room" in shared.run("room", "invite", opened["id"]).err
    assert shared.run("room", "list", "--json").json == []


def test_open_prints_the_invitation_and_how_to_close_it(shared: Place) -> None:
    opened = shared.run("room", "open", "--password", "three simple words")
    assert opened.code == 0
    assert "Reached from: only this machine." in opened.out
    assert "/#password=three%20simple%20words" in opened.out
    assert "--password 'three simple words'" in opened.out
    assert "?password=" not in opened.out
    assert re.search(r"`chatbox room close room-[0-9a-f]{8}` closes it", opened.out)
    by_name = shared.run("room", "open", "--json", AGENTCHAT_ROOM_PASSWORD="from outside")
    assert by_name.json["password"] == "from outside"


def test_a_weak_password_is_warned_about_when_the_room_leaves_the_machine(shared: Place) -> None:
    out = shared.run("room", "open", "--host", "0.0.0.0", "--password", "secret")  # noqa: S104 - what is tested
    assert "easy to guess" in out.err
    assert "this network" in out.out
    assert shared.run("room", "open", "--password", "secret").err == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("open", "--tunnel", "teleport"), 64),
        (("open", "--port", "0"), 64),
        (("close",), 64),
        (("invite",), 64),
        (("open", "--name", ""), 1),
        (("open", "--password", ""), 1),
        (("open", "--host", "203.0.113.77"), 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_told_in_one_line(shared: Place, arguments: tuple[str, ...], code: int) -> None:
    ended = shared.run("room", *arguments)
    assert ended.code == code
    assert ended.err.startswith("chatbox: ")
    assert ended.err.count("\n") == 1


def test_nothing_runs(room: Place) -> None:
    assert room.run("room", "open").code == 4
    assert room.run("room", "list").code == 4


def test_a_room_is_gone_with_the_process_that_ran_it(room: Place) -> None:
    running = room.start("up", "--no-supervise")
    running.line(LINK.search)
    assert room.run("room", "open").code == 0
    running.end()
    room.up("--no-supervise")
    assert room.run("room", "list", "--json").json == []
