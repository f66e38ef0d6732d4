"""`up --demo`: two agents without a model, and something for them to talk about."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from chatbox.app.owning import Owner
from chatbox.domain.commands import THE_SYSTEM
from chatbox.operations.caller import Refused
from chatbox.supervisor.declared import Declared

DEMO = (
    Declared(name="reader", engine="stub", peer="reviewer"),
    Declared(name="reviewer", engine="stub", peer="reader"),
)
CHANNEL = "#general"
ONCE = "demo-opening"
"""The client key: the opening is posted once in the life of a journal."""

FILES_LOOKED_AT_MAX = 2_000
FILE_BYTES_MAX = 256 * 1024
_PREFERRED = ("readme.md", "notes.md", "readme.txt", "readme.rst")
_SKIPPED = frozenset(("node_modules", "__pycache__", "build", "dist", "target", "venv"))
_NAME = re.compile(r"[\w./-]+\.[A-Za-z0-9]+")
"""What the stub recognises as a file's name in a message."""


async def open_discussion(owner: Owner) -> None:
    """Ask the agents to look at a file of the workspace, unless they were asked before."""
    found = find_file(owner.files.root)
    if found is None:
        body = (
            "Welcome. There is no text file in this workspace for the agents to look at: add one, then write here "
            "`@reader please look at NAME`."
        )
    else:
        body = f"Welcome. @reader please look at `{found}`, and let reviewer check what you say."
    try:
        await owner.caller(THE_SYSTEM).call("chat", {"channel": CHANNEL, "body": body, "client_key": ONCE})
    except Refused as refused:
        # Asked before, about another file.
        if refused.code != "KEY_REUSED":
            raise


def find_file(root: Path) -> str | None:
    """A file that is worth a word, by its path in the workspace: what introduces the project, else any small text."""
    files = list(_files(root))
    preferred = [name for wanted in _PREFERRED for name in files if name.lower() == wanted]
    return next((name for name in (*preferred, *files) if _is_small_text(root, root / name)), None)


def _files(root: Path) -> Iterator[str]:
    """Paths below `root`, the top folder's first; a bounded number, nothing hidden or generated."""
    left = FILES_LOOKED_AT_MAX
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        for name in sorted(names)[:left]:
            path = (Path(folder) / name).relative_to(root).as_posix()
            if not name.startswith(".") and _NAME.fullmatch(path):
                yield path
        left -= len(names)
        if left <= 0:
            return


def _is_small_text(root: Path, path: Path) -> bool:
    try:
        if not path.is_file() or not path.resolve().is_relative_to(root):
            return False
        if not 0 < path.stat().st_size <= FILE_BYTES_MAX:
            return False
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "\0" not in text and bool(text.strip())
