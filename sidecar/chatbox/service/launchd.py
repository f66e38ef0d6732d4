"""macOS: an agent of the person's own launchd. It starts at log-in and runs until log-out."""

import os
import plistlib
import time
from pathlib import Path

from chatbox.service.controller import CannotControl, Launch, State, ask, must
from chatbox.service.logs import CONSOLE

LABEL = "chatbox"
NOT_THERE = 113
"""What `launchctl print` exits with for a service it does not know."""
ENDING = (0, 3, 36)
"""What `launchctl bootout` exits with: it has gone, had gone already, or takes its time."""
NOT_YET = (5, 37)
"""What `launchctl bootstrap` exits with for some seconds after that."""
GONE_SECONDS = 20.0
LOOK_SECONDS = 0.2


class Launchd:
    """`launchctl`'s commands since macOS 10.11."""

    title = "launchd"

    def definition(self, launch: Launch) -> str:
        """See `Controller.definition`: a property list."""
        console = str(launch.places.logs / f"{CONSOLE}.log")
        wanted = {
            "Label": LABEL,
            "ProgramArguments": launch.command,
            "RunAtLoad": True,
            # It is started again unless it ended by itself, which `chatbox stop` is.
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 1,
            "ExitTimeOut": 15,
            # Anything less is held back in processor and disk, and people and agents wait for each post's fsync.
            "ProcessType": "Interactive",
            "Umask": 0o077,
            "EnvironmentVariables": {"PYTHONDONTWRITEBYTECODE": "1", **launch.environment},
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
        self.stop()
        file.write_text(self.definition(launch), encoding="utf-8")
        return [f"The agent is in {file}. It runs while you are logged in."]

    def uninstall(self) -> None:
        """See `Controller.uninstall`."""
        self.stop()
        _file().unlink(missing_ok=True)

    def renew(self, launch: Launch) -> None:
        """See `Controller.renew`. launchd reads the file when the service is made known, which `stop` undoes."""
        file = _file()
        if file.exists() and file.read_text(encoding="utf-8") != self.definition(launch):
            self.stop()
            file.write_text(self.definition(launch), encoding="utf-8")

    def start(self) -> None:
        """See `Controller.start`."""
        if not _file().exists():
            raise CannotControl("the service is not installed: `chatbox service install`")
        if ask(["launchctl", "print", _target()]).code == NOT_THERE:
            _bootstrap()
        else:
            must(["launchctl", "kickstart", _target()])

    def stop(self) -> None:
        """See `Controller.stop`. One that is only killed would be started again."""
        if ask(["launchctl", "print", _target()]).code != 0:
            return
        said = ask(["launchctl", "bootout", _target()])
        if said.code not in ENDING:
            raise CannotControl(f"`launchctl bootout {_target()}` failed: {' '.join(said.out.split())}")
        # It answers before the service has ended.
        deadline = time.monotonic() + GONE_SECONDS
        while ask(["launchctl", "print", _target()]).code == 0:
            if time.monotonic() > deadline:
                raise CannotControl("the service did not stop: look at its log with `chatbox service logs`")
            time.sleep(LOOK_SECONDS)

    def state(self) -> State:
        """See `Controller.state`."""
        if not _file().exists():
            return "absent"
        said = ask(["launchctl", "print", _target()])
        if said.code != 0:
            return "stopped"
        return "running" if "state = running" in said.out else "failed"


def _bootstrap() -> None:
    """Make the agent known, which starts it. launchd needs a while to forget its predecessor."""
    command = ["launchctl", "bootstrap", _domain(), str(_file())]
    deadline = time.monotonic() + GONE_SECONDS
    while ask(command).code in NOT_YET and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
        if ask(["launchctl", "print", _target()]).code == 0:
            return
    if ask(["launchctl", "print", _target()]).code != 0:
        must(command)


def _file() -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"


def _domain() -> str:
    # Windows has no such number, and no launchd.
    return f"gui/{getattr(os, 'getuid', int)()}"


def _target() -> str:
    return f"{_domain()}/{LABEL}"
