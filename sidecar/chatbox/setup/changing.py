"""A change to one client's configuration: looked at first, written only when somebody said yes."""

import difflib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chatbox.setup.clients import Client, Launch, Scope
from chatbox.setup.documents import NoServers, NotPlain, changed, lines_to_add, servers_in
from chatbox.setup.entries import NAME, former, starts_broker, starts_chatbox

BACKUP = ".before-chatbox"


class CannotChange(Exception):  # noqa: N818 - reads as the fact it states
    """It is not ours to write; the message says why. `lines` are what a person can add by hand."""

    def __init__(self, message: str, lines: str | None = None) -> None:
        """`message` says what to do."""
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Change:
    """What a file says and what it would say. `replaced` are the entries of the earlier system that go.

    A new file that is `private` can be read by its owner only.
    """

    path: Path
    before: str | None
    after: str
    private: bool
    replaced: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to do."""
        return self.before == self.after or (self.before is None and not self.after)

    def diff(self) -> Iterator[str]:
        """The change as a unified diff, a line at a time."""
        old = (self.before or "").splitlines()
        name = str(self.path)
        yield from difflib.unified_diff(old, self.after.splitlines(), name, name, lineterm="", n=2)


def configuration(client: Client, scope: Scope, root: Path) -> Path:
    """The client's file: the one that is there, else the usual one."""
    files = client.files(scope, root)
    return next((file for file in files if file.exists()), files[0])


def adding(client: Client, scope: Scope, root: Path, launch: Launch) -> Change:
    """Our entry put in, and those that start `broker.py` taken out. Raises `CannotChange` or `OSError`."""
    path = configuration(client, scope, root)
    put = {NAME: client.entry(launch)}
    before = _read(path)
    try:
        servers = servers_in(client.form, before or "", client.within)
        known = servers.get(NAME)
        if known is not None and not starts_chatbox(known) and not starts_broker(known):
            raise CannotChange(f"{path} has another server called {NAME}: give that one another name first")
        gone = former(servers)
        after = changed(client.form, before or "", client.within, put, set(gone))
    except (NotPlain, NoServers) as found:
        raise CannotChange(
            f"{path} cannot be changed safely: {found}. Add these lines yourself",
            lines_to_add(client.form, client.within, put),
        ) from found
    return Change(path, before, after, scope == "user", gone)


def removing(client: Client, scope: Scope, root: Path) -> Change:
    """Our entry taken out. Raises `CannotChange` or `OSError`."""
    path = configuration(client, scope, root)
    before = _read(path)
    try:
        servers = servers_in(client.form, before or "", client.within)
        ours = {name for name, entry in servers.items() if starts_chatbox(entry)}
        after = changed(client.form, before or "", client.within, {}, ours)
    except (NotPlain, NoServers) as found:
        raise CannotChange(f"{path} cannot be changed safely: {found}. Take the entry {NAME} out yourself") from found
    return Change(path, before, after, scope == "user")


def write(change: Change) -> Path | None:
    """Write it, whole or not at all; where the former file is kept, if there was one. Raises `OSError`."""
    # What a link leads to is changed, not the link: people keep such files elsewhere.
    path = change.path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    backup = None
    if path.exists():
        backup = _unused(path)
        shutil.copy2(path, backup)
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(change.after)
            file.flush()
            os.fsync(file.fileno())
        if backup is not None:
            shutil.copymode(path, fresh)
        else:
            Path(fresh).chmod(0o600 if change.private else 0o644)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
    return backup


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise CannotChange(f"{path} is not UTF-8 text: convert it first") from error


def _unused(path: Path) -> Path:
    number = 1
    while True:
        backup = path.with_name(f"{path.name}{BACKUP}" + (f"-{number}" if number > 1 else ""))
        if not backup.exists():
            return backup
        number += 1
