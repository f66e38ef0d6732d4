"""Linux: a unit of the person's own systemd, or a hardened one of the machine's."""

import os
from pathlib import Path

from chatbox.client.endpoint import remedy
from chatbox.service.controller import CannotControl, Launch, State, ask, must
from chatbox.service.unit import ACCOUNT, unit, written

UNIT = "chatbox.service"
_STATES: dict[str, State] = {
    "active": "running",
    "reloading": "running",
    "activating": "starting",
    "deactivating": "stopping",
    "failed": "failed",
    "inactive": "stopped",
}


class Systemd:
    """One unit. `system` is the machine's."""

    def __init__(self, *, system: bool) -> None:
        """Nothing is asked yet."""
        self._system = system
        self.title = "systemd" if system else "your systemd"

    def definition(self, launch: Launch) -> str:
        """See `Controller.definition`: the unit."""
        enclosed = not self._system and not launch.configuration.service.agents and _gives_namespaces()
        return unit(launch, system=self._system, enclosed=enclosed)

    def install(self, launch: Launch) -> list[str]:
        """See `Controller.install`."""
        if launch.account is not None and not self._system:
            raise CannotControl("a unit of your own runs as yourself: leave out --account, or say --system")
        self._check(launch)
        text = self.definition(launch)
        account = launch.named_account or ACCOUNT
        if self._system and account == ACCOUNT:
            _write(Path("/etc/sysusers.d/chatbox.conf"), f'u {ACCOUNT} - "ChatBox" /var/lib/chatbox\n')
            must(["systemd-sysusers", "/etc/sysusers.d/chatbox.conf"])
        self._put(launch, text)
        self._must("enable", UNIT)
        if not self._system:
            return [f"The unit is in {self._file()}. It ends when you log out, unless: loginctl enable-linger"]
        return [
            f"The unit is in {self._file()}. It runs as {account}, which needs to be able to write the workspaces:",
            f"setfacl -R -m u:{account}:rwX -d -m u:{account}:rwX DIR",
            f"Who is to see the rooms joins its group, then logs in again: usermod -aG {account} NAME",
        ]

    def uninstall(self) -> None:
        """See `Controller.uninstall`. The account stays, because files are its own."""
        if self._file().exists():
            self._must("disable", "--now", UNIT)
            self._file().unlink()
            self._must("daemon-reload")

    def renew(self, launch: Launch) -> None:
        """See `Controller.renew`: the unit names the workspaces."""
        if self._file().exists() and (text := self.definition(launch)) != self._file().read_text(encoding="utf-8"):
            self._put(launch, text)

    def start(self) -> None:
        """See `Controller.start`."""
        if not self._file().exists():
            raise CannotControl("the service is not installed: `chatbox service install`")
        # It has nothing to forget, unless it failed.
        ask([*self._systemctl(), "reset-failed", UNIT])
        self._must("start", UNIT)

    def stop(self) -> None:
        """See `Controller.stop`."""
        if self._file().exists():
            self._must("stop", UNIT)

    def state(self) -> State:
        """See `Controller.state`."""
        if not self._file().exists():
            return "absent"
        said = ask([*self._systemctl(), "show", "--property=ActiveState", "--value", UNIT])
        if said.code != 0:
            raise CannotControl(self._missing(said.out))
        return _STATES.get(said.out.strip(), "stopped")

    def _put(self, launch: Launch, text: str) -> None:
        self._need_root()
        for folder in () if self._system else written(launch):
            # What is not there when the unit starts cannot be made inside it.
            _make(folder)
        _write(self._file(), text)
        self._must("daemon-reload")

    def _file(self) -> Path:
        if self._system:
            return Path("/etc/systemd/system") / UNIT
        home = os.environ.get("XDG_CONFIG_HOME")
        return (Path(home) if home else Path.home() / ".config") / "systemd" / "user" / UNIT

    def _systemctl(self) -> list[str]:
        return ["systemctl", "--no-pager", "--no-ask-password", *([] if self._system else ["--user"])]

    def _must(self, *arguments: str) -> str:
        return must([*self._systemctl(), *arguments])

    def _check(self, launch: Launch) -> None:
        """Whether there is a systemd that answers. Raises `CannotControl` with the unit."""
        try:
            said = ask([*self._systemctl(), "show", "--property=Version", "--value"])
            why = None if said.code == 0 else said.out
        except CannotControl as cannot:
            why = str(cannot)
        if why is not None:
            what = "let what runs your programs run the ExecStart line of the unit above"
            raise CannotControl(f"{self._missing(why)}, or {what}", self.definition(launch))
        self._need_root()

    def _need_root(self) -> None:
        if self._system and getattr(os, "geteuid", int)() != 0:
            raise CannotControl("--system writes the machine's units: run this as root")

    def _missing(self, said: str) -> str:
        why = " ".join(said.split()) or "it does not answer"
        if self._system:
            return f"systemd does not run this machine ({why}): start it with systemd"
        return f"you have no session of systemd ({why}): log in directly instead of with su or sudo, or say --system"


def _gives_namespaces() -> bool:
    """Whether units of one's own can be enclosed: not every kernel lets everybody make namespaces."""
    probe = ["systemd-run", "--user", "--quiet", "--wait", "--collect"]
    try:
        return ask([*probe, "--property=PrivateUsers=yes", "--property=ProtectSystem=strict", "true"]).code == 0
    except CannotControl:
        return False


def _write(file: Path, text: str) -> None:
    _make(file.parent)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotControl(f"{file} cannot be written ({error.strerror}): {remedy(error)}") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotControl(f"{folder} cannot be made ({error.strerror}): {remedy(error)}") from error
