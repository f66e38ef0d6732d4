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

workspace_now: ContextVar[str] = ContextVar("workspace_now", default="-")
"""Which workspace a line is about."""


def log_to_files(places: Places) -> None:
    """Send this process's log to the service's files, and prune those of its wrapper. Raises `OSError`."""
    places.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(places.log, maxBytes=BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8")
    handler.addFilter(_name)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(workspace)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("chatbox.service").setLevel(logging.INFO)
    for old in sorted(places.logs.glob(f"{CONSOLE}-*.log"))[:-FILES_KEPT]:
        # Another program may still read it; the next start tries again.
        with contextlib.suppress(OSError):
            old.unlink()


def _name(record: logging.LogRecord) -> bool:
    record.workspace = workspace_now.get()
    return True
