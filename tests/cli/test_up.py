"""`chatbox up`, `stop` and `link`: a workspace begins to run, says where, and ends."""

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import BOUND_SECONDS, LINK, Place


def test_up_prints_one_link_and_serves(room: Place) -> None:
    running = room.up()
    assert room.health()["status"] == "ok"
    ended = running.end()
    assert ended.code == 0
    assert len(LINK.findall(ended.out)) == 1
    assert str(room.root) in ended.out
    assert "Ctrl-C ends it" in ended.out
    assert ended.err == ""
    assert not (room.state / "endpoint.json").exists()


def test_up_with_json_prints_one_object(room: Place) -> None:
    running = room.start("up", "--json")
    running.line(LINK.search)
    ended = running.end(signal.SIGTERM)
    assert ended.code == 0
    assert ended.json.keys() == {"id", "status", "url", "link", "notes"}
    assert ended.json["status"] == "started"
    assert ended.json["id"] == str(room.root)


def test_a_second_up_finds_the_first_and_prints_another_link(room: Place) -> None:
    first = room.up()
    (link,) = LINK.findall("".join(first.lines))
    second = room.run("up")
    assert second.code == 0
    (another,) = LINK.findall(second.out)
    assert another != link
    assert str(room.endpoint()["pid"]) in second.out
    told = room.run("up", "--json").json
    assert told["status"] == "running"
    assert told["id"] == str(room.root)
    assert first.process.poll() is None
    options = room.run("up", "--demo", "--no-supervise")
    assert options.code == 0
    assert "--demo, --no-supervise" in options.err
    assert room.run("up", "--new-person-token").code == 1


def test_a_subfolder_belongs_to_the_workspace_and_workspace_names_another(room: Place, tmp_path: Path) -> None:
    room.up()
    (room.root / "deep" / "down").mkdir(parents=True)
    found = room.run("link", "--workspace", str(room.root / "deep" / "down"))
    assert found.code == 4
    found = room.run("link", AGENTCHAT_WORKSPACE=str(room.root))
    assert found.code == 0
    missing = room.run("up", "--workspace", str(tmp_path / "nowhere"))
    assert missing.code == 3
    assert "nowhere" in missing.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("marker", [".git", ".agentchat"])
def test_up_in_a_subfolder_says_where_the_room_is_and_how_to_have_one_here(room: Place, marker: str) -> None:
    below = room.root / "deep"
    below.mkdir()
    (room.root / marker).mkdir()
    running = room.start("up", "--no-supervise", cwd=below)
    running.line(LINK.search)
    (said,) = running.end().err.splitlines()
    why = "it is the root of this git repository" if marker == ".git" else "a room was started there before"
    assert said == (
        f"The workspace is {room.root}, because {why}; `chatbox up --workspace .` takes this folder instead."
    )
    here = room.start("up", "--no-supervise", "--workspace", ".", cwd=below)
    here.line(LINK.search)
    assert (below / ".agentchat" / "journal.db").exists()
    assert here.end().err == ""


AT_ONCE = """
import os, signal
from chatbox.app import owning
real = owning.announce
def announce(*where):
    real(*where)
    os.kill(os.getpid(), signal.SIGTERM)
owning.announce = announce
from chatbox.cli.main import run
raise SystemExit(run(["up", "--no-supervise"]))
"""
"""An owner that somebody asks to end in the very moment in which it is announced."""


def asked_at_once(room: Place, code: str) -> None:
    ended = room.python(code).ended()
    assert ended.code == 0
    assert not (room.state / "endpoint.json").exists()


def test_a_signal_right_behind_the_announcement_ends_it_in_order(room: Place) -> None:
    asked_at_once(room, AT_ONCE)


def test_control_an_owner_that_listens_to_signals_later_is_killed(room: Place) -> None:
    late = "from chatbox.cli import signals; signals.Ending.take_over = lambda _ending: None\n"
    with pytest.raises(AssertionError, match="-15"):
        asked_at_once(room, late + AT_ONCE)


def test_stop_returns_once_the_owner_has_gone(room: Place) -> None:
    running = room.up()
    stopped = room.run("stop", "--json")
    assert stopped.code == 0
    assert stopped.json == {"id": str(room.root), "status": "stopped"}
    assert running.ended().code == 0
    again = room.run("stop")
    assert again.code == 4
    assert again.err == f"chatbox: nothing is running in {room.root}: start it with `chatbox up`\n"


def test_link_prints_nothing_but_the_link(room: Place) -> None:
    room.up()
    found = room.run("link")
    assert LINK.fullmatch(found.out.strip())
    assert room.run("link", "--json").json.keys() == {"url"}


def test_fresh_ends_what_runs_and_forgets_what_was_said_but_no_token(room: Place) -> None:
    first = room.up()
    assert room.run("post", "general", "this will be forgotten").code == 0
    kept = {path: path.read_bytes() for path in (room.state / "token", room.state / "agents.toml", room.person_token())}
    room.up("--fresh")
    assert first.ended().code == 0
    assert room.run("listen", "--since", "0", "--timeout", "0.5").out == ""
    assert kept == {path: path.read_bytes() for path in kept}


