"""Linux: a unit of the person's own systemd, or a hardened one of the machine's."""

import os
from collections.abc import Iterator
from pathlib import Path

from chatbox.service.controller import CannotControl, Launch, State, ask, must

UNIT = "chatbox.service"
ACCOUNT = "chatbox"
HOMES = ("/home", "/root", "/run/user")
"""What `ProtectHome` hides."""

_STATES: dict[str, State] = {
    "active": "running",
    "reloading": "running",
    "activating": "starting",
    "deactivating": "stopping",
    "failed": "failed",
    "inactive": "stopped",
}

_HARDENED = """\
CapabilityBoundingSet=
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=tmpfs
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
"""


class Systemd:
    """One unit. `system` is the machine's."""

    def __init__(self, *, system: bool) -> None:
        """Nothing is asked yet."""
        self._system = system
        self.title = "systemd" if system else "your systemd"

    def definition(self, launch: Launch) -> str:
        """See `Controller.definition`: the unit."""
        return "\n".join(self._lines(launch)) + "\n"

    def install(self, launch: Launch) -> list[str]:
        """See `Controller.install`."""
        if launch.account is not None and not self._system:
            raise CannotControl("a unit of your own runs as yourself: leave out --account, or say --system")
        self._check(launch)
        account = launch.account or ACCOUNT
        if self._system and account == ACCOUNT:
            _write(Path("/etc/sysusers.d/chatbox.conf"), f'u {ACCOUNT} - "ChatBox" /var/lib/chatbox\n')
            must(["systemd-sysusers", "/etc/sysusers.d/chatbox.conf"])
        _write(self._file(), self.definition(launch))
        self._must("daemon-reload")
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

    def _lines(self, launch: Launch) -> Iterator[str]:
        yield "# Made by `chatbox service install`; that also mends it."
        yield from ("[Unit]", "Description=ChatBox, rooms where coding agents and people work together")
        yield "Documentation=man:systemd.service(5)"
        yield from ("StartLimitIntervalSec=0", "", "[Service]", "Type=exec")
        yield f"ExecStart={' '.join(_quoted(part) for part in launch.command)}"
        # It was ended with `chatbox stop`, or its files need a person: starting it again changes nothing.
        yield from ("Restart=on-failure", "RestartSec=1", "RestartPreventExitStatus=3 64 78")
        yield from ("KillSignal=SIGTERM", "KillMode=mixed", "TimeoutStopSec=15", "UMask=0027")
        yield "Environment=PYTHONDONTWRITEBYTECODE=1"
        if self._system:
            account = launch.account or ACCOUNT
            yield from (f"User={account}", "StateDirectory=chatbox", "StateDirectoryMode=0750")
            yield from ("LogsDirectory=chatbox", "LogsDirectoryMode=0750", *_HARDENED.splitlines())
            if not launch.configuration.service.agents:
                # Agents bring engines that translate while they run.
                yield "MemoryDenyWriteExecute=yes"
            for program in launch.program_folders:
                if _is_hidden(program):
                    yield f"BindReadOnlyPaths={_quoted(str(program))}"
            for one in launch.configuration.workspace:
                yield _reached(one.path)
        else:
            yield from ("NoNewPrivileges=yes", "LockPersonality=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes")
        yield from ("", "[Install]", f"WantedBy={'multi-user' if self._system else 'default'}.target")

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
        except CannotControl as cannot:
            raise CannotControl(self._missing(str(cannot)), self.definition(launch)) from cannot
        if said.code != 0:
            raise CannotControl(self._missing(said.out), self.definition(launch))
        if self._system and getattr(os, "geteuid", int)() != 0:
            raise CannotControl("--system writes the machine's units: run this as root")

    def _missing(self, said: str) -> str:
        why = " ".join(said.split()) or "it does not answer"
        if self._system:
            return f"systemd does not run this machine ({why}): let what does run the ExecStart line of the unit above"
        return (
            f"you have no session of systemd ({why}): log in directly instead of with su or sudo, or say --system, "
            "or let something else run the ExecStart line of the unit above"
        )


def _reached(path: Path) -> str:
    """The line that lets the unit write a workspace. What lies in a home is hidden: it is brought in alone."""
    return f"{'BindPaths' if _is_hidden(path) else 'ReadWritePaths'}={_quoted(str(path))}"


def _is_hidden(path: Path) -> bool:
    return any(path.is_relative_to(home) for home in HOMES)


def _quoted(part: str) -> str:
    """One argument of a unit's line, in which %, $, quotes and backslashes mean something."""
    escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != part or not part or any(c.isspace() or c == "'" for c in part) else part


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotControl(f"{file} cannot be written ({error.strerror}): run this as root") from error
