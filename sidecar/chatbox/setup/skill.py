"""The skill that teaches an agent to use a room, and where programs look for skills."""

from importlib.resources import files
from pathlib import Path

from chatbox.setup.clients import Scope

NAME = "chatbox"

_FOLDERS = {"claude": ".claude/skills"}
"""Where a client's skills are, in the project and in the home; only those that were seen to work."""


def skill_text() -> str:
    """`SKILL.md` as it ships with the package."""
    return files("chatbox.setup").joinpath("SKILL.md").read_text(encoding="utf-8")


def skill_folder(client: str, scope: Scope, root: Path) -> Path | None:
    """The folder that holds the skill for a client; `None` when it has none that is known."""
    known = _FOLDERS.get(client)
    if known is None:
        return None
    return (root if scope == "project" else Path.home()) / known / NAME
