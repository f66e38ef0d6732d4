"""`chatbox service run`, `configure` and `health`: the service itself, what it owns, and whether that answers.

The room is loaded by `run` alone: what asks or edits ends within a fraction of the time that it needs to load.
"""

import asyncio
import sys
import threading
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chatbox import __version__
from chatbox.cli.exits import Exit, Failed, cannot_read
from chatbox.cli.loops import loop_factory
from chatbox.cli.output import note, print_json, say, table
from chatbox.cli.service.group import change, command, common, configuration_of, show
from chatbox.cli.signals import Ending
from chatbox.service.configuration import Configuration
from chatbox.service.health import ask
from chatbox.service.logs import log_to_files, prune_console
from chatbox.service.places import places

if TYPE_CHECKING:
    from chatbox.service.running import Failure, Kind, Service

FAILING_SECONDS = 2.0
"""What `--slow-to-fail` takes, so that nothing is started again and again without a pause."""

EXITS: "dict[Kind, Exit]" = {
    "port": Exit.PORT_TAKEN,
    "unreadable": Exit.UNREADABLE,
    "refused": Exit.REFUSED,
    "owned": Exit.REFUSED,
    "bug": Exit.INTERNAL,
}


@command.command("run")
@click.option("--until-stdin-ends", is_flag=True, help="End as well when stdin does, for who starts it with a pipe.")
@click.option("--slow-to-fail", is_flag=True, help="Take 2 seconds to fail, for who starts it again at once.")
@common
def run(*, until_stdin_ends: bool, slow_to_fail: bool, config: Path | None, system: bool, as_json: bool) -> int:
    """Be the service, in the foreground. A service manager runs this.

    Ctrl-C, SIGTERM and Ctrl-Break end it after the turns that run, within 15 seconds.

    Exit codes: 0 ended; 3 a journal or another file cannot be read; 69 the port is taken; 78 service.toml is wrong;
    1, 3 and 69 only when no workspace could be started: else the others go on, and it is tried again.
    """
    found = places(system=system, configuration=config)
    workspace = ContextVar("workspace", default="-")
    try:
        prune_console(found)
        configuration = configuration_of(found)
        log_to_files(found, workspace)
    except OSError as error:
        raise cannot_read(error) from error
    count = len(configuration.workspace)
    started = {"status": "starting", "version": __version__, "workspaces": count, "log": str(found.log)}
    line = f"ChatBox {__version__} as a service of {count} workspace{'' if count == 1 else 's'}. Log: {found.log}"
    print_json(started) if as_json else say(line)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        pause = FAILING_SECONDS if slow_to_fail else 0
        failed = runner.run(_serve(configuration, workspace, until_stdin_ends=until_stdin_ends, pause=pause))
    if failed is not None:
        raise Failed(EXITS[failed.kind], "UNAVAILABLE", failed.message)
    return Exit.DONE


async def _serve(
    configuration: Configuration, workspace: ContextVar[str], *, until_stdin_ends: bool, pause: float
) -> "Failure | None":
    from chatbox.service.running import Service  # noqa: PLC0415 - see the module's docstring

    service = Service(configuration, workspace)
    with Ending() as ending:
        ending.take_over()
        if until_stdin_ends:
            loop = asyncio.get_running_loop()
            # A thread, because Windows' loop cannot watch every kind of stdin; it ends with the process.
            threading.Thread(target=_read_stdin, args=(loop, ending.asked), daemon=True).start()
        async with asyncio.TaskGroup() as tasks:
            asked = tasks.create_task(_stop_when(ending.asked, service))
            failed = await service.run()
            asked.cancel()
        if failed is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(ending.asked.wait(), pause)
    return failed


async def _stop_when(asked: asyncio.Event, service: "Service") -> None:
    await asked.wait()
    service.stop()


def _read_stdin(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    loop.call_soon_threadsafe(ended.set)


@command.command("configure")
@click.option("--workspace", "add", metavar="DIR", type=click.Path(file_okay=False, path_type=Path), help="Serve it.")
@click.option("--port", type=click.IntRange(1, 65535), help="Of --workspace. Default: that it has, else a free one.")
@click.option("--agents/--no-agents", default=None, help="Whether its agents run; they have no sandbox yet.")
@click.option("--person", metavar="NAME", help="What the person is called in rooms that never had one.")
@click.option(
    "--remove", metavar="DIR", type=click.Path(path_type=Path), help="Serve it no longer; nothing is deleted."
)
@common
def configure(
    *,
    add: Path | None,
    port: int | None,
    agents: bool | None,
    person: str | None,
    remove: Path | None,
    config: Path | None,
    system: bool,
    as_json: bool,
) -> None:
    """Change which workspaces the service owns, and show them.

    Without an option it only shows them. A change counts from the service's next start.
    """
    if port is not None and add is None:
        raise click.UsageError("--port is for --workspace")
    found = places(system=system, configuration=config)
    if (add, port, agents, person, remove) == (None,) * 5:
        configuration = configuration_of(found)
    else:
        configuration = change(found, workspace=add, port=port, agents=agents, person=person, remove=remove)
        note("It counts from the next `chatbox service install`, which starts anew what runs.")
    if as_json:
        print_json({"id": str(found.configuration), **configuration.model_dump(mode="json")})
        return
    note(f"{found.configuration}: agents {'run' if configuration.service.agents else 'do not run'}.")
    table(("PORT", "WORKSPACE"), [(one.port, one.path) for one in configuration.workspace])


@command.command("health")
@click.option("--expect-version", metavar="VERSION", help="The only version that counts.")
@click.option(
    "--wait", "seconds", type=click.FloatRange(0, 600), default=0.0, help="How long to wait for it, in seconds."
)
@common
def health(*, expect_version: str | None, seconds: float, config: Path | None, system: bool, as_json: bool) -> int:
    """Ask each workspace of the service whether it answers, and with which version.

    Exit codes: 0 all do; 4 one does not, and stderr says which and why; 78 service.toml is wrong.
    """
    found = places(system=system, configuration=config)
    asked = asyncio.run(ask(configuration_of(found).workspace, expect_version, seconds))
    if as_json:
        print_json([one.shown() for one in asked])
    else:
        show(asked)
    return Exit.DONE if all(one.healthy for one in asked) else Exit.NOT_RUNNING
