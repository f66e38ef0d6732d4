"""The log of a service: files of its own, of bounded size and number."""

import contextlib
import logging
from contextvars import ContextVar
from logging.handlers import RotatingFileHandler

from chatbox.service.places import Places

BYTES_MAX = 1_000_000
FILES_KEPT = 5
CONSOLE = "console"
"""What NSSM names the files that catch a crash; it begins a new one at each start and deletes none."""


def log_to_files(places: Places, workspace: ContextVar[str]) -> None:
    """Send this process's log to the service's files, and prune those of its wrapper. Raises `OSError`.

    `workspace` says which one a line is about.
    """

    def name(record: logging.LogRecord) -> bool:
        record.workspace = workspace.get()
        return True

    places.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(places.log, maxBytes=BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8")
    handler.addFilter(name)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(workspace)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("chatbox.service").setLevel(logging.INFO)
    for old in sorted(places.logs.glob(f"{CONSOLE}-*.log"))[:-FILES_KEPT]:
        # Another program may still read it; the next start tries again.
        with contextlib.suppress(OSError):
            old.unlink()
