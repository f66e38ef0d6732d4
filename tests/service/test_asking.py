"""A service manager's program that cannot be started at once, because another program holds it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from chatbox.service import controller
from chatbox.service.controller import CannotControl, ask, must

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file that is written to may be started")


@pytest.fixture
def held(tmp_path: Path) -> IO[str]:
    """A program that somebody still writes to."""
    program = (tmp_path / "manager").open("w", encoding="utf-8")
    program.write("#!/bin/sh\necho fine\n")
    program.flush()
    Path(program.name).chmod(0o700)
    return program


def pausing(monkeypatch: pytest.MonkeyPatch, pause: Callable[[float], None]) -> None:
    monkeypatch.setattr(time, "sleep", pause)


def test_it_is_started_once_nobody_holds_it(held: IO[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pausing(monkeypatch, lambda _seconds: held.close())
    assert must([held.name]) == "fine"


def test_one_that_is_held_on_is_named_after_a_while(held: IO[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody lets go."""
    pauses: list[float] = []
    pausing(monkeypatch, pauses.append)
    with held, pytest.raises(CannotControl, match=r"manager cannot be run \(Text file busy\): see what holds it"):
        ask([held.name])
    assert pauses == [controller.PAUSE_SECONDS] * (controller.TRIES - 1)


def test_one_that_is_not_there_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    pausing(monkeypatch, pauses.append)
    with pytest.raises(CannotControl, match=r"manager cannot be run \(No such file or directory\): install it"):
        ask([tmp_path / "manager"])
    assert pauses == []
