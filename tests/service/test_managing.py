"""`chatbox service install`, `start`, `status`, `stop`, `uninstall`: one behaviour over different service managers."""

import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Home, free_port

STAND_IN = Path(__file__).with_name("stand_in.py")


class Managed(Home):
    """A home with a service manager that is a stand-in."""

    def __init__(self, folder: Path, name: str) -> None:
        """`name` is nssm or systemctl."""
        super().__init__(folder)
        self.manager = folder / "manager"
        self.manager.mkdir()
        program = self.manager / name
        program.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
        program.chmod(0o755)
        self.environment["PATH"] = f"{self.manager}{os.pathsep}{self.environment['PATH']}"
        if name == "nssm":
            self.environment["CHATBOX_NSSM"] = str(program)

    def told(self) -> list[list[str]]:
        """What the manager was told."""
        return [json.loads(line) for line in (self.manager / "told.jsonl").read_text().splitlines()]

    @property
    def pid(self) -> int | None:
        """The service's process."""
        state = self.manager / "state.json"
        found: dict[str, Any] = json.loads(state.read_text()) if state.exists() else {}
        return found.get("pid")

    def close(self) -> None:
        """Also the service, which is nobody's child."""
        super().close()
        if self.pid is not None and Path(f"/proc/{self.pid}").exists():
            os.kill(self.pid, signal.SIGKILL)


@pytest.fixture(params=["nssm", "systemctl"])
def managed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Managed]:
    """Each kind in turn."""
    found = Managed(tmp_path, request.param)
    try:
        yield found
    finally:
        found.close()


def test_a_service_is_installed_started_stopped_and_taken_away_and_what_was_said_stays(managed: Managed) -> None:
    assert managed.run("service", "status").code == 4
    managed.configured(managed.root, managed.other)
    installed = managed.run("service", "install")
    assert installed.code == 0, installed.err
    status = managed.run("service", "status", "--json")
    assert status.code == 0
    assert status.json["state"] == "running"
    assert [one["healthy"] for one in status.json["workspaces"]] == [True, True]
    assert managed.run("post", "#general", "hello").code == 0
    assert managed.run("stop", "--workspace", str(managed.other)).code == 0
    assert managed.run("service", "status").code == 1
    assert managed.run("service", "stop").code == 0
    assert managed.run("service", "status").code == 3
    assert managed.run("service", "start").code == 0
    before = managed.pid
    assert managed.run("service", "install").code == 0
    assert managed.pid != before
    assert managed.run("service", "uninstall").code == 0
    assert managed.run("service", "status").code == 4
    assert managed.run("service", "uninstall").code == 0
    assert (managed.root / ".agentchat" / "journal.db").exists()
    assert managed.configuration.exists()


def test_one_command_serves_a_folder_and_another_adds_one(managed: Managed) -> None:
    other = free_port()
    managed.configured(managed.other)
    managed.run("service", "configure", "--workspace", str(managed.other), "--port", str(other))
    assert managed.run("service", "install").code == 0
    installed = managed.run("service", "install", "--workspace", str(managed.root))
    assert installed.code == 0, installed.err
    status = managed.run("service", "status", "--json").json
    assert {one["path"]: one["healthy"] for one in status["workspaces"]} == {
        str(managed.root): True,
        str(managed.other): True,
    }
    missing = managed.run("service", "install", "--workspace", str(managed.root / "nothing"))
    assert missing.code == 3
    assert "which is no folder" in missing.err
    # What it wrote about that is where its person looks, though the manager names its configuration.
    logs = managed.run("service", "logs")
    assert logs.code == 0, logs.err
    assert "runs at" in logs.out


def test_a_start_is_believed_only_when_each_workspace_answers(managed: Managed) -> None:
    ports = managed.configured(managed.root, managed.other)
    assert managed.run("service", "install", "--no-start").code == 0
    with socket.create_server(("127.0.0.1", ports[managed.other])):
        started = managed.run("service", "start", "--wait", "9")
    assert started.code == 4
    assert f"{managed.other} (port {ports[managed.other]})" in started.err
    assert "1 of 2 workspaces did not start" in started.err
    assert f"{managed.root} (port {ports[managed.root]}): ChatBox" in started.out


def test_purge_asks_and_deletes_the_rooms_but_nothing_else_of_the_workspaces(managed: Managed) -> None:
    managed.configured(managed.root)
    (managed.root / "work.txt").write_text("mine")
    assert managed.run("service", "install").code == 0
    refused = managed.run("service", "uninstall", "--purge", stdin="n\n")
    assert refused.code == 1
    assert str(managed.state) in refused.err
    assert managed.run("service", "status").code == 0
    assert managed.run("service", "uninstall", "--purge", "--yes").code == 0
    assert [path.name for path in managed.root.iterdir() if path.name != "dispatch_comms.jsonl"] == ["work.txt"]
    assert not managed.configuration.exists()
    assert not managed.log.exists()
    assert not list(Path(managed.environment["XDG_STATE_HOME"]).rglob("*.token"))


def test_nssm_is_told_everything_each_time(tmp_path: Path) -> None:
    home = Managed(tmp_path, "nssm")
    home.configured(home.other)
    assert home.run("service", "install", "--no-start", "--account", "localservice").code == 0
    told = {tuple(call[2:-1]): call[-1] for call in home.told() if call[0] == "set"}
    assert told[("AppThrottle",)] == "1500"
    assert told[("AppRestartDelay",)] == "0"
    assert told[("AppStopMethodConsole",)] == "15000"
    assert told[("AppExit", "Default")] == "Restart"
    assert [told[("AppExit", code)] for code in ("3", "64", "78")] == ["Exit"] * 3
    assert ("AppExit", "0") not in told, "a kill may leave 0 as well"
    assert told[("Start",)] == "SERVICE_AUTO_START"
    assert told[("AppParameters",)] == f"-X utf8 -m chatbox service run --config {home.configuration} --slow-to-fail"
    before = len(home.told())
    assert home.run("service", "install", "--no-start").code == 0
    assert [call[0] for call in home.told()[before:]].count("set") == len(told)
    assert "install" not in [call[0] for call in home.told()[before:]]


def test_without_a_session_of_systemd_the_unit_is_printed_and_it_is_said_what_to_do(home: Home) -> None:
    home.configured(home.root)
    nowhere = str(home.root.parent)
    ended = home.run("service", "install", XDG_RUNTIME_DIR=nowhere, DBUS_SESSION_BUS_ADDRESS=f"unix:path={nowhere}/no")
    assert ended.code == 1
    assert "systemd" in ended.err
    assert "ExecStart=" in ended.out
    assert "--system" in ended.err
    assert "unit above" in ended.err
