"""The log of a service: files of its own, of bounded size and number."""

import contextlib
import logging
import os
import sys
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler

from chatbox.service.places import Places

BYTES_MAX = 1_000_000
FILES_KEPT = 5
CONSOLE = "console"
"""What the files are named that catch a crash. NSSM begins a new one at each start and deletes none."""


def log_to_files(places: Places, workspace: ContextVar[str]) -> None:
    """Send this process's log to the service's files. Raises `OSError`.

    `workspace` says which one a line is about.
    """

    def name(record: logging.LogRecord) -> bool:
        record.workspace = workspace.get()
        return True

    handler = RotatingFileHandler(places.log, maxBytes=BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8")
    handler.addFilter(name)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(workspace)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("chatbox.service").setLevel(logging.INFO)


def prune_console(places: Places) -> None:
    """Keep what a wrapper catches of a crash within bounds, and make the folder of the logs. Raises `OSError`."""
    places.logs.mkdir(parents=True, exist_ok=True)
    for old in sorted(places.logs.glob(f"{CONSOLE}-*.log"))[:-FILES_KEPT]:
        # Another program may still read it; the next start tries again.
        with contextlib.suppress(OSError):
            old.unlink()
    console = places.logs / f"{CONSOLE}.log"
    if sys.platform == "darwin" and console.exists() and console.stat().st_size > BYTES_MAX:
        # launchd appends to it for ever; NSSM begins a new one by itself.
        os.truncate(console, 0)
