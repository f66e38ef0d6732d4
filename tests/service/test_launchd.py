"""launchd's part, over a stand-in for `launchctl` that answers before it is done, as the real one does."""

import json
import os
import sys
from pathlib import Path

import pytest
from chatbox.service.configuration import Configuration, Served
from chatbox.service.controller import CannotControl, Launch
from chatbox.service.launchd import Launchd
from chatbox.service.places import Places

STAND_IN = Path(__file__).with_name("stand_in.py")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, and a `launchctl` first on the PATH."""
    program = tmp_path / "launchctl"
    program.write_text(f"#!{sys.executable}\n{STAND_IN.read_text()}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def launch(folder: Path, port: int = 4711, log: str = "logs") -> Launch:
    configuration = Configuration(workspace=(Served(path=folder, port=port),))
    return Launch(Places(folder / "service.toml", folder / log, system=False), configuration)


def told(folder: Path) -> list[str]:
    return [json.loads(line)[0] for line in (folder / "told.jsonl").read_text().splitlines()]


def test_an_agent_is_started_stopped_until_it_has_gone_and_started_again(folder: Path) -> None:
    agent = Launchd()
    assert agent.state() == "absent"
    agent.install(launch(folder))
    assert agent.state() == "stopped"
    agent.start()
    assert agent.state() == "running"
    agent.stop()
    assert agent.state() == "stopped"
    agent.start()
    assert agent.state() == "running"
    # The control: the first try after the stop was refused, as launchd refuses it.
    assert told(folder).count("bootstrap") > 2
    agent.uninstall()
    assert agent.state() == "absent"


def test_what_changed_is_told_launchd_before_the_next_start(folder: Path) -> None:
    agent = Launchd()
    agent.install(launch(folder))
    agent.start()
    agent.renew(launch(folder))
    assert agent.state() == "running"
    agent.renew(launch(folder, log="elsewhere"))
    assert agent.state() == "stopped"
    agent.start()
    assert agent.state() == "running"


def test_one_that_is_not_installed_is_not_started(folder: Path) -> None:
    with pytest.raises(CannotControl, match="not installed"):
        Launchd().start()
