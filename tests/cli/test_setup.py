"""`setup` writes one entry into a client's configuration and leaves the rest as it was; `skill` prints the skill."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from chatbox.cli.main import COMMANDS
from chatbox.operations.catalogue import OPERATIONS
from chatbox.setup.clients import CLIENTS, Launch
from chatbox.setup.documents import NotPlain, changed, servers_in
from chatbox.setup.entries import starts_broker, starts_chatbox
from chatbox.setup.skill import skill_text

from tests.support.processes import Place, place

JSON = [name for name, client in CLIENTS.items() if client.form == "json"]
PROJECT = {
    "claude": ".mcp.json",
    "codex": ".codex/config.toml",
    "gemini": ".gemini/settings.json",
    "kimi": ".kimi-code/mcp.json",
    "opencode": "opencode.json",
    "vscode": ".vscode/mcp.json",
    "cursor": ".cursor/mcp.json",
}
USER = {
    "claude": ".claude.json",
    "codex": ".codex/config.toml",
    "gemini": ".gemini/settings.json",
    "kimi": ".kimi-code/mcp.json",
    "opencode": ".config/opencode/opencode.json",
    "cursor": ".cursor/mcp.json",
}
BROKER = {"command": "python", "args": ["/opt/old chatbox/broker.py", "--stdio"]}


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Place]:
    """A workspace whose person has no configuration at all."""
    with place(tmp_path) as found:
        for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "KIMI_CODE_HOME", "XDG_CONFIG_HOME"):
            found.environment.pop(name, None)
        yield found


def servers(client: str, path: Path) -> dict[str, Any]:
    found = servers_in(CLIENTS[client].form, path.read_text(), CLIENTS[client].within)
    return dict(found)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_new_file_starts_this_very_program_for_this_workspace(told: Place, client: str) -> None:
    path = told.root / PROJECT[client]
    done = told.run("setup", client, "--yes", "--json")
    assert (done.code, done.json["status"], done.json["backup"]) == (0, "written", None)
    entry = servers(client, path)["chatbox"]
    command = entry["command"] if isinstance(entry["command"], list) else [entry["command"], *entry["args"]]
    assert command[0] == str(Path(sys.executable).with_name("chatbox"))
    assert command[1:] == ["mcp", "--name", client, "--workspace", str(told.root)]
    again = told.run("setup", client, "--yes", "--json")
    assert (again.code, again.json["status"]) == (0, "unchanged")
    assert told.run("setup", client, "--remove", "--yes").code == 0
    assert "chatbox" not in servers(client, path)
    assert told.run("setup", client, "--remove", "--yes", "--json").json["status"] == "unchanged"


@pytest.mark.parametrize("client", USER)
def test_a_users_own_file_is_found(told: Place, tmp_path: Path, client: str) -> None:
    done = told.run("setup", client, "--user", "--yes", "--name", "ann")
    assert done.code == 0
    path = tmp_path / "home" / USER[client]
    assert "ann" in str(servers(client, path)["chatbox"])
    assert path.stat().st_mode & 0o077 == 0


def test_what_the_program_of_an_entry_says_is_the_protocol(told: Place) -> None:
    """The entry itself is started, in another folder and without a PATH."""
    told.run("setup", "claude", "--yes")
    entry = servers("claude", told.root / ".mcp.json")["chatbox"]
    told.up("--no-supervise")
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
    with subprocess.Popen(
        [entry["command"], *entry["args"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd="/",
        env={"HOME": told.environment["HOME"], "XDG_STATE_HOME": told.environment["XDG_STATE_HOME"]},
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(f"{asked}\n")
        program.stdin.flush()
        answer = json.loads(program.stdout.readline())
        program.stdin.close()
    assert answer["result"]["serverInfo"]["name"] == "chatbox"


@pytest.mark.parametrize("client", JSON)
def test_everything_else_in_json_stays(told: Place, client: str) -> None:
    path = told.root / PROJECT[client]
    path.parent.mkdir(exist_ok=True)
    within = CLIENTS[client].within
    other = {"command": "npx", "args": ["-y", "ö"], "x": 1.5}
    before = json.dumps({"z": [1, 2], within: {"other": other}, "a": None}, indent=4, ensure_ascii=False)
    path.write_text(before)
    path.chmod(0o640)
    done = told.run("setup", client, "--yes", "--json")
    after = path.read_text()
    found = json.loads(after)
    assert list(found) == ["z", within, "a"]
    assert found[within]["other"] == other
    assert after.startswith('{\n    "z"')
    assert not after.endswith("\n")
    assert "\n-" not in re.sub(r"\n---.*|\n-        }", "", done.json["diff"])
    assert Path(done.json["backup"]).read_text() == before
    assert path.stat().st_mode & 0o777 == 0o640
    told.run("setup", client, "--remove", "--yes")
    assert path.read_text() == before


def test_everything_else_in_toml_stays_with_its_comments(told: Place) -> None:
    path = told.root / ".codex/config.toml"
    path.parent.mkdir()
    other = '[mcp_servers.other]\ncommand = "npx"  # keep\nargs = [\n  "-y",\n]\n'
    before = f'# mine\nmodel = "o"   # why\n\n{other}\n[tui]\nx = 1\n'
    path.write_text(before)
    assert told.run("setup", "codex", "--yes").code == 0
    after = path.read_text()
    for line in before.splitlines():
        assert line in after.splitlines()
    assert set(tomllib.loads(after)["mcp_servers"]) == {"other", "chatbox"}
    assert tomllib.loads(after)["tui"] == {"x": 1}
    told.run("setup", "codex", "--remove", "--yes")
    assert tomllib.loads(path.read_text()) == tomllib.loads(before)
    assert "# keep" in path.read_text()


@pytest.mark.parametrize("text", ['{\n  // mine\n  "servers": {}\n}\n', '{"servers": {},}', '{"servers": 1}', "[]"])
def test_what_cannot_be_changed_safely_is_left_with_the_lines_to_add(told: Place, text: str) -> None:
    path = told.root / ".vscode/mcp.json"
    path.parent.mkdir()
    path.write_text(text)
    done = told.run("setup", "vscode", "--yes")
    assert done.code == 1
    assert path.read_text() == text
    lines = done.err[: done.err.index("chatbox: ")]
    assert starts_chatbox(json.loads(lines)["servers"]["chatbox"])
    assert [one.name for one in path.parent.iterdir()] == ["mcp.json"]


@pytest.mark.parametrize("client", CLIENTS)
def test_an_entry_of_the_earlier_system_is_replaced(told: Place, client: str) -> None:
    path = told.root / PROJECT[client]
    path.parent.mkdir(exist_ok=True)
    form, within = CLIENTS[client].form, CLIENTS[client].within
    path.write_text(changed(form, "", within, {"agentchat": BROKER, "other": {"command": "x"}}, set()))
    done = told.run("setup", client, "--yes")
    assert "agentchat starts the earlier system's broker.py: it is replaced" in done.err
    assert set(servers(client, path)) == {"other", "chatbox"}


def test_it_asks_and_a_no_changes_nothing(told: Place) -> None:
    path = told.root / ".mcp.json"
    refused = told.run("setup", "claude", stdin="n\n")
    assert refused.code == 1
    assert "+" in refused.out
    assert not path.exists()
    assert told.run("setup", "claude", "--dry-run", "--json").json["status"] == "shown"
    assert not path.exists()
    assert told.run("setup", "claude", stdin="y\n").code == 0
    assert path.exists()


def test_a_server_of_somebody_else_is_not_overwritten(told: Place) -> None:
    path = told.root / ".mcp.json"
    path.write_text('{"mcpServers": {"chatbox": {"command": "other"}}}')
    assert told.run("setup", "claude", "--yes", "--json").error["code"] == "WRONG_STATE"
    assert told.run("setup", "claude", "--remove", "--yes", "--json").json["status"] == "unchanged"


def test_what_a_link_leads_to_is_written_not_the_link(told: Place, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.json"
    kept.write_text("{}")
    (told.root / ".mcp.json").symlink_to(kept)
    assert told.run("setup", "claude", "--yes").code == 0
    assert (told.root / ".mcp.json").is_symlink()
    assert "chatbox" in kept.read_text()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_windows_path_survives(client: str) -> None:
    program = str(PureWindowsPath(r"C:\Users\Ann Lee\chatbox.exe"))
    root = r"C:\work\100% \"new\""
    known = CLIENTS[client]
    entry = known.entry(Launch(program, ("mcp", "--workspace", root), (("PYTHONPATH", r"C:\x\n"),)))
    text = changed(known.form, "", known.within, {"chatbox": entry}, set())
    found = servers_in(known.form, text, known.within)["chatbox"]
    assert found == entry
    assert starts_chatbox(found)
    assert starts_broker({"command": "py", "args": [r"C:\old\broker.py"]})


@pytest.mark.parametrize(
    "text",
    [
        'mcp_servers = { other = { command = "x" } }\n',
        'mcp_servers.other.command = "x"\n',
        '[mcp_servers]\nother = { command = "x" }\n[tui]\n',
        'a = 1\r\n[mcp_servers.other]\r\ncommand = "x"\r\n',
    ],
)
def test_however_a_table_is_written_it_is_changed_rightly_or_not_at_all(text: str) -> None:
    entry = {"command": "y", "args": ["mcp"]}
    try:
        after = changed("toml", text, "mcp_servers", {"chatbox": entry}, set())
    except NotPlain:
        return
    assert tomllib.loads(after)["mcp_servers"] == {"other": {"command": "x"}, "chatbox": entry}
    assert tomllib.loads(after).keys() == tomllib.loads(text).keys()


@pytest.mark.parametrize(
    "line", ["broker.py", "python broker_daemon.py", "cd /x && python broker.py --stdio", r"'C:\x\broker.py'"]
)
def test_a_broker_inside_a_shells_line_is_seen(line: str) -> None:
    assert starts_broker({"command": "sh", "args": ["-c", line]})
    assert not starts_broker({"command": "sh", "args": ["-c", line.replace("broker", "mybroker")]})


def test_line_ends_of_windows_stay() -> None:
    text = changed("json", '{\r\n  "a": 1\r\n}\r\n', "servers", {"x": {"command": "y"}}, set())
    assert "\n" not in text.replace("\r\n", "")


# The skill.


def test_the_skill_is_put_where_claude_looks(told: Place) -> None:
    assert told.run("setup", "claude", "--skill", "--yes").code == 0
    assert (told.root / ".claude/skills/chatbox/SKILL.md").read_text() == skill_text()
    assert told.run("skill").out == skill_text()
    assert "`chatbox skill` prints it" in told.run("setup", "codex", "--skill", "--yes").err


def test_each_tool_and_command_that_the_skill_names_is_there(shared: Place) -> None:
    text = skill_text()
    tools = {name for name, operation in OPERATIONS.items() if "mcp" in operation.transports}
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", text)) - {"session_token", "chatbox"}
    assert named <= tools | {"ack"}
    commands = [command for command in re.findall(r"`(chatbox [^`]+)`", text) if " " in command]
    assert commands
    token = (shared.state / "token").read_text().strip()
    session = shared.ask("hello", token, name="pupil", default_channels=["#general", "#dispatch"])["session_token"]
    shared.run("post", "general", "a message to retry with")
    (shared.root / "report.txt").write_text("what an example attaches", encoding="utf-8")
    thread = shared.run("post", "general", "x", "--title", "X", "--json").json["id"]
    proposal = shared.run("propose", "general", "T", "x", "--json").json["id"]
    for command in commands:
        words = shlex.split(command)[1:]
        assert words[0] in COMMANDS
        filled = [{"42": str(proposal if words[0] == "vote" else thread)}.get(word, word) for word in words]
        done = shared.run(*filled, AGENTCHAT_TOKEN=session)
        assert done.code == 0, (command, done.err)
