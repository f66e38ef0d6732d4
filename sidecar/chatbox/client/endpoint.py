"""Where a workspace's files are, who owns it, and which secrets this user holds."""

import errno
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import orjson
import platformdirs

from chatbox.client.machine import Machine, this_machine

FOLDER = ".agentchat"
PORT_MAX = 65_535


class Unreadable(Exception):  # noqa: N818 - reads as the fact it states
    """A file that is needed cannot be read; the message says which, and what to do."""


class Endpoint(NamedTuple):
    """Where the owner's broker answers."""

    url: str
    pid: int
    version: str


class Files:
    """The paths of one workspace."""

    def __init__(self, root: Path, machine: Machine | None = None) -> None:
        """`root` is the project's folder, `machine` what this machine's administrator says."""
        self.root = root.resolve()
        self.folder = self.root / FOLDER
        self.journal = self.folder / "journal.db"
        self.views = self.folder / "views.db"
        self.lock = self.folder / "owner.lock"
        self.endpoint = self.folder / "endpoint.json"
        self.port = self.folder / "port"
        self.token = self.folder / "token"
        self.former_token = self.folder / "token.former"
        self.imported = self.folder / "imported.json"
        self.agents = self.folder / "agents.toml"
        self.turns = self.folder / "turns"
        self.attachments = self.folder / "attachments"
        self.trail = self.folder / "trail.jsonl"
        self.dispatch = self.root / "dispatch_comms.jsonl"
        self.log = self.folder / "chatbox.log"
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:32]
        machine = machine or this_machine()
        self.by_service = machine is not None and machine.owns(self.root)
        """Whether this machine's service owns the workspace, under another account."""
        # Outside the workspace: what lies inside, every agent that works there can read and write.
        people = platformdirs.user_state_path("chatbox", appauthor=False) / "people"
        if machine is not None and self.by_service:
            people = machine.people
        self.person_token = people / f"{name}.token"
        self.person_endpoint = people / f"{name}.json"


class Found(NamedTuple):
    """A project's folder, and what says that it is meant."""

    folder: Path
    why: str


def find_root(start: Path) -> Found:
    """`AGENTCHAT_WORKSPACE`, else the nearest parent with a workspace, else the git root, else `start`."""
    named = os.environ.get("AGENTCHAT_WORKSPACE")
    if named:
        return Found(Path(named), "AGENTCHAT_WORKSPACE names it")
    start = start.resolve()
    for marker, why in ((FOLDER, "a room was started there before"), (".git", "it is the root of this git repository")):
        for folder in (start, *start.parents):
            if (folder / marker).exists():
                return Found(folder, why)
    return Found(start, "it is the current folder")


def read_endpoint(path: Path) -> Endpoint | None:
    """Where the owner answers, if one said so; it may be gone.

    `path` is `Files.endpoint` for agents, and `Files.person_endpoint` for whoever is going to show a person's token.
    Raises `PermissionError` when it is for others.
    """
    try:
        said = orjson.loads(path.read_bytes())
        return Endpoint(url=str(said["url"]), pid=int(said["pid"]), version=str(said["version"]))
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
    except PermissionError:
        # So says Windows of a file that is just being replaced or deleted.
        if os.name == "nt":
            return None
        raise


def admission_token(files: Files) -> str | None:
    """The agents' token, if there is one. Raises `Unreadable`."""
    return os.environ.get("AGENTCHAT_AUTH_TOKEN") or read_secret(files.token)


def person_token(files: Files) -> str | None:
    """The person's token, if this user holds one. Raises `Unreadable`."""
    return read_secret(files.person_token)


def remedy(error: OSError) -> str:
    """What a person does about a file or folder that cannot be used."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "free some space"
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return "raise the limit of open files (ulimit -n)"
    return "check that it is there and its permissions"


def read_secret(path: Path) -> str | None:
    """The token in a file, or `None` when the file is missing. Raises `Unreadable`."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        msg = f"{path} is not text: delete it, then start ChatBox again"
        raise Unreadable(msg) from error
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}): {remedy(error)}, then try again"
        raise Unreadable(msg) from error
    if not token:
        msg = f"{path} is empty: delete it, then start ChatBox again"
        raise Unreadable(msg)
    return token
