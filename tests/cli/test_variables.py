"""The environment variables: each that is read is declared, and those of earlier systems are answered."""

import re
from pathlib import Path

import chatbox
import pytest
from chatbox.cli.guide import lines
from chatbox.setup.variables import REPLACED, VARIABLES, answers

from tests.support.processes import Place

SOURCES = Path(chatbox.__file__).parent


def test_each_variable_that_is_read_is_declared_and_each_declared_one_is_read() -> None:
    found = set[str]()
    for path in SOURCES.rglob("*.py"):
        if path.name != "variables.py":
            found |= set(re.findall(r'"((?:AGENTCHAT|CHATBOX)_[A-Z_]+)"', path.read_text(encoding="utf-8")))
    assert found == VARIABLES.keys()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("AGENTCHAT_HTTP_HOST", "`chatbox room open --host ADDRESS`"),
        ("AGENTCHAT_MCP_STDIO", "`chatbox mcp`"),
        ("DOORBELL_WATCH", "use `subscriptions` of each agent"),
        ("DOORBELL_INTERVAL", "agents are declared in .agentchat/agents.toml"),
        ("AGENTCHAT_HTTP_PROT", "use AGENTCHAT_HTTP_PORT"),
        ("AGENTCHAT_SOMETHING", "docs/operator-guide.md lists"),
    ],
)
def test_a_variable_without_effect_is_answered_with_what_has_one(name: str, said: str) -> None:
    (line,) = answers(["HOME", "AGENTCHAT_TOKEN", name])
    assert line.startswith(f"{name} has no effect: ")
    assert said in line


def test_each_variable_of_the_earlier_system_is_honoured_or_has_its_replacement_in_the_guides() -> None:
    """They are those that its programs read: `broker_http.py`, `broker_daemon.py` and `run_doorbell.py`."""
    asked = {
        *("WORKSPACE", "AUTH_TOKEN", "HTTP_PORT", "HTTP_HOST", "LAN_IP", "CORS_ORIGINS", "MCP_STDIO"),
        *(f"DOORBELL_{name}" for name in ("MANAGED", "WATCH", "ENGINE", "MODEL", "AUTH_MODE", "SECRET", "POLL_MS")),
    }
    names = {name if name.startswith("DOORBELL_") else f"AGENTCHAT_{name}" for name in asked}
    assert names <= VARIABLES.keys() | REPLACED.keys()
    assert not VARIABLES.keys() & REPLACED.keys()
    migrating = (SOURCES.parents[1] / "docs" / "migrating.md").read_text(encoding="utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in migrating] == []
    page = "\n".join(lines())
    assert all(f"| `{name}` | {instead} |" in page for name, instead in REPLACED.items())


def test_a_start_says_so_in_one_line_and_other_commands_do_not(room: Place) -> None:
    running = room.start("up", "--no-supervise", DOORBELL_X="1", AGENTCHAT_UNKNOWN="1")
    running.line(lambda line: "#code=" in line)
    assert room.run("channels", DOORBELL_X="1").err == ""
    told = running.end().err
    assert [line.split()[0] for line in told.splitlines()[:2]] == ["AGENTCHAT_UNKNOWN", "DOORBELL_X"]


def test_the_guide_names_every_variable_and_every_key_with_a_word_about_it() -> None:
    page = "\n".join(lines())
    for name in VARIABLES:
        assert f"`{name}`" in page
    keys = page.partition("## `.agentchat/agents.toml`")[2].partition("\n## ")[0]
    rows = [row for row in keys.splitlines() if row.startswith("| `")]
    assert rows
    assert all(len(row.split("|")[3].strip()) > len("a word") for row in rows)
