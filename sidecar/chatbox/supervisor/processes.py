"""Processes that turns start: ended with everything they started, also after a crash of the one who started them."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import psutil

from chatbox.supervisor.jobs import in_a_job

ENDING_SECONDS = 2.0


class Leftovers:
    """Notes in a folder which processes run, so that the next owner can end what a killed one left behind."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when it is first needed."""
        self._folder = folder

    @contextlib.contextmanager
    def noted(self, agent: str, pid: int) -> Iterator[Callable[[], None]]:
        """While in here, process `pid` counts as running for `agent`; what is yielded ends what a job holds of it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # An agent may be called `con`, which no file of Windows may.
        note = self._folder / f"{agent if agent.startswith('tunnel-') else f'turn-{agent}'}.json"
        with contextlib.suppress(psutil.NoSuchProcess):
            note.write_bytes(orjson.dumps({"pid": pid, "started": psutil.Process(pid).create_time()}))
        try:
            with in_a_job(pid) as end_job:
                yield end_job
        finally:
            note.unlink(missing_ok=True)

    async def end(self) -> None:
        """End what a former owner left running; a process that merely got the same number is left alone."""
        for note in sorted(self._folder.glob("*.json")):
            with contextlib.suppress(orjson.JSONDecodeError, KeyError):
                held = orjson.loads(note.read_bytes())
                if not _is_another(held["pid"], held["started"]):
                    await end_tree(held["pid"])
            note.unlink(missing_ok=True)


async def end_tree(pid: int) -> None:
    """End process `pid` and all that it started: asked first, killed after two seconds."""
    family = _family(pid)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    deadline = asyncio.get_running_loop().time() + ENDING_SECONDS
    while family and asyncio.get_running_loop().time() < deadline:
        family = [process for process in family if _alive(process)]
        if family:
            await asyncio.sleep(0.02)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _is_another(pid: int, started: float) -> bool:
    """Whether the number now belongs to another process. A leader that is gone may have left others of its session."""
    try:
        return abs(psutil.Process(pid).create_time() - started) > 1
    except psutil.NoSuchProcess:
        return False


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _family(pid: int) -> list[psutil.Process]:
    """The process, what it started, and what those who have gone meanwhile left behind in its session."""
    found = {process.pid: process for process in _session(pid)}
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        found |= {process.pid: process for process in (*root.children(recursive=True), root)}
    return list(found.values())


def _session(pid: int) -> list[psutil.Process]:
    """The orphans of a process that is gone: where there are sessions, those of the one it led."""
    if not hasattr(os, "getsid"):
        return []
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if os.getsid(process.pid) == pid:
                found.append(process)
    return found
