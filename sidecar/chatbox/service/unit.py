"""Linux: the text of the unit, the machine's or a person's own."""

from collections.abc import Iterator
from pathlib import Path

import platformdirs

from chatbox.service.controller import Launch

ACCOUNT = "chatbox"
HOMES = ("/home", "/root", "/run/user")
"""What `ProtectHome` hides."""

_ALWAYS = """\
LockPersonality=yes
NoNewPrivileges=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
"""

_FILTERED = """\
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
"""
"""AF_NETLINK is how a program learns this machine's addresses, which a room with `--host` names."""

_ENCLOSED = """\
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
"""
"""What a unit of one's own gets where the kernel lets everybody make namespaces."""

_HARDENED = """\
CapabilityBoundingSet=
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
"""


def unit(launch: Launch, *, system: bool, enclosed: bool) -> str:
    """The whole unit. `enclosed` says whether one of the person's own can have namespaces."""
    return "\n".join(_lines(launch, system=system, enclosed=enclosed)) + "\n"


def written(launch: Launch) -> list[Path]:
    """The folders that a service of the person's own writes beside its workspaces."""
    cache = platformdirs.user_cache_path("chatbox", appauthor=False)
    state = platformdirs.user_state_path("chatbox", appauthor=False)
    return [state, cache, launch.places.logs]


def _lines(launch: Launch, *, system: bool, enclosed: bool) -> Iterator[str]:
    yield "# Made by `chatbox service install`; that and `start` also mend it. `systemctl edit` is for what is yours."
    yield from ("[Unit]", "Description=ChatBox, rooms where coding agents and people work together")
    yield "Documentation=man:systemd.service(5)"
    yield from ("StartLimitIntervalSec=0", "", "[Service]", "Type=exec")
    yield f"ExecStart={' '.join(_quoted(part) for part in launch.command)}"
    # It was ended with `chatbox stop`, or its files need a person: starting it again changes nothing.
    yield from ("Restart=on-failure", "RestartSec=1", "RestartPreventExitStatus=3 64 78")
    yield from ("KillSignal=SIGTERM", "KillMode=mixed", "TimeoutStopSec=15", "UMask=0027")
    yield "Environment=PYTHONDONTWRITEBYTECODE=1"
    yield from _ALWAYS.splitlines()
    yield from _machines(launch) if system else _own(launch, enclosed=enclosed)
    yield from ("", "[Install]", f"WantedBy={'multi-user' if system else 'default'}.target")


def _machines(launch: Launch) -> Iterator[str]:
    yield from (f"User={launch.named_account or ACCOUNT}", "StateDirectory=chatbox", "StateDirectoryMode=0750")
    yield from ("LogsDirectory=chatbox", "LogsDirectoryMode=0750", *_FILTERED.splitlines(), *_HARDENED.splitlines())
    if not _has_agents(launch):
        # Agents bring engines that translate while they run.
        yield "MemoryDenyWriteExecute=yes"
    for program in launch.program_folders:
        if _is_hidden(program):
            yield f"BindReadOnlyPaths={_quoted(str(program))}"
    for one in launch.configuration.workspace:
        # What lies in a home is hidden: it is brought in alone. A folder that is gone (-) ends none of the others.
        yield f"{'BindPaths' if _is_hidden(one.path) else 'ReadWritePaths'}={_quoted(f'-{one.path}')}"


def _own(launch: Launch, *, enclosed: bool) -> Iterator[str]:
    for name, value in launch.environment.items():
        yield f"Environment={_quoted(f'{name}={value}')}"
    if _has_agents(launch):
        # They work as their person does, with all that a person's programs may.
        return
    yield from _FILTERED.splitlines()
    yield "MemoryDenyWriteExecute=yes"
    if enclosed:
        yield from _ENCLOSED.splitlines()
        for path in (*written(launch), *(one.path for one in launch.configuration.workspace)):
            yield f"ReadWritePaths={_quoted(f'-{path}')}"


def _has_agents(launch: Launch) -> bool:
    return launch.configuration.service.agents


def _is_hidden(path: Path) -> bool:
    return any(path.is_relative_to(home) for home in HOMES)


def _quoted(part: str) -> str:
    """One argument of a unit's line, in which %, $, quotes and backslashes mean something."""
    escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if escaped != part or not part or any(c.isspace() or c == "'" for c in part) else part
