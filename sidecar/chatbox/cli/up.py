"""`chatbox up`: own the workspace until Ctrl-C, or say where it runs already."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import click
import filelock

from chatbox.app.owning import CannotOwn, Options, OwnedAlready, Owner, owning
from chatbox.cli.asking import ask, health, nothing_runs
from chatbox.cli.demo import DEMO, open_discussion
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.loops import loop_factory
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import note, print_json, report, say, styled
from chatbox.cli.progress import Shown
from chatbox.cli.signals import Ending
from chatbox.cli.stop import end
from chatbox.client.endpoint import Endpoint, Files, Unreadable, find_root
from chatbox.ports import JournalFailed, ViewsFailed
from chatbox.supervisor.declared import BadDeclaration
from chatbox.views.store import remove

STARTING_SECONDS = 10.0
TURNS_SECONDS = 10.0
LOOK_SECONDS = 0.05


@click.command("up")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: that of last time, else a free one.")
@click.option("--demo", is_flag=True, help="Two agents without a model that discuss a file of this workspace.")
@click.option("--fresh", is_flag=True, help="Forget everything that was said here and begin anew.")
@click.option("--new-person-token", is_flag=True, help="Replace a person's token that was lost; that is recorded.")
@click.option("--no-supervise", is_flag=True, help="Run no agents in this process.")
@with_json
def command(
    *,
    port: int | None,
    demo: bool,
    fresh: bool,
    new_person_token: bool,
    no_supervise: bool,
    workspace: Path | None,
    as_json: bool,
) -> int:
    """Run the room of this workspace until Ctrl-C.

    Prints a link to the web page. When it runs already, prints where, with a new link.
    """
    files = files_of(workspace)
    if workspace is None:
        _say_which(files)
    if files.by_service and not _running(files):
        raise nothing_runs(files)
    if fresh:
        if files.by_service:
            message = f"this machine's service owns {files.root}: `chatbox service uninstall --purge` begins it anew"
            raise Failed(Exit.REFUSED, "WRONG_STATE", message)
        _begin_anew(files)
    running = _running(files)
    if running is None:
        shown = Shown("reading the journal", "making the views of it")
        options = Options(
            port=port,
            supervise=not no_supervise,
            demo=DEMO if demo else (),
            new_person_token=new_person_token,
            progress=shown,
        )
        try:
            with shown, asyncio.Runner(loop_factory=loop_factory()) as runner:
                return runner.run(_own(files, options, as_json))
        except OwnedAlready:
            running = asyncio.run(_started_elsewhere(files))
    if new_person_token:
        message = f"{files.root} runs already: end it with Ctrl-C there, then start it with --new-person-token"
        raise Failed(Exit.REFUSED, "WRONG_STATE", message)
    _show_running(files, running, as_json)
    asked = {"--port": port is not None, "--demo": demo, "--no-supervise": no_supervise}
    unused = [name for name, given in asked.items() if given]
    if unused:
        note(f"It was started before, so {', '.join(unused)} changed nothing: `chatbox stop`, then start again.")
    return Exit.DONE


def _say_which(files: Files) -> None:
    """Whoever starts it in a subfolder learns that the room is not there."""
    if files.root != Path.cwd().resolve():
        why = find_root(Path.cwd()).why
        note(f"The workspace is {files.root}, because {why}; `chatbox up --workspace .` takes this folder instead.")


def _running(files: Files) -> Endpoint | None:
    """Where the workspace's owner answers. Raises `Failed` for one that can record nothing."""
    found = health(files)
    if found is None:
        return None
    endpoint, said = found
    if said["status"] != "ok":
        why = str(said.get("detail")).rstrip(".")
        message = (
            f"{files.root} runs as process {endpoint.pid}, but: {why}; end it with `chatbox stop`, then start again"
        )
        raise Failed(Exit.NOT_RUNNING, "UNAVAILABLE", message)
    return endpoint


