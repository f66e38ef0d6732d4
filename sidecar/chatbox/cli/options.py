"""The options that commands share, and the workspace they mean."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from chatbox.cli.exits import Exit, Failed
from chatbox.client.endpoint import Files, find_root

TOKENS_MAX = 200_000
"""The largest budget of a reader, as `operations.wire` has it: that module would bring all of the domain along."""

F = TypeVar("F", bound=Callable[..., Any])

_workspace = click.option(
    "--workspace",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The project's folder. Default: AGENTCHAT_WORKSPACE, the nearest parent with .agentchat, or the git root.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def with_workspace(command: F) -> F:
    """Give a command `--workspace`."""
    return _workspace(command)


def with_json(command: F) -> F:
    """Give a command `--workspace` and `--json`."""
    return _workspace(_json(command))


def files_of(workspace: Path | None) -> Files:
    """The files of the workspace that is meant. Raises `Failed` when its folder is not there."""
    root = workspace or find_root(Path.cwd()).folder
    if not root.is_dir():
        where = "--workspace" if workspace else "AGENTCHAT_WORKSPACE"
        named = "" if workspace is None and not os.environ.get("AGENTCHAT_WORKSPACE") else f"{where} names "
        raise Failed(Exit.UNREADABLE, "UNREADABLE", f"{named}{root}, which is no folder: name one that is there")
    return Files(root)
