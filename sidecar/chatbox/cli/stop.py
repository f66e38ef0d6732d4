"""`chatbox stop`, and how `up --fresh` ends what runs."""

import asyncio
from pathlib import Path

import click
import filelock

from chatbox.cli.asking import Asking, ask
from chatbox.cli.exits import Exit, Failed
from chatbox.cli.options import files_of, with_json
from chatbox.cli.output import on_terminal, print_json, say
from chatbox.client.endpoint import Endpoint, Files, read_endpoint

GONE_SECONDS = 15.0
LOOK_SECONDS = 0.05


@click.command("stop")
@with_json
def command(workspace: Path | None, as_json: bool) -> None:
    """End the process that runs here, after the turns that run."""
    files = files_of(workspace)
    end(files)
    if as_json:
        print_json({"id": str(files.root), "status": "stopped"})
    elif on_terminal():
        say(f"stopped {files.root}")


def end(files: Files) -> None:
    """End the owner and wait until it has gone. Raises `Failed`."""
    before = read_endpoint(files.endpoint)
    ask(files, _stop)
    asyncio.run(_gone(files, before))


async def _stop(asking: Asking) -> None:
    await asking.read("stop")


async def _gone(files: Files, before: Endpoint | None) -> None:
    try:
        async with asyncio.timeout(GONE_SECONDS):
            while not _is_gone(files, before):  # noqa: ASYNC110 - another process has no event to wait for
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as late:
        message = (
            f"it still runs after {GONE_SECONDS:g} s: wait for its turns (`chatbox agents`), or end process "
            f"{before.pid if before else 'that owns it'}"
        )
        raise Failed(Exit.REFUSED, "STILL_RUNNING", message) from late


def _is_gone(files: Files, before: Endpoint | None) -> bool:
    """The owner withdraws its address first and lets go of the lock last; a new owner is no matter of ours."""
    now = read_endpoint(files.endpoint)
    if now is not None:
        return now != before
    lock = filelock.FileLock(files.lock, blocking=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        return False
    lock.release()
    return True