async def _started_elsewhere(files: Files) -> Endpoint:
    """Somebody else has just begun to own the workspace: wait until it answers."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STARTING_SECONDS):
            while True:
                found = await asyncio.to_thread(_running, files)
                if found is not None:
                    return found
                await asyncio.sleep(LOOK_SECONDS)
    message = f"another process owns {files.root}, but does not answer yet: try again in a moment, or end that process"
    raise Failed(Exit.NOT_RUNNING, "NO_ANSWER", message)


def _show_running(files: Files, endpoint: Endpoint, as_json: bool) -> None:
    link = ask(files, lambda asking: asking.read("link"))["url"]
    if as_json:
        print_json({"id": str(files.root), "status": "running", "url": endpoint.url, "pid": endpoint.pid, "link": link})
        return
    say(f"ChatBox runs already in {files.root} (process {endpoint.pid}).")
    say(f"\n  {styled(link, 'head')}\n")
    say("The link works once. `chatbox stop` ends it.")


def _begin_anew(files: Files) -> None:
    """Delete what was said: the journal and its views. Tokens, the port and agents.toml stay."""
    if _running(files) is not None:
        end(files)
    if not files.folder.is_dir():
        return
    try:
        with filelock.FileLock(files.lock, blocking=False):
            remove(files.journal)
            remove(files.views)
    except filelock.Timeout as taken:
        message = f"another process owns {files.root}, but does not answer: end it, then try again"
        raise Failed(Exit.NOT_RUNNING, "NO_ANSWER", message) from taken


async def _own(files: Files, options: Options, as_json: bool) -> int:
    """Own the workspace until somebody ends it. Raises `Failed` or `OwnedAlready`."""
    with Ending() as ending:
        try:
            # From before it is announced: whoever finds it may ask it to end.
            async with owning(files, replace(options, ready=ending.take_over)) as owner:
                if options.demo:
                    await open_discussion(owner)
                await _show_started(owner, as_json)
                await _serve(owner, ending, as_json)
                status = Exit.UNREADABLE if owner.workspace.broker.failed else Exit.DONE
                await _finish_turns(owner, ending)
        except BaseException as error:
            raise _explained(error) from error
    return Exit.INTERRUPTED if ending.hurried.is_set() else status


async def _show_started(owner: Owner, as_json: bool) -> None:
    link = None
    if owner.person is not None:
        link = (await owner.caller(owner.person).call("link", {}))["url"]
    if as_json:
        root = str(owner.files.root)
        print_json({"id": root, "status": "started", "url": owner.url, "link": link, "notes": owner.notes})
        return
    say(f"ChatBox runs in {owner.files.root}")
    for said in owner.notes:
        say(said)
    say(f"\n  {styled(link or owner.url, 'head')}\n")
    say("The link works once; `chatbox link` prints another. Ctrl-C ends it." if link else "Ctrl-C ends it.")


async def _serve(owner: Owner, ending: Ending, as_json: bool) -> None:
    """Until a signal or `chatbox stop`; a journal that fails is told at once, and what was said stays readable."""
    broker = owner.workspace.broker
    await _any(ending.asked, owner.workspace.stopping, broker.ended)
    if broker.failed is not None:
        failed = Failed(Exit.UNREADABLE, "UNAVAILABLE", f"{broker.failed} Reading still works; Ctrl-C ends it")
        report(failed, json=as_json)
        await _any(ending.asked, owner.workspace.stopping)


async def _any(*events: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as tasks:
        waits = [tasks.create_task(event.wait()) for event in events]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


async def _finish_turns(owner: Owner, ending: Ending) -> None:
    """Begin no further turn; those that run get a moment, unless somebody is in a hurry."""
    if owner.supervisor is None:
        return
    owner.supervisor.rest()
    if owner.busy:
        note(f"Waiting up to {TURNS_SECONDS:g} s for the turns that run. Ctrl-C again ends at once.")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TURNS_SECONDS):
            while owner.busy and not ending.hurried.is_set():  # noqa: ASYNC110 - looked at for ten seconds at most
                await asyncio.sleep(LOOK_SECONDS)


def _explained(error: BaseException) -> BaseException:
    """The failure to tell, out of the groups that it may arrive in; anything else as it is."""
    match error:
        case BaseExceptionGroup(exceptions=(only,)):
            return _explained(only)
        case JournalFailed() | BadDeclaration() | Unreadable():
            return Failed(Exit.UNREADABLE, "UNREADABLE", str(error))
        case CannotOwn():
            is_file = isinstance(error.__cause__, OSError | ViewsFailed)
            return Failed(Exit.UNREADABLE if is_file else Exit.REFUSED, "UNAVAILABLE", str(error))
        case _:
            return error
