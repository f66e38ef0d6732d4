"""macOS: an agent of the person's own launchd. It starts at log-in and runs until log-out."""

import os
import plistlib
from pathlib import Path

from chatbox.service.controller import CannotControl, Launch, State, ask, must

LABEL = "chatbox"
NOT_THERE = 113
"""What `launchctl print` exits with for a service it does not know."""


class Launchd:
    """`launchctl`'s commands since macOS 10.11."""

    title = "launchd"

    def definition(self, launch: Launch) -> str:
        """See `Controller.definition`: a property list."""
        console = str(launch.places.logs / "console.log")
        wanted = {
            "Label": LABEL,
            "ProgramArguments": launch.command,
            "RunAtLoad": True,
            # It is started again unless it ended by itself, which `chatbox stop` is.
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 1,
            "ExitTimeOut": 15,
            "ProcessType": "Background",
            "Umask": 0o077,
            "WorkingDirectory": str(launch.places.configuration.parent),
            "StandardOutPath": console,
            "StandardErrorPath": console,
        }
        return plistlib.dumps(wanted, sort_keys=False).decode()

    def install(self, launch: Launch) -> list[str]:
        """See `Controller.install`."""
        if launch.account is not None:
            raise CannotControl("an agent of launchd runs as yourself: leave out --account", self.definition(launch))
        launch.places.logs.mkdir(parents=True, exist_ok=True)
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        self.uninstall()
        file.write_text(self.definition(launch), encoding="utf-8")
        return [f"The agent is in {file}. It runs while you are logged in."]

    def uninstall(self) -> None:
        """See `Controller.uninstall`."""
        self.stop()
        _file().unlink(missing_ok=True)

    def start(self) -> None:
        """See `Controller.start`."""
        if not _file().exists():
            raise CannotControl("the service is not installed: `chatbox service install`")
        if ask(["launchctl", "print", _target()]).code == NOT_THERE:
            must(["launchctl", "bootstrap", _domain(), str(_file())])
        else:
            must(["launchctl", "kickstart", _target()])

    def stop(self) -> None:
        """See `Controller.stop`. One that is only killed would be started again."""
        if ask(["launchctl", "print", _target()]).code == 0:
            must(["launchctl", "bootout", _target()])

    def state(self) -> State:
        """See `Controller.state`."""
        if not _file().exists():
            return "absent"
        said = ask(["launchctl", "print", _target()])
        if said.code != 0:
            return "stopped"
        return "running" if "state = running" in said.out else "failed"


def _file() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def _domain() -> str:
    # Windows has no such number, and no launchd.
    return f"gui/{getattr(os, 'getuid', int)()}"


def _target() -> str:
    return f"{_domain()}/{LABEL}"