def test_a_lost_persons_token_is_told_and_replaced_only_on_purpose(room: Place) -> None:
    room.up().end()
    room.person_token().unlink()
    running = room.start("up", "--json")
    told = running.line(lambda line: "notes" in line)
    assert '"link":null' in told
    assert "--new-person-token" in told
    assert not list(Path(room.environment["XDG_STATE_HOME"]).rglob("*.token"))
    running.end()
    room.up("--new-person-token")
    assert room.run("post", "general", "it is me again").code == 0


def test_a_port_that_is_taken_is_named(room: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = room.run("up", "--port", str(port))
    assert ended.code == 1
    assert ended.err == (
        f"chatbox: port {port} is taken by another program: end that program, or choose another port with --port\n"
    )


def test_the_port_of_last_time_is_used_again(room: Place) -> None:
    room.up()
    url = room.endpoint()["url"]
    room.run("stop")
    room.up()
    assert room.endpoint()["url"] == url


@pytest.mark.parametrize("name", ["journal.db", "token", "owner.lock"])
def test_a_file_that_cannot_be_used_is_named(room: Place, name: str) -> None:
    # A folder in its place: unlike permissions, that stops root as well.
    (room.state / name).mkdir(parents=True)
    ended = room.run("up")
    assert ended.code == 3
    assert ended.out == ""
    (said,) = ended.err.splitlines()
    assert said.startswith(f"chatbox: {room.state / name} ")
    assert ": " in said.removeprefix("chatbox: ")


def test_damaged_views_are_made_anew(room: Place) -> None:
    room.up().end()
    (room.state / "views.db").write_bytes(b"this is no database" * 100)
    room.up()
    assert room.run("channels").code == 0


def test_a_damaged_journal_is_kept_and_told(room: Place) -> None:
    room.state.mkdir()
    (room.state / "journal.db").write_bytes(b"this is no database" * 100)
    ended = room.run("up")
    assert ended.code == 3
    assert "damaged" in ended.err
    assert "chatbox verify" in ended.err
    assert (room.state / "journal.db").read_bytes().startswith(b"this is no database")


def test_a_wrong_line_of_agents_toml_is_named(room: Place) -> None:
    room.state.mkdir()
    (room.state / "agents.toml").write_text('[[agent]]\nname = "builder"\nengine = "magic"\n')
    ended = room.run("up", "--json")
    assert ended.code == 3
    assert ended.error["message"].startswith(f"{room.state / 'agents.toml'}, line 3: engine: ")


def test_agents_that_cannot_be_declared_are_told_in_one_line(room: Place) -> None:
    room.up().end()
    person = room.run("up", "--json", "--no-supervise", "--port", "x")
    assert person.code == 64
    (room.state / "agents.toml").write_text('[[agent]]\nname = "system"\nengine = "stub"\n')
    ended = room.run("up")
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert "system is, or looks like, system" in ended.err


@contextmanager
def turns(room: Place) -> Iterator[socket.socket]:
    """The agent `slow`: each of its turns connects here, and ends by saying what it is sent."""
    with socket.create_server(("127.0.0.1", 0)) as calls:
        calls.settimeout(BOUND_SECONDS)
        (room.root / "slow.py").write_text(
            f"import json, socket\n"
            f"heard = socket.create_connection({calls.getsockname()!r}).recv(100)\n"
            f"print(json.dumps({{'body': heard.decode()}}))\n"
        )
        room.state.mkdir()
        (room.state / "agents.toml").write_text(
            f'[[agent]]\nname = "slow"\nengine = "command"\nunattended = true\n'
            f"command = ['{sys.executable}', 'slow.py']\n"
        )
        yield calls


def test_turns_that_run_get_a_moment_and_a_second_signal_none(room: Place) -> None:
    with turns(room) as calls:
        running = room.up()
        room.run("post", "general", "@slow are you there?")
        turn, _ = calls.accept()
        with turn:
            running.process.send_signal(signal.SIGINT)
            assert running.process.stderr is not None
            assert "Ctrl-C again ends at once" in running.process.stderr.readline()
            assert running.end(signal.SIGINT).code == 130
            turn.settimeout(BOUND_SECONDS)
            assert turn.recv(1) == b"", "nothing that the turn started outlives it"


def test_a_turn_that_ends_in_time_is_recorded_before_the_end(room: Place) -> None:
    with turns(room) as calls:
        running = room.up()
        posted = room.run("post", "general", "@slow are you there?", "--json").json["id"]
        turn, _ = calls.accept()
        with turn:
            stopped = room.start("stop")
            assert running.process.stderr is not None
            assert "Waiting up to 10 s" in running.process.stderr.readline()
            turn.send(b"yes")
        assert stopped.ended().code == 0
        assert running.ended().code == 0
    room.up("--no-supervise")
    heard = room.run("listen", "--since", str(posted), "--once", "--timeout", "20", "--json").json
    assert (heard["author"], heard["body"]) == ("slow", "yes")
