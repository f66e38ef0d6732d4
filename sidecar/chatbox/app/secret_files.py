"""The two secrets on disk: made once, readable by their owner only."""

import os
import sys
from pathlib import Path

from chatbox.client.endpoint import Unreadable, read_secret
from chatbox.operations.tokens import new_token


def ensure_secret(path: Path) -> tuple[str, bool]:
    """The token in `path`, and whether it was made just now. Raises `Unreadable`."""
    known = read_secret(path)
    if known is not None:
        return known, False
    token = new_token()
    try:
        private_folder(path.parent)
        _write(path, token)
    except OSError as error:
        raise _unwritable(path, error) from error
    return token, True


def replace_secret(path: Path, token: str, former: Path) -> None:
    """Put `token` into `path`, and what was there into `former`. Raises `Unreadable`."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        _write(fresh, token)
        path.replace(former)
        fresh.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def _write(path: Path, token: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")


def _unwritable(path: Path, error: OSError) -> Unreadable:
    return Unreadable(f"{path} cannot be written ({error.strerror}): make its folder writable, then start again")


def private_folder(path: Path) -> None:
    """Make a folder for one user. On Windows `mkdir(mode=0o700)` sets a real ACL; `chmod` would not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.mkdir(path, 0o700)  # noqa: PTH102 - pathlib does not promise the mode on Windows
    elif sys.platform != "win32" and path.stat().st_mode & 0o077 and path.name == "people":
        path.chmod(0o700)
