"""Changing `service.toml`: an edit keeps comments, and is whole or not at all."""

import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import tomlkit

from chatbox.app.replacing import replace
from chatbox.service.configuration import BadConfiguration, Configuration, parsed

PORTS = range(27_800, 27_900)
"""Where a port is looked for that a configuration shall keep: below what systems hand out by themselves."""

_NEW = """\
# The workspaces that ChatBox runs as a service. `chatbox service configure` edits this file.

[service]
# Agents run without a sandbox so far, with all rights of the service's account: off unless you want that.
agents = false
"""


def edit(
    path: Path,
    *,
    workspace: Path | None = None,
    port: int | None = None,
    agents: bool | None = None,
    person: str | None = None,
    account: str | None = None,
    remove: Path | None = None,
) -> Configuration:
    """Change the file, which is made when it is missing; what it says then. Raises `BadConfiguration`."""
    try:
        text = path.read_text(encoding="utf-8").removeprefix("\ufeff") if path.exists() else _NEW
        before = parsed(text, path)
        document = tomlkit.parse(text)
        general: Any = document.setdefault("service", tomlkit.table())
        said = {"agents": agents, "person": person, "account": account}
        general.update({name: value for name, value in said.items() if value is not None})
        if remove is not None:
            _remove(document, before, remove, path)
        if workspace is not None:
            _add(document, before, workspace, port)
        after = tomlkit.dumps(document)
        found = parsed(after, path)
        _write(path, after)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        msg = f"{path} cannot be changed ({why}): run this as whoever may write it, which for a system service is root"
        raise BadConfiguration(msg) from error
    return found


def _add(document: tomlkit.TOMLDocument, before: Configuration, workspace: Path, port: int | None) -> None:
    root = workspace.resolve()
    if not before.workspace:
        # An empty list is no place for tables.
        document.pop("workspace", None)
    tables: Any = document.setdefault("workspace", tomlkit.aot())
    for number, known in enumerate(before.workspace):
        if _same(known.path, root):
            if port is not None:
                tables[number]["port"] = port
            return
    table = tomlkit.table()
    table.trivia.indent = "\n"  # an empty line before it
    table["path"] = str(root)
    table["port"] = port or _free_port(before)
    tables.append(table)


def _remove(document: tomlkit.TOMLDocument, before: Configuration, workspace: Path, path: Path) -> None:
    for number, known in enumerate(before.workspace):
        if _same(known.path, workspace.resolve()):
            tables: Any = document["workspace"]
            del tables[number]
            if not tables:
                del document["workspace"]
            return
    msg = f"{path} does not name {workspace}: it names {', '.join(str(w.path) for w in before.workspace) or 'none'}"
    raise BadConfiguration(msg)


def _same(one: Path, other: Path) -> bool:
    return os.path.normcase(one) == os.path.normcase(other)


def _free_port(before: Configuration) -> int:
    """One that nobody listens on now and no other workspace has: it is kept from now on."""
    taken = {one.port for one in before.workspace}
    for port in PORTS:
        if port not in taken:
            with socket.socket() as held:
                try:
                    held.bind(("127.0.0.1", port))
                except OSError:
                    continue
            return port
    msg = f"no port from {PORTS.start} to {PORTS.stop - 1} is free: choose one with --port"
    raise BadConfiguration(msg)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # Everybody's clients read the machine's, to find their room; it holds no secret.
        os.chmod(fresh, 0o644)  # noqa: PTH101 - a name, not a path
        replace(Path(fresh), path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
