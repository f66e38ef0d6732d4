"""What this machine's administrator says about its service: which workspaces it owns under an account of its own.

A client looks here where to find a person's token and address, so only a file that nobody but an administrator can
write counts: no variable, no option and nothing inside a workspace leads elsewhere.
"""

import os
import stat
import sys
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import platformdirs

NAME = "ChatBox"
"""Of the service on Windows, and of its folder there."""
CONFIGURATION = "service.toml"
START = "chatbox service start" + (" --system" if sys.platform == "linux" else "")
"""What an administrator starts it with."""
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_ADMINISTRATORS = ("S-1-5-18", "S-1-5-32-544")
"""SYSTEM, and the group of administrators."""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a service with an account of its own keeps what. `administrator` is the owner that counts (POSIX)."""

    configuration: Path
    state: Path
    logs: Path
    administrator: int = 0

    @property
    def people(self) -> Path:
        """The folder of the persons' tokens and addresses. Its readers are whom the administrator lets in."""
        return self.state / "people"

    def owns(self, root: Path) -> bool:
        """Whether the service of this machine owns the workspace. What cannot be trusted or read says no."""
        # pathlib's would raise where the folder is closed to this user, as an installer may make it.
        if not os.path.exists(self.configuration) or self.distrusted() is not None:  # noqa: PTH110
            return False
        return any(_same(path, root) for path in named_in(self.configuration))

    def distrusted(self) -> str | None:
        """Why its configuration does not count, if it does not."""
        # A file can be exchanged by whoever can write a folder above it.
        paths = (self.configuration, self.configuration.resolve())
        places = dict.fromkeys(place for path in paths for place in (path, *path.parents))
        on_windows = sys.platform == "win32"
        check = _distrusted_on_windows if on_windows else partial(_distrusted, self.administrator)
        return next((why for why in map(check, places) if why is not None), None)


def this_machine() -> Machine | None:
    """The places of this platform; `None` where services run as the person only."""
    found = None
    if sys.platform == "win32":
        folder = platformdirs.site_config_path(NAME, appauthor=False)
        found = Machine(folder / CONFIGURATION, folder, folder / "logs")
    elif sys.platform != "darwin":
        found = Machine(Path("/etc/chatbox") / CONFIGURATION, Path("/var/lib/chatbox"), Path("/var/log/chatbox"))
    return found


def named_in(configuration: Path) -> list[Path]:
    """The workspaces that a configuration names; none when it cannot be read."""
    try:
        tables: Any = tomllib.loads(configuration.read_text(encoding="utf-8")).get("workspace", [])
        return [Path(table["path"]) for table in tables]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _same(named: Path, root: Path) -> bool:
    """Whether both are one folder; `root` is resolved."""
    try:
        return os.path.normcase(named.resolve()) == os.path.normcase(root)
    except OSError:
        return False


def _distrusted(administrator: int, place: Path) -> str | None:
    try:
        found = place.lstat()
    except OSError as error:
        return f"{place} cannot be looked at ({error.strerror})"
    if found.st_uid not in (0, administrator):
        return f"{place} belongs to user {found.st_uid}, not to root"
    sticky = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    if found.st_mode & _OTHERS_WRITE and not sticky and not stat.S_ISLNK(found.st_mode):
        return f"others can write {place}"
    return None


def _distrusted_on_windows(place: Path) -> str | None:
    """The owner decides who may write; the folders above ours are Windows' own."""
    if sys.platform == "win32" and place.name.lower() in (NAME.lower(), CONFIGURATION) and not is_wine():
        import pywintypes  # noqa: PLC0415 - Windows only
        import win32security  # noqa: PLC0415

        try:
            descriptor = win32security.GetNamedSecurityInfo(
                str(place), win32security.SE_FILE_OBJECT, win32security.OWNER_SECURITY_INFORMATION
            )
            owner = win32security.ConvertSidToStringSid(descriptor.GetSecurityDescriptorOwner())
        except pywintypes.error as error:
            return f"{place} cannot be looked at ({error.strerror})"
        if owner not in _ADMINISTRATORS:
            return f"{place} belongs to {owner}, not to the administrators"
    return None


def is_wine() -> bool:
    """Whether this Windows is Wine. It keeps no owners and no access lists, so there they say nothing."""
    found = False
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        found = hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")
    return found
