"""The command line itself: what it prints without doing anything, and how it fails."""

import errno
import subprocess
import sys
from pathlib import Path

import click
import pytest
from chatbox.cli import exits
from chatbox.cli.main import COMMANDS, Lazy, chatbox, run

CLIENT = ["post x y", "listen", "approvals", "approve 1", "deny 1 --reason x", "agents", "channels", "trace 1"]
CLIENT += ["search x", "reply 1 x", "propose x y z", "vote 1 for --reason x", "decisions", "tokens rotate"]
SLOW = ("rich", "uvicorn", "starlette", "mcp", "pygls", "aiosqlite", "filelock")
NOT_AT_A_START = ("rich", "mcp", "pygls", "cryptography", "psutil", "websockets.asyncio.client")


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_in_its_help_what_the_list_says(name: str) -> None:
    context = click.Context(chatbox)
    assert isinstance(chatbox, Lazy)
    command = chatbox.get_command(context, name)
    assert command is not None
    assert (command.help or "").startswith(COMMANDS[name])


def test_help_and_version_cost_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == "chatbox 0.1.0\n"
    assert run([]) == 0
    assert "Exit codes: 0 done" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["post"],
        ["post", "general"],
        ["approve", "x"],
        ["up", "--port", "0"],
        ["listen", "--since", "-1"],
    ],
)
def test_wrong_usage_is_64_and_names_the_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 64
    assert "--help`" in capsys.readouterr().err
    assert run([*arguments, "--json"]) == 64
    assert '"code":"USAGE"' in capsys.readouterr().err


def test_a_bug_is_70_with_its_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise ExceptionGroup("tasks", [ZeroDivisionError()])

    monkeypatch.setattr(chatbox, "main", broken)
    assert run(["up"]) == 70
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert told.splitlines()[-1].startswith("chatbox: this is a bug in ChatBox")


def test_a_full_disk_is_called_by_its_name() -> None:
    failed = exits.cannot_read(OSError(errno.ENOSPC, "No space left on device", "/x/journal.db"))
    assert failed.status == 3
    assert failed.message == "the disk is full (/x/journal.db): free some space, then start again"


def _loaded(commands: list[str], folder: Path) -> str:
    """The exit codes of the commands in one process, and which modules of an owner it has loaded then."""
    program = (
        "import sys; from chatbox.cli.main import run\n"
        f"codes = [run(command.split()) for command in {commands!r}]\n"
        f"print(codes, sorted(set(sys.modules) & set({SLOW!r})))"
    )
    environment = {"AGENTCHAT_WORKSPACE": str(folder), "HOME": str(folder), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_commands_that_ask_load_nothing_that_only_an_owner_needs(tmp_path: Path) -> None:
    assert _loaded(CLIENT, tmp_path) == f"{[4] * len(CLIENT)} []\n"


def test_what_a_setup_asks_of_the_service_loads_nothing_that_only_an_owner_needs(tmp_path: Path) -> None:
    assert _loaded(["service health", "service configure"], tmp_path) == "[78, 78] []\n"


def test_an_owner_loads_nothing_that_only_agents_and_clients_need() -> None:
    program = (
        "import sys, chatbox.cli.service, chatbox.service.running\n"
        f"print(sorted(set(sys.modules) & set({NOT_AT_A_START!r})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("asked", "is_loaded"), [(None, "False"), ("another", "True")])
def test_no_plugin_of_pydantic_sees_what_is_said(tmp_path: Path, asked: str | None, is_loaded: str) -> None:
    """The control: somebody asked for less."""
    (tmp_path / "seer.py").write_text("plugin = None\n")
    described = tmp_path / "seer-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: seer\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[pydantic]\nseer = seer:absent\n")
    program = "import sys, chatbox.service.configuration; print('seer' in sys.modules)"
    environment = {"PYTHONPATH": str(tmp_path), "PATH": ""} | ({"PYDANTIC_DISABLE_PLUGINS": asked} if asked else {})
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == is_loaded
