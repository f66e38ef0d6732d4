"""`doctor` names what is wrong and what to do; 1 only when something is."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes import Ended, Place, place


@pytest.fixture
def ill(tmp_path: Path) -> Iterator[Place]:
    """A workspace that was started once; its person has no client on the PATH."""
    with place(tmp_path) as found:
        (tmp_path / "bin").mkdir()
        found.environment |= {"PATH": str(tmp_path / "bin")}
        found.up("--no-supervise")
        found.environment.pop("CLAUDE_CONFIG_DIR", None)
        yield found


def findings(done: Ended) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in done.json}


def test_a_sound_workspace_is_0_with_a_row_for_each_thing(ill: Place) -> None:
    done = ill.run("doctor", "--json")
    found = findings(done)
    assert done.code == 0
    assert list(found) == [
        *("python", "sqlite", "folder", "agents' token", "your token", "journal", "agents.toml", "owner")
    ]
    assert {one["status"] for one in found.values()} <= {"good", "odd"}
    assert found["owner"]["status"] == found["journal"]["status"] == "good"
    rows = ill.run("doctor").out.splitlines()
    assert [row.split("\t")[:2] for row in rows if "python" in row] == [["✓", "python"]]


def test_where_nothing_was_ever_started_nothing_is_wrong(tmp_path: Path) -> None:
    with place(tmp_path) as empty:
        empty.environment |= {"PATH": ""}
        done = empty.run("doctor", "--json")
        assert done.code == 0
        assert findings(done)["owner"]["status"] == findings(done)["folder"]["status"] == "odd"
        assert not empty.state.exists()


@pytest.mark.parametrize("what", ["agents' token", "your token", "journal", "agents.toml", "owner", "missing"])
def test_what_is_wrong_is_named_with_what_to_do(ill: Place, what: str) -> None:
    match what:
        case "agents' token":
            (ill.state / "token").chmod(0o644)
        case "your token":
            ill.person_token().write_text("")
        case "journal":
            ill.run("stop")
            data = (ill.state / "journal.db").read_bytes()
            (ill.state / "journal.db").write_bytes(data.replace(b"JournalCreated", b"JournalCreateD"))
        case "agents.toml":
            (ill.state / "agents.toml").write_text('[[agent]]\nname = "x"\nengine = "magic"\n')
        case "owner":
            endpoint = next(Path(ill.environment["XDG_STATE_HOME"]).rglob("*.json"))
            endpoint.write_text(json.dumps({"url": "http://192.0.2.1:1", "pid": 1, "version": "1"}))
        case _:
            what = "your token"
            ill.person_token().unlink()
    done = ill.run("doctor", "--json")
    assert done.code == 1
    wrong = {name: one for name, one in findings(done).items() if one["status"] == "bad"}
    assert list(wrong) == [what]
    assert wrong[what]["todo"]


def test_a_program_that_is_declared_and_not_there_is_named(ill: Place) -> None:
    text = '[[agent]]\nname = "{0}"\nengine = "command"\nunattended = true\ncommand = ["{0}"]\n'
    (ill.root / "here").write_text("#!/bin/sh\n")
    (ill.root / "here").chmod(0o755)
    (ill.state / "agents.toml").write_text(text.format("gone") + text.format("./here").replace('"./here"\ne', '"h"\ne'))
    done = ill.run("doctor", "--json")
    assert done.code == 1
    assert [one["said"] for one in done.json if one["status"] == "bad"] == ["gone runs gone, which is not there"]


def test_each_clients_entry_is_looked_at(ill: Place) -> None:
    (ill.root / ".mcp.json").write_text('{"mcpServers": {"old": {"command": "python", "args": ["/x/broker.py"]}}}')
    done = ill.run("doctor", "--json")
    assert done.code == 1
    assert findings(done)["claude"]["todo"] == "`chatbox setup claude`"
    assert ill.run("setup", "claude", "--yes").code == 0
    done = ill.run("doctor", "--json")
    assert (done.code, findings(done)["claude"]["status"]) == (0, "good")
    text = (ill.root / ".mcp.json").read_text()
    (ill.root / ".mcp.json").write_text(text.replace("/chatbox", "/not/chatbox"))
    assert "which is not there" in findings(ill.run("doctor", "--json"))["claude"]["said"]
    (ill.root / ".mcp.json").write_text("{ // mine\n}")
    assert findings(ill.run("doctor", "--json"))["claude"]["status"] == "odd"


def test_what_claude_mcp_add_wrote_is_looked_at(ill: Place) -> None:
    """As Claude Code 2.1.197 writes it."""
    broker = {"type": "stdio", "command": "python", "args": ["/x/broker.py"], "env": {}}
    project = {str(ill.root): {"mcpServers": {"old": broker}}}
    (Path(ill.environment["HOME"]) / ".claude.json").write_text(json.dumps({"projects": project}))
    done = ill.run("doctor", "--json")
    assert done.code == 1
    assert findings(done)["claude"]["todo"] == "`claude mcp remove old -s local`, then `chatbox setup claude`"


def test_a_client_that_is_here_and_not_told_is_mentioned(ill: Place) -> None:
    program = Path(ill.environment["PATH"]) / "codex"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    found = findings(ill.run("doctor", "--json"))
    assert (found["codex"]["status"], found["codex"]["todo"]) == ("odd", "`chatbox setup codex`")
    assert "claude" not in found


def test_the_wrong_side_of_wsl_is_named(ill: Place) -> None:
    done = ill.run("doctor", "--json", WSL_DISTRO_NAME="Debian", PATH=os.environ["PATH"])
    assert "wsl" not in findings(done)
