"""`chatbox service install`, `uninstall`, `start`, `stop`, `status` and `logs`: the same on every platform."""

import asyncio
import os
import shutil
from collections import deque
from enum import IntEnum
from pathlib import Path

import click

from chatbox import __version__
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.output import note, print_json, say
from chatbox.cli.service.group import change, command, common, configuration_of, show
from chatbox.client.endpoint import Files
from chatbox.service.accounts import USUAL
from chatbox.service.controller import CannotControl, Controller, Launch, State, check_program, controller
from chatbox.service.following import follow
from chatbox.service.health import ask
from chatbox.service.places import Places, places

_wait = click.option(
    "--wait",
    "seconds",
    type=click.FloatRange(0, 600),
    default=30.0,
    show_default=True,
    help="How long its workspaces may take to answer, in seconds.",
)


class Status(IntEnum):
    """The exit codes of `service status`: those of init scripts (LSB)."""

    HEALTHY = 0
    UNHEALTHY = 1
    STOPPED = 3
    ABSENT = 4


_SAID: dict[State, str] = {
    "absent": "is not installed: `chatbox service install`",
    "stopped": "is not running: `chatbox service start`",
    "starting": "is starting",
    "running": "is running",
    "stopping": "is stopping",
    "failed": "failed and is not running: `chatbox service logs`",
}


@command.command("install")
@click.option(
    "--account", metavar="NAME", help="Whose. Windows: virtual, localservice, localsystem. Linux: --system only."
)
@_wait
@click.option(
    "--workspace",
    "added",
    metavar="DIR",
    multiple=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Serve it as well, as `configure --workspace` says; any number of times.",
)
@click.option("--no-start", is_flag=True, help="Do not start it.")
@click.option("--print", "only_print", is_flag=True, help="Only print what the service manager would be told.")
@common
def install(
    *,
    account: str | None,
    seconds: float,
    added: tuple[Path, ...],
    no_start: bool,
    only_print: bool,
    config: Path | None,
    system: bool,
    as_json: bool,
) -> None:
    """Hand the configured workspaces to this platform's service manager, and start them: `--workspace .` is one.

    Windows: a service under NSSM. Linux: a unit of your own systemd, or of the machine's with --system. macOS: an agent
    of launchd. Installing again mends what was changed by hand. The start is proved by asking each workspace.

    Exit codes: 1 the service manager refuses or is not there; 4 a workspace did not start; 78 service.toml is wrong.
    """
    found = places(system=system, configuration=config)
    if added and only_print:
        raise click.UsageError("--print writes nothing: leave out --workspace")
    try:
        control = controller(found)
        check_program()
        for workspace in added:
            change(found, workspace=workspace)
        launch = Launch(found, configuration_of(found), account)
        if only_print:
            say(control.definition(launch).rstrip("\n"))
            return
        if control.state() in ("running", "starting") and not no_start:
            control.stop()
        for said in control.install(launch):
            note(said)
    except CannotControl as cannot:
        raise _failed(cannot) from cannot
    if account not in (None, launch.configuration.service.account or USUAL):
        change(found, account=account)
    if no_start:
        _tell(found, "installed", as_json)
    else:
        _start(control, found, seconds)
        _tell(found, "running", as_json)


