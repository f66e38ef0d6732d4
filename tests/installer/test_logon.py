"""The mode for one person: the task that Windows starts at logon, and the process that keeps the room running."""

import subprocess
import sys
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

import pytest

from installer.payload import at_logon

NAMESPACE = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}

CRASHING = """
import pathlib, sys
runs = pathlib.Path(sys.argv[1])
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
sys.exit(1 if len(runs.read_text()) < 3 else {last})
"""


def test_the_task_runs_as_its_person_with_their_rights_and_no_window() -> None:
    said = at_logon.definition(r"D&E\ann", Path("runtime"), Path("app") / "at_logon.py")
    task = ET.fromstring(said.replace('encoding="UTF-16"', ""))  # noqa: S314 - our own text

    def one(path: str) -> str | None:
        return task.findtext(path, namespaces=NAMESPACE)

    assert one("t:Triggers/t:LogonTrigger/t:UserId") == one("t:Principals/t:Principal/t:UserId") == r"D&E\ann"
    assert one("t:Principals/t:Principal/t:RunLevel") == "LeastPrivilege"
    assert one("t:Principals/t:Principal/t:LogonType") == "InteractiveToken"
    assert one("t:Actions/t:Exec/t:Command") == str(PurePosixPath("runtime/pythonw.exe"))
    assert one("t:Settings/t:ExecutionTimeLimit") == "PT0S", "a room has no time limit"


@pytest.mark.parametrize("last", [0, 3, 64, 78])
def test_a_room_that_crashes_is_started_again_until_it_ends_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    runs = tmp_path / "runs"
    room = [sys.executable, "-c", CRASHING.format(last=last), str(runs)]
    monkeypatch.setattr(at_logon, "chatbox", lambda *_arguments: room)
    monkeypatch.setattr(at_logon, "PAUSE_SECONDS_MAX", 0.0)
    assert at_logon.keep() == last
    assert runs.read_text() == "xxx"


def test_a_workspace_that_is_forgotten_is_taken_out_of_the_persons_own_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, kept, gone = tmp_path / "service.toml", tmp_path / "kept", tmp_path / "gone"
    monkeypatch.setattr(at_logon, "configuration", lambda: own)
    monkeypatch.setattr(
        at_logon,
        "chatbox",
        lambda *arguments: [sys.executable, "-m", "chatbox", "service", *arguments, "--config", str(own)],
    )
    assert at_logon.forget(gone) == 0, "without a configuration there is nothing to forget"
    for workspace in (kept, gone):
        workspace.mkdir()
        added = at_logon.chatbox("configure", "--workspace", str(workspace))
        assert subprocess.run(added, capture_output=True, check=False).returncode == 0
    assert at_logon.forget(gone) == 0
    said = own.read_text(encoding="utf-8")
    assert (str(kept) in said, str(gone) in said) == (True, False)
    assert gone.exists()
