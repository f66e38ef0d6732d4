"""What each service manager is told, as text."""

import plistlib
import sys
from pathlib import Path

import pytest
from chatbox.service.configuration import Configuration, General, Served
from chatbox.service.controller import CannotControl, Launch, check_program
from chatbox.service.launchd import Launchd
from chatbox.service.nssm import settings
from chatbox.service.places import Places
from chatbox.service.systemd import Systemd
from chatbox.service.unit import unit


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
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
CapabilityBoundingSet=
SystemCallFilter=@system-service
MemoryDenyWriteExecute=yes
StateDirectory=chatbox
LogsDirectory=chatbox
WantedBy=multi-user.target"""
    assert [line for line in wanted.splitlines() if line not in found] == []
    # One that is gone (-) must not keep the others from starting.
    assert 'ReadWritePaths="-/srv/room one"' in found
    assert "BindPaths=-/home/alice/project" in found


def test_agents_may_translate_code_but_gain_nothing_else() -> None:
    quiet = lines(Systemd(system=True).definition(launch("/srv/room")))
    busy = lines(Systemd(system=True).definition(launch("/srv/room", agents=True)))
    assert set(quiet) - set(busy) == {"MemoryDenyWriteExecute=yes"}
    assert set(busy) <= set(quiet)


def test_your_own_unit_starts_at_log_in_as_you() -> None:
    found = lines(unit(launch("/srv/room"), system=False, enclosed=False))
    assert "WantedBy=default.target" in found
    assert not [line for line in found if line.startswith(("User=", "ProtectHome=", "StateDirectory="))]
    assert {"NoNewPrivileges=yes", "SystemCallFilter=@system-service", "MemoryDenyWriteExecute=yes"} <= {*found}


def test_your_own_unit_is_enclosed_where_the_kernel_gives_namespaces_and_no_agents_run() -> None:
    found = lines(unit(launch("/home/alice/my room"), system=False, enclosed=True))
    assert {"PrivateUsers=yes", "ProtectSystem=strict", "ProtectHome=read-only"} <= {*found}
    assert 'ReadWritePaths="-/home/alice/my room"' in found
    busy = lines(unit(launch("/home/alice/my room", agents=True), system=False, enclosed=True))
    assert not [line for line in busy if line.startswith(("Protect", "Private", "System", "ReadWritePaths="))]
    assert "NoNewPrivileges=yes" in busy


def test_your_own_service_looks_where_you_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/alice/my state")
    monkeypatch.setenv("PATH", "/opt/agents:/usr/bin")
    assert 'Environment="XDG_STATE_HOME=/home/alice/my state"' in lines(
        unit(launch("/srv/room"), system=False, enclosed=False)
    )
    assert not [one for one in lines(unit(launch("/srv/room"), system=True, enclosed=False)) if "XDG_STATE_HOME" in one]
    told = plistlib.loads(Launchd().definition(launch("/srv/room", agents=True)).encode())["EnvironmentVariables"]
    assert told["XDG_STATE_HOME"] == "/home/alice/my state"
    assert told["PATH"] == "/opt/agents:/usr/bin"


def test_a_service_is_not_made_of_a_program_in_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "uv"
    monkeypatch.setattr(sys, "prefix", str(kept / "archive-v0" / "Xy"))
    check_program()
    kept.mkdir()
    (kept / "CACHEDIR.TAG").touch()
    with pytest.raises(CannotControl, match="pipx install"):
        check_program()


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
    (found,) = [
        line for line in lines(Systemd(system=False).definition(launch(configuration=path))) if line.startswith("Exec")
    ]
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
    assert found[("AppParameters",)].endswith(f'--config "{config}" --slow-to-fail')
    assert found[("Application",)] == sys.executable
    assert found[("AppStdout",)] == found[("AppStderr",)]
