"""Windows: NSSM runs the service's process, restarts it and stops it with Ctrl-C."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from chatbox.client.machine import NAME
from chatbox.service.accounts import account_name, set_account
from chatbox.service.controller import CannotControl, Launch, State, ask, must
from chatbox.service.logs import CONSOLE

VARIABLE = "CHATBOX_NSSM"
KNOWN_SECONDS = 15.0
LOOK_SECONDS = 0.2

_STATES: dict[str, State] = {
    "SERVICE_STOPPED": "stopped",
    "SERVICE_START_PENDING": "starting",
    "SERVICE_CONTINUE_PENDING": "starting",
    "SERVICE_RUNNING": "running",
    "SERVICE_STOP_PENDING": "stopping",
    # What NSSM says while it waits before it restarts a process that ended early.
    "SERVICE_PAUSED": "failed",
    "SERVICE_PAUSE_PENDING": "failed",
}


class Nssm:
    """NSSM 2.24-101 or newer; older ones start nothing since Windows 10 1703."""

    title = "Windows' services (NSSM)"

    def definition(self, launch: Launch) -> str:
        """See `Controller.definition`: the commands, as one could type them."""
        nssm = _program()
        lines = [[str(nssm), "install", NAME, launch.command[0]]]
        lines += [[str(nssm), "set", NAME, *setting] for setting in settings(launch)]
        return "\n".join(subprocess.list2cmdline(line) for line in lines) + "\n"

    def install(self, launch: Launch) -> list[str]:
        """See `Controller.install`. Every value is set again, so that an upgrade mends a service edited by hand."""
        nssm = _program()
        launch.places.logs.mkdir(parents=True, exist_ok=True)
        if self.state() == "absent":
            must([nssm, "install", NAME, launch.command[0]])
            self._wait_until_known()
        for setting in settings(launch):
            must([nssm, "set", NAME, *setting])
        account = account_name(launch.named_account or "virtual")
        try:
            set_account(NAME, account)
        except OSError as error:
            raise CannotControl(f"{error.strerror}: run this as an administrator") from error
        return [f"It runs as {account}, which needs to be able to write the workspaces."]

    def uninstall(self) -> None:
        """See `Controller.uninstall`."""
        if self.state() == "absent":
            return
        self.stop()
        must([_program(), "remove", NAME, "confirm"])

    def renew(self, launch: Launch) -> None:
        """See `Controller.renew`. It knows the configuration by its path only: nothing there matters to it."""

    def start(self) -> None:
        """See `Controller.start`. Its exit code says nothing: it is 1 while the service is still about to start."""
        if self.state() == "absent":
            raise CannotControl("the service is not installed: `chatbox service install`")
        ask([_program(), "start", NAME])

    def stop(self) -> None:
        """See `Controller.stop`."""
        if self.state() not in ("absent", "stopped"):
            ask([_program(), "stop", NAME])
            if self.state() != "stopped":
                raise CannotControl("the service did not stop: look at its log with `chatbox service logs`")

    def state(self) -> State:
        """See `Controller.state`."""
        answered = ask([_program(), "status", NAME])
        said = answered.out.strip()
        if said in _STATES:
            return _STATES[said]
        if answered.code != 0:
            return "absent"
        raise CannotControl(f"NSSM says {said!r} of the service, which is unknown here: use NSSM 2.24-101")

    def _wait_until_known(self) -> None:
        """Right after its registration Windows may not know the service yet."""
        deadline = time.monotonic() + KNOWN_SECONDS
        while self.state() == "absent":
            if time.monotonic() > deadline:
                raise CannotControl("the service was not registered: run this as an administrator")
            time.sleep(LOOK_SECONDS)


def settings(launch: Launch) -> list[list[str]]:
    """Each of NSSM's parameters with its value."""
    program, *arguments = launch.command
    console = str(launch.places.logs / f"{CONSOLE}.log")
    return [
        ["Application", program],
        ["AppParameters", subprocess.list2cmdline([*arguments, "--slow-to-fail"])],
        ["AppDirectory", str(launch.places.configuration.parent)],
        ["DisplayName", NAME],
        ["Description", "Rooms where coding agents and people work together. Only this machine reaches it."],
        ["Start", "SERVICE_AUTO_START"],
        # They only catch a crash: the process keeps a log of its own.
        ["AppStdout", console],
        ["AppStderr", console],
        ["AppRotateFiles", "1"],
        ["AppRotateOnline", "1"],
        ["AppRotateBytes", "1000000"],
        ["AppExit", "Default", "Restart"],
        # Not 0: whoever kills a process chooses its exit code, so a room that was ended with `chatbox stop` comes back,
        # too. With these its files need a person, and starting it again changes nothing.
        *(["AppExit", code, "Exit"] for code in ("3", "64", "78")),
        # At once. Any other delay below two seconds is two: NSSM takes the longer of it and its own, which doubles for
        # each process that lived for less than this. One that runs lives longer, and one that cannot is slow to fail.
        ["AppThrottle", "1500"],
        ["AppRestartDelay", "0"],
        # Ctrl-C, and that long for the turns that run.
        ["AppNoConsole", "0"],
        ["AppStopMethodConsole", "15000"],
        ["AppEnvironmentExtra", "PYTHONDONTWRITEBYTECODE=1"],
    ]


def _program() -> Path:
    """NSSM. Raises `CannotControl`."""
    named = os.environ.get(VARIABLE)
    runtime = Path(sys.executable).parent
    beside = [runtime / "nssm.exe", runtime.parent / "bin" / "nssm.exe"]
    for found in [Path(named)] if named else beside:
        if found.is_file():
            return found
    on_path = None if named else shutil.which("nssm")
    if on_path is None:
        where = f"{VARIABLE} names {named}, which is not there" if named else "NSSM is not there"
        raise CannotControl(
            f"{where}: use ChatBox's installer, or put nssm.exe 2.24-101 in place and name it in {VARIABLE}"
        )
    return Path(on_path)
