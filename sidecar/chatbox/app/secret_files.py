"""The two secrets on disk: made once, readable by their owner only."""

import os
import sys
from pathlib import Path

from chatbox.app.replacing import replace
from chatbox.client.endpoint import Unreadable, read_secret
from chatbox.operations.tokens import new_token

FOR_ONE = 0o600
FOR_A_GROUP = 0o640
"""A service's account has a group, whose members are the persons and their agents."""


def ensure_secret(path: Path, mode: int = FOR_ONE) -> tuple[str, bool]:
    """The token in `path`, and whether it was made just now. Raises `Unreadable`."""
    known = read_secret(path)
    if known is not None:
        return known, False
    token = new_token()
    try:
        private_folder(path.parent, mode)
        _write(path, token, mode)
    except OSError as error:
        raise _unwritable(path, error) from error
    return token, True


def replace_secret(path: Path, token: str, former: Path) -> None:
    """Put `token` into `path`, and what was there into `former`. Raises `Unreadable`."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        _write(fresh, token, path.stat().st_mode & FOR_A_GROUP)
        replace(path, former)
        replace(fresh, path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, token: str, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_ONE)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
    if mode != FOR_ONE and sys.platform != "win32":
        # Windows' files have the access list of their folder, which the installer sets. A umask may not narrow this.
        path.chmod(mode)


def _unwritable(path: Path, error: OSError) -> Unreadable:
    return Unreadable(f"{path} cannot be written ({error.strerror}): make its folder writable, then start again")


def private_folder(path: Path, mode: int = FOR_ONE) -> None:
    """Make the folder of files with this mode. On Windows `mkdir(mode=0o700)` sets a real ACL; `chmod` would not."""
    folder_mode = 0o750 if mode == FOR_A_GROUP else 0o700
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.mkdir(path, folder_mode)  # noqa: PTH102 - pathlib does not promise the mode on Windows
    elif sys.platform != "win32" and path.stat().st_mode & 0o777 & ~folder_mode and path.name == "people":
        path.chmod(folder_mode)