@command.command("uninstall")
@click.option(
    "--purge", is_flag=True, help="Also delete its service.toml, its logs, and the rooms of all its workspaces."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def uninstall(*, purge: bool, yes: bool, config: Path | None, system: bool, as_json: bool) -> None:
    """Stop the service and take it away from the service manager. What was said is kept, unless --purge.

    Exit codes: 1 refused, also when you say no.
    """
    found = places(system=system, configuration=config)
    doomed = _purged(found) if purge else []
    if doomed and not yes:
        for place in doomed:
            note(f"  {place}")
        if as_json or not click.confirm("Delete all of this, and what was said in it, for good?", err=True):
            raise Failed(
                Exit.REFUSED, "REFUSED", "nothing was deleted, and the service is as it was (--yes asks nothing)"
            )
    try:
        controller(found).uninstall()
    except CannotControl as cannot:
        raise _failed(cannot) from cannot
    for place in doomed:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    _tell(found, "uninstalled", as_json)


@command.command("start")
@_wait
@common
def start(*, seconds: float, config: Path | None, system: bool, as_json: bool) -> None:
    """Start the service, and wait until each workspace answers with this version.

    Exit codes: 1 the service manager refuses or is not there; 4 a workspace did not start; 78 service.toml is wrong.
    """
    found = places(system=system, configuration=config)
    try:
        _start(controller(found), found, seconds)
    except CannotControl as cannot:
        raise _failed(cannot) from cannot
    _tell(found, "running", as_json)


@command.command("stop")
@common
def stop(*, config: Path | None, system: bool, as_json: bool) -> None:
    """Stop the service after the turns that run, and wait until it has gone."""
    found = places(system=system, configuration=config)
    try:
        controller(found).stop()
    except CannotControl as cannot:
        raise _failed(cannot) from cannot
    _tell(found, "stopped", as_json)


@command.command("status")
@common
def status(*, config: Path | None, system: bool, as_json: bool) -> int:
    """Say whether the service runs, and whether each workspace answers.

    Exit codes, those of init scripts: 0 it runs and every workspace answers; 1 it runs, and one does not; 3 it is not
    running; 4 it is not installed; 78 service.toml is wrong.
    """
    found = places(system=system, configuration=config)
    try:
        control = controller(found)
        state = control.state()
    except CannotControl as cannot:
        raise _failed(cannot) from cannot
    unconfigured = state == "absent" and not found.configuration.exists()
    served = () if unconfigured else configuration_of(found).workspace
    asked = asyncio.run(ask(served, __version__))
    if as_json:
        shown = [one.shown() for one in asked]
        print_json({"id": str(found.configuration), "state": state, "version": __version__, "workspaces": shown})
    else:
        say(f"The service ({control.title}) {_SAID[state]}.")
        show(asked)
    match state:
        case "absent":
            return Status.ABSENT
        case "stopped" | "stopping" | "failed":
            return Status.STOPPED
        case _:
            return Status.HEALTHY if all(one.healthy for one in asked) else Status.UNHEALTHY


@command.command("logs")
@click.option("-n", "count", type=click.IntRange(0), default=50, show_default=True, help="How many lines.")
@click.option("-f", "following", is_flag=True, help="Go on with what is written from now on, until Ctrl-C.")
@common
def logs(*, count: int, following: bool, config: Path | None, system: bool, as_json: bool) -> None:
    """Print the end of the service's log."""
    found = places(system=system, configuration=config)
    if as_json:
        print_json({"id": str(found.log), "lines": _last(found.log, count)})
        return
    if not found.log.exists():
        raise Failed(Exit.UNREADABLE, "UNREADABLE", f"{found.log} is not there yet: the service has never run")
    size = found.log.stat().st_size
    for line in _last(found.log, count):
        say(line)
    if following:
        for line in follow(found.log, size):
            say(line)


def _last(path: Path, count: int) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return [line.rstrip("\n") for line in deque(file, maxlen=count)]


def _start(control: Controller, found: Places, seconds: float) -> None:
    """Start it, and believe its workspaces rather than its manager. Raises `Failed`."""
    configuration = configuration_of(found)
    served = configuration.workspace
    try:
        control.renew(Launch(found, configuration))
        control.start()
    except CannotControl as cannot:
        raise _failed(cannot) from cannot
    asked = asyncio.run(ask(served, __version__, seconds))
    bad = [one for one in asked if not one.healthy]
    if bad:
        show(asked)
        message = f"{len(bad)} of {len(asked)} workspaces did not start: `chatbox service logs` says more ({found.log})"
        raise Failed(Exit.NOT_RUNNING, "NOT_RUNNING", message)


def _purged(found: Places) -> list[Path]:
    """What `--purge` deletes. The workspaces themselves are never among it."""
    rooms = [Files(one.path) for one in configuration_of(found).workspace] if found.configuration.exists() else []
    kept = [place for files in rooms for place in (files.folder, files.person_token, files.person_endpoint)]
    return [place for place in (*kept, found.logs, found.configuration) if os.path.lexists(place)]


def _tell(found: Places, state: str, as_json: bool) -> None:
    if as_json:
        print_json({"id": str(found.configuration), "status": state})
    else:
        say(f"The service is {state}.")


def _failed(cannot: CannotControl) -> Failed:
    if cannot.definition is not None:
        say(cannot.definition.rstrip("\n"))
    return Failed(Exit.REFUSED, "UNAVAILABLE", str(cannot))
