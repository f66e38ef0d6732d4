"""The group `chatbox service`, and what its commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from chatbox.cli.exits import Exit, Failed
from chatbox.cli.output import note, say
from chatbox.service.configuration import BadConfiguration, Configuration, read
from chatbox.service.health import Health
from chatbox.service.places import Places

F = TypeVar("F", bound=Callable[..., Any])


@click.group("service")
def command() -> None:
    """Run rooms as a service of this machine or of yours.

    `configure` names the workspaces, `install` hands them to Windows' services, systemd or launchd.
    """


def common(wanted: F) -> F:
    """Give a command the options that say which service is meant."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON."),
        click.option("--system", is_flag=True, help="The machine's service (Linux), instead of your own."),
        click.option(
            "--config",
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            help="Its service.toml. Default: CHATBOX_SERVICE_CONFIG, or this platform's place.",
        ),
    ):
        wanted = option(wanted)
    return wanted


def configuration_of(found: Places) -> Configuration:
    """What its file says. Raises `Failed`."""
    try:
        return read(found.configuration)
    except BadConfiguration as bad:
        raise Failed(Exit.BAD_CONFIGURATION, "BAD_CONFIGURATION", str(bad)) from bad


def change(found: Places, **said: Any) -> Configuration:
    """Say something in its file, see `editing.edit`; what it says then. Raises `Failed`."""
    from chatbox.service.editing import edit  # noqa: PLC0415 - commands that only ask load no editor

    workspace = said.get("workspace")
    if workspace is not None and not workspace.is_dir():
        message = f"--workspace names {workspace}, which is no folder: name one that is there"
        raise Failed(Exit.UNREADABLE, "UNREADABLE", message)
    if found.system and said.get("person") is None and not found.configuration.exists():
        from chatbox.app.owning import person_name  # noqa: PLC0415 - loads the whole room

        said["person"] = os.environ.get("SUDO_USER") or person_name()
    try:
        return edit(found.configuration, **said)
    except BadConfiguration as bad:
        raise Failed(Exit.BAD_CONFIGURATION, "BAD_CONFIGURATION", str(bad)) from bad


def show(asked: list[Health]) -> None:
    """Each workspace a line: those that are well on stdout, the others on stderr."""
    if not asked:
        note("The service has no workspace yet: `chatbox service configure --workspace DIR`.")
    for one in asked:
        (say if one.healthy else note)(f"{one.path} (port {one.port}): {one.said}")
