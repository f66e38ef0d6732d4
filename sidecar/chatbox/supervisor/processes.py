"""A process and everything it started. Only where there are processes to look after: psutil takes a start some time."""

import asyncio
import contextlib
import os

import psutil

ENDING_SECONDS = 2.0


def started(pid: int) -> float | None:
    """When process `pid` was started (seconds since 1970); `None` when it is gone."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None


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


def is_another(pid: int, since: float) -> bool:
    """Whether the number now belongs to another process. A leader that is gone may have left others of its session."""
    now = started(pid)
    return now is not None and abs(now - since) > 1


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
