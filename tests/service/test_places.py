"""Which service is meant, on a platform where the machine's is the usual one, and where one's own is."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from chatbox.client.machine import Machine
from chatbox.service import places as module
from chatbox.service.places import places


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One's own file, beside a machine's whose file is `machine.toml`."""
    machine = Machine(tmp_path / "machine.toml", tmp_path / "state", tmp_path / "machine-logs")
    own = tmp_path / "own" / "service.toml"
    monkeypatch.setattr(module, "this_machine", lambda: machine)
    monkeypatch.setattr(module, "_own", lambda: own)
    monkeypatch.delenv(module.VARIABLE, raising=False)
    return own


@pytest.mark.parametrize(("platform", "usual"), [("win32", "machine.toml"), ("linux", "service.toml")])
def test_what_is_named_is_meant_and_nothing_named_is_the_usual_one(
    own: Path, platform: str, usual: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform=platform))
    assert places().configuration.name == usual
    assert places().system is (platform == "win32")
    # As what starts at logon names it: on Windows, too, that is the person's own.
    named = places(configuration=own)
    assert (named.configuration, named.system) == (own, False)
    assert named.logs != own.parent / "logs"
    other = places(configuration=own.parent / "other.toml")
    assert (other.configuration.name, other.logs, other.system) == ("other.toml", own.parent / "logs", False)
    machine = places(configuration=own.parent.parent / "machine.toml")
    assert (machine.logs.name, machine.system) == ("machine-logs", True)
