"""Where a service keeps what: one place for the machine's, one for a person's own."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from chatbox.client.machine import CONFIGURATION, NAME, this_machine

VARIABLE = "CHATBOX_SERVICE_CONFIG"


@dataclass(frozen=True, slots=True)
class Places:
    """Of one service. `system` means the machine's, under an account of its own."""

    configuration: Path
    logs: Path
    system: bool

    @property
    def log(self) -> Path:
        """The newest log file."""
        return self.logs / "service.log"


def places(*, system: bool = False, configuration: Path | None = None) -> Places:
    """Which service is meant: the one named here, by the variable, with `system`, else this platform's usual one."""
    named = configuration or (Path(named) if (named := os.environ.get(VARIABLE)) else None)
    machine = this_machine()
    if machine is not None and named is not None and _is(named, machine.configuration):
        system, named = True, None
    if machine is not None and named is None and (system or sys.platform == "win32"):
        return Places(machine.configuration, machine.logs, system=True)
    # A manager starts `run --config` with one's own file, too: that is no other service, and its log stays where it is.
    if named is None or _is(named, _own()):
        return Places(_own(), platformdirs.user_log_path("chatbox", appauthor=False), system=False)
    return Places(named, named.absolute().parent / "logs", system=False)


def _own() -> Path:
    return platformdirs.user_config_path("chatbox", appauthor=False) / CONFIGURATION


def _is(named: Path, other: Path) -> bool:
    return os.path.normcase(named.absolute()) == os.path.normcase(other)


__all__ = ["NAME", "VARIABLE", "Places", "places"]
