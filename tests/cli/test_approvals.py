"""`approvals`, `approve`, `deny`: a person decides, on what was shown; nobody else does."""

from pathlib import Path

import pytest

from tests.support.processes import Place


@pytest.fixture(scope="module")
def asked(shared: Place) -> str:
    """The token of an agent that asks for approvals."""
    admission = (shared.state / "token").read_text().strip()
    found = shared.ask("hello", admission, name="asker", default_channels=["#general"])["session_token"]
    assert isinstance(found, str)
    return found


def ask(room: Place, token: str, title: str) -> str:
    """A new question; its id."""
    params = ("post", "general", "Shall we?", "--title", title, "--tier", "2", "--json")
    return str(room.run(*params, AGENTCHAT_TOKEN=token).json["id"])


def is_open(room: Place, number: str) -> bool:
    return int(number) in [found["id"] for found in room.run("approvals", "--json").json]


def test_the_demo_asks_a_person_who_approves_and_is_answered(room: Place) -> None:
    (room.root / "README.md").write_text("# Night bus\n")
    room.up("--demo")
    heard = room.start("listen", "--since", "0", "--json")
    assert "@reader please look at `README.md`, and let reviewer check" in heard.line(lambda _line: True)
    heard.line(lambda line: '"tier":2' in line)
    (open_one,) = room.run("approvals", "--json").json
    approved = room.run("approve", str(open_one["id"]), "--comment", "go on")
    assert (approved.code, approved.out) == (0, f"{open_one['id']}\tapproved\n")
    assert "Add a summary to README.md?" in approved.err
    heard.line(lambda line: "approved. “go on”" in line)
    assert room.run("approvals", "--json").json == []
    (decided,) = room.run("approvals", "--all", "--json").json
    assert (decided["status"], decided["reason"], decided["digest"]) == ("approved", "go on", open_one["digest"])


def test_the_demo_begins_once_in_the_life_of_a_journal(room: Place) -> None:
    (room.root / "notes.md").write_text("notes\n")
    room.up("--demo", "--no-supervise").end()
    (room.root / "notes.md").rename(room.root / "other.md")
    room.up("--demo", "--no-supervise")
    (line,) = room.run("listen", "--since", "0", "--timeout", "0.5").out.splitlines()
    assert "@reader please look at `notes.md`" in line


def test_a_denial_carries_its_reason(shared: Place, asked: str) -> None:
    number = ask(shared, asked, "May I?")
    assert shared.run("deny", number).code == 64
    denied = shared.run("deny", number, "--reason", "not now", "--json")
    assert denied.code == 0
    assert (denied.json["id"], denied.json["status"], denied.json["reason"]) == (int(number), "denied", "not now")
    again = shared.run("approve", number, "--json")
    assert again.code == 1
    assert again.error["code"] == "ALREADY_DECIDED"


def test_an_agents_token_decides_nothing(shared: Place, asked: str) -> None:
    admission = (shared.state / "token").read_text().strip()
    other = shared.ask("hello", admission, name="other", default_channels=["#general"])["session_token"]
    number = ask(shared, asked, "May an agent?")
    for command in (("approve", number), ("deny", number, "--reason", "no")):
        refused = shared.run(*command, "--json", AGENTCHAT_TOKEN=other)
        assert refused.code == 5
        assert refused.error["code"] == "HUMAN_REQUIRED"
    assert is_open(shared, number)


def test_without_the_persons_token_nothing_is_decided_and_none_is_made(
    shared: Place, asked: str, tmp_path: Path
) -> None:
    number = ask(shared, asked, "May a stranger?")
    for command in (("approve", number), ("deny", number, "--reason", "no"), ("post", "general", "x"), ("stop",)):
        refused = shared.run(*command, XDG_STATE_HOME=str(tmp_path / "elsewhere"))
        assert refused.code == 5
        assert refused.out == ""
        assert str(tmp_path / "elsewhere") in refused.err
    assert not (tmp_path / "elsewhere").exists()
    assert is_open(shared, number)


def test_another_persons_token_decides_nothing(shared: Place, asked: str, tmp_path: Path) -> None:
    number = ask(shared, asked, "May another person?")
    mine = shared.person_token()
    theirs = tmp_path / mine.relative_to(shared.environment["XDG_STATE_HOME"])
    theirs.parent.mkdir(parents=True)
    theirs.write_text("x" * 43)
    refused = shared.run("approve", number, "--json", XDG_STATE_HOME=str(tmp_path))
    assert refused.code == 5
    assert refused.error["code"] == "AUTH_ERROR"
    assert is_open(shared, number)


def test_a_message_that_asks_nothing_cannot_be_approved(shared: Place) -> None:
    number = shared.run("post", "general", "just words", "--json").json["id"]
    refused = shared.run("approve", str(number))
    assert refused.code == 1
    assert "asks for no approval" in refused.err


def test_deciding_never_starts_what_does_not_run(room: Place) -> None:
    refused = room.run("approve", "1")
    assert refused.code == 4
    assert not room.state.exists()
