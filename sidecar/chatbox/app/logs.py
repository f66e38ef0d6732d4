"""What goes wrong inside is written to the workspace's log; stdout and stderr belong to people and protocols."""

import logging
from logging.handlers import RotatingFileHandler

from chatbox.client.endpoint import Files

BYTES_MAX = 1_000_000


def log_to(files: Files) -> None:
    """Send this process's log to the workspace's file. A file that cannot be written leaves the log on stderr."""
    root = logging.getLogger()
    if any(isinstance(handler, RotatingFileHandler) for handler in root.handlers):
        return
    try:
        handler = RotatingFileHandler(files.log, maxBytes=BYTES_MAX, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(name)s %(levelname)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    # It logs every refusal as an exception, with a traceback.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
