"""How a command ends, as scripts see it. `docs` and `chatbox --help` name the same codes."""

import errno
from enum import IntEnum

from chatbox.client.endpoint import remedy


class Exit(IntEnum):
    """The exit codes. They do not change their meaning."""

    DONE = 0
    REFUSED = 1
    """The broker refused it, or what was asked is not so (`verify`: an entry is not what was recorded)."""
    TRUNCATED = 2
    """Only `verify`: the journal's end is missing."""
    UNREADABLE = 3
    """A file that is needed is missing, damaged or wrong, or cannot be read or written."""
    NOT_RUNNING = 4
    """Nothing is running here, or it does not answer."""
    NOT_PERMITTED = 5
    """Whoever asks may not: no token, another token, or only a person can."""
    USAGE = 64
    """The command line itself is wrong."""
    PORT_TAKEN = 69
    """Only `service run`: another program listens on the port of every workspace."""
    INTERNAL = 70
    """A bug in ChatBox."""
    BAD_CONFIGURATION = 78
    """Only `service`: service.toml is missing or wrong."""
    INTERRUPTED = 130
    """Ctrl-C."""


class Failed(Exception):  # noqa: N818 - reads as the fact it states
    """An expected failure: a stable code, and one line that says what happened and what to do next."""

    def __init__(self, status: Exit, code: str, message: str) -> None:
        """`message` completes the line `chatbox: …`."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


_NOT_PERMITTED = ("AUTH_ERROR", "HUMAN_REQUIRED", "IDENTITY_MISMATCH", "NOT_AUTHOR", "NOT_PERMITTED", "SESSION_EXPIRED")
UNCERTAIN = ("UNAVAILABLE", "UNKNOWN_OUTCOME")
"""Refusals after which the same request, with the same client key, may be asked again."""


def refused(code: str, message: str) -> Failed:
    """A refusal by the broker, as a failure of the command."""
    if code in _NOT_PERMITTED:
        return Failed(Exit.NOT_PERMITTED, code, message)
    return Failed(Exit.NOT_RUNNING if code in (*UNCERTAIN, "NO_ANSWER") else Exit.REFUSED, code, message)


def cannot_read(error: OSError) -> Failed:
    """The operating system's word about a file, as a failure of the command."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" ({error.filename})" if error.filename else ""
        message = f"the disk is full{where}: free some space, then start again"
    else:
        why = (error.strerror or str(error)).lower()
        message = f"{error.filename or 'a file'} cannot be used ({why}): {remedy(error)}"
    return Failed(Exit.UNREADABLE, "UNREADABLE", message)
