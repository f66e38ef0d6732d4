"""What can be wrong on this machine and in this workspace. Nothing is changed, and nothing needs to run."""

import os
import platform
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from chatbox.app.verifying import Progress, Truncated, Unverifiable, verify
from chatbox.client.endpoint import Files, Unreadable, read_secret
from chatbox.domain.chain import Mismatch
from chatbox.setup.access import others, remedy
from chatbox.setup.changing import configuration
from chatbox.setup.clients import CLIENTS, Client, Scope
from chatbox.setup.documents import NoServers, NotPlain, servers_in
from chatbox.setup.entries import former, starts_chatbox, trouble
from chatbox.supervisor.declared import BadDeclaration, read_declarations

Status = Literal["good", "odd", "bad"]

SQLITE_SOUND = (3, 51, 3)
PYTHON_MIN = (3, 11)
_OTHERS_WRITE = 0o022


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `todo` says what to do about it, unless it is good."""

    id: str
    status: Status
    said: str
    todo: str = ""


def examine(files: Files, progress: Progress) -> Iterator[Finding]:
    """Everything but the owner, who is asked elsewhere."""
    yield _python()
    yield _sqlite()
    yield from _folder(files)
    yield from _secrets(files)
    yield from _journal(files, progress)
    yield from _agents(files)
    for client in CLIENTS.values():
        yield from _client(client, files.root)
    yield from _added_to_claude(files.root)
    yield from _wsl(files.root)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] >= PYTHON_MIN:
        return Finding("python", "good", f"Python {version}")
    return Finding("python", "bad", f"Python {version}", "ChatBox needs Python 3.11 or newer")


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info >= SQLITE_SOUND:
        return Finding("sqlite", "good", f"SQLite {version}")
    return Finding(
        "sqlite",
        "odd",
        f"SQLite {version}: before 3.51.3 two writers at once can damage a WAL file",
        "ChatBox writes with one connection only; let no other program write .agentchat/*.db",
    )


def _folder(files: Files) -> Iterator[Finding]:
    if not files.folder.is_dir():
        yield Finding("folder", "odd", f"{files.root} has no room yet", "start one with `chatbox up`")
        return
    if files.by_service:
        if os.access(files.folder, os.R_OK | os.X_OK):
            yield Finding("folder", "good", f"{files.folder}, which this machine's service owns")
        else:
            todo = "ask the administrator for the service's group, then log in again"
            yield Finding("folder", "bad", f"{files.folder} is this machine's service's, and not for you", todo)
    elif not os.access(files.folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("folder", "bad", f"{files.folder} cannot be written", "make it yours (chown, chmod u+rwx)")
    elif os.name == "posix" and files.folder.stat().st_mode & _OTHERS_WRITE:
        yield Finding("folder", "odd", f"others can write {files.folder}", f"chmod go-w {files.folder}")
    else:
        yield Finding("folder", "good", str(files.folder))


def _secrets(files: Files) -> Iterator[Finding]:
    for name, path in (("agents' token", files.token), ("your token", files.person_token)):
        try:
            token = read_secret(path)
        except Unreadable as unreadable:
            yield Finding(name, "bad", f"{path} is of no use", str(unreadable))
            continue
        if token is None:
            if files.journal.exists():
                todo = "restart ChatBox" if path == files.token else "`chatbox up --new-person-token`; that is recorded"
                yield Finding(name, "bad", f"{path} is missing", todo)
        elif (who := others(path, group=files.by_service)) is not None:
            todo = f"{remedy(path, group=files.by_service)}, then `chatbox tokens rotate`"
            yield Finding(name, "bad", f"{who} can read {path}", todo)
        else:
            yield Finding(name, "good", str(path))


def _journal(files: Files, progress: Progress) -> Iterator[Finding]:
    if not files.journal.exists():
        return
    try:
        found = verify(files.journal, files.views, progress)
    except (Mismatch, Truncated, Unverifiable) as wrong:
        yield Finding("journal", "bad", str(wrong), "`chatbox verify` says more; restore it from a backup")
    else:
        yield Finding("journal", "good", f"{found.entries} entries, each as it was recorded")


def _agents(files: Files) -> Iterator[Finding]:
    try:
        declared = read_declarations(files.agents)
    except BadDeclaration as bad:
        yield Finding("agents.toml", "bad", str(bad), "correct that line")
        return
    for agent in declared:
        if agent.command and shutil.which(_program(agent.command[0], files.root)) is None:
            said = f"{agent.name} runs {agent.command[0]}, which is not there"
            yield Finding("agents.toml", "bad", said, "install it, or name it with its whole path")
    if files.agents.exists():
        yield Finding("agents.toml", "good", f"{len(declared)} agents declared")


def _program(name: str, root: Path) -> str:
    """A name with a folder in it is meant from the workspace, where turns run."""
    return str(root / name) if Path(name).name != name else name


def _client(client: Client, root: Path) -> Iterator[Finding]:
    program = shutil.which(client.program) if client.program else None
    told = False
    for scope in client.scopes:
        path = configuration(client, scope, root)
        if path.exists():
            for finding in _configured(client, scope, path, root):
                told = told or finding.status != "odd"
                yield finding
    if program is not None and not told:
        yield Finding(client.name, "odd", f"{client.title} is here ({program}) and not told", _again(client, "project"))


def _configured(client: Client, scope: Scope, path: Path, root: Path) -> Iterator[Finding]:
    try:
        servers = servers_in(client.form, path.read_text(encoding="utf-8"), client.within)
    except (NotPlain, NoServers, OSError, UnicodeDecodeError) as unreadable:
        yield Finding(client.name, "odd", f"{path} was not understood ({unreadable})", "look at it yourself")
        return
    for name in former(servers):
        said = f"{path}: {name} starts the earlier system's broker.py"
        yield Finding(client.name, "bad", said, _again(client, scope))
    for name, entry in servers.items():
        if starts_chatbox(entry):
            wrong = list(trouble(entry, root))
            status: Status = "good" if not wrong else "odd" if scope == "user" else "bad"
            said = f"{path}: {name}" + (f": {'; '.join(wrong)}" if wrong else "")
            yield Finding(client.name, status, said, _again(client, scope) if wrong else "")


def _added_to_claude(root: Path) -> Iterator[Finding]:
    """What `claude mcp add` wrote: it goes into the user's file, under the project's folder."""
    client = CLIENTS["claude"]
    path = configuration(client, "user", root)
    try:
        project = servers_in("json", path.read_text(encoding="utf-8"), "projects").get(str(root))
        servers = project.get(client.within) if isinstance(project, dict) else None
    except (NotPlain, NoServers, OSError, UnicodeDecodeError):
        return
    for name in former(servers if isinstance(servers, dict) else {}):
        said = f"{path}: {name} of this project starts the earlier system's broker.py"
        yield Finding(
            client.name, "bad", said, f"`claude mcp remove {name} -s local`, then {_again(client, 'project')}"
        )


def _again(client: Client, scope: Scope) -> str:
    return f"`chatbox setup {client.name}{' --user' if scope == 'user' else ''}`"


def _wsl(root: Path) -> Iterator[Finding]:
    """Two systems on one machine: what is on the wrong side is slow, or cannot be woken at all."""
    yield from wsl(root, on_windows=os.name == "nt", release=platform.release(), environment=os.environ)


def wsl(root: Path, *, on_windows: bool, release: str, environment: Mapping[str, str]) -> Iterator[Finding]:
    """The same for a machine that is described; `release` is the kernel's."""
    if on_windows and str(root).lower().replace("/", "\\").startswith(("\\\\wsl$\\", "\\\\wsl.localhost\\")):
        yield Finding("wsl", "bad", f"{root} is inside WSL, and ChatBox runs on Windows", "run ChatBox inside WSL")
    # Services have no such variable, but the kernel is named after its maker.
    if on_windows or not (environment.get("WSL_DISTRO_NAME") or "microsoft" in release.lower()):
        return
    if re.match(r"/mnt/[a-z](/|$)", str(root)):
        todo = "move it into WSL, or run ChatBox on Windows"
        yield Finding("wsl", "odd", f"{root} is a Windows folder: slow, and its locks are weak", todo)
    for client in CLIENTS.values():
        program = shutil.which(client.program, path=environment.get("PATH")) if client.program else None
        if program is not None and program.startswith("/mnt/"):
            said = f"{client.title} is the one of Windows ({program}), and ChatBox runs inside WSL"
            yield Finding("wsl", "bad", said, f"install {client.program} inside WSL as well")
