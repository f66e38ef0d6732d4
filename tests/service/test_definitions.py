"""What each service manager is told, as text."""

import plistlib
import sys
from pathlib import Path

import pytest
from chatbox.service.configuration import Configuration, General, Served
from chatbox.service.controller import Launch
from chatbox.service.launchd import Launchd
from chatbox.service.nssm import settings
from chatbox.service.places import Places
from chatbox.service.systemd import Systemd


def launch(*roots: str, agents: bool = False, configuration: str = "/etc/chatbox/service.toml") -> Launch:
    workspaces = tuple(Served(path=Path(root), port=4711 + number) for number, root in enumerate(roots))
    found = Configuration(service=General(agents=agents), workspace=workspaces)
    return Launch(Places(Path(configuration), Path("/var/log/chatbox"), system=True), found)


def lines(unit: str) -> list[str]:
    return [line for line in unit.splitlines() if line and not line.startswith("#")]


def test_the_machines_unit_is_hardened_and_writes_only_the_workspaces() -> None:
    found = lines(Systemd(system=True).definition(launch("/srv/room one", "/home/alice/project")))
    wanted = """User=chatbox
Restart=on-failure
RestartSec=1
TimeoutStopSec=15
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=tmpfs
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
CapabilityBoundingSet=
SystemCallFilter=@system-service
MemoryDenyWriteExecute=yes
StateDirectory=chatbox
LogsDirectory=chatbox
WantedBy=multi-user.target"""
    assert [line for line in wanted.splitlines() if line not in found] == []
    assert 'ReadWritePaths="/srv/room one"' in found
    assert "BindPaths=/home/alice/project" in found


def test_agents_may_translate_code_but_gain_nothing_else() -> None:
    quiet = lines(Systemd(system=True).definition(launch("/srv/room")))
    busy = lines(Systemd(system=True).definition(launch("/srv/room", agents=True)))
    assert set(quiet) - set(busy) == {"MemoryDenyWriteExecute=yes"}
    assert set(busy) <= set(quiet)


def test_your_own_unit_starts_at_log_in_as_you() -> None:
    found = lines(Systemd(system=False).definition(launch("/srv/room")))
    assert "WantedBy=default.target" in found
    assert not [line for line in found if line.startswith(("User=", "ProtectHome=", "StateDirectory="))]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/etc/my config.toml", '"/etc/my config.toml"'),
        ("/etc/100%.toml", '"/etc/100%%.toml"'),
        ("/etc/$HOME.toml", '"/etc/$$HOME.toml"'),
        ('/etc/a"b.toml', '"/etc/a\\"b.toml"'),
        ("/etc/ü.toml", "/etc/ü.toml"),
    ],
)
def test_no_character_of_a_path_means_something_else_to_systemd(path: str, written: str) -> None:
    (found,) = [line for line in lines(Systemd(system=False).definition(launch(configuration=path))) if "Exec" in line]
    assert found == f"ExecStart={sys.executable} -X utf8 -m chatbox service run --config {written}"


def test_launchd_starts_it_at_log_in_and_again_after_a_failure() -> None:
    found = plistlib.loads(Launchd().definition(launch("/Users/alice/my room")).encode())
    assert found["ProgramArguments"] == launch().command
    assert found["RunAtLoad"] is True
    assert found["KeepAlive"] == {"SuccessfulExit": False}
    assert found["ExitTimeOut"] == 15


def test_nssm_gets_paths_with_spaces_in_quotes() -> None:
    config = "/Program Data/ChatBox/service.toml"
    found = {tuple(one[:-1]): one[-1] for one in settings(launch(configuration=config))}
    assert found[("AppParameters",)].endswith(f'--config "{config}"')
    assert found[("Application",)] == sys.executable
    assert found[("AppStdout",)] == found[("AppStderr",)]
