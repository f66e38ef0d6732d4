"""Asking for operations, wherever the broker runs: what supervisors, editors and commands are written to.

Loads nothing: a command that asks another process starts faster than the broker's own modules do.
"""

from collections.abc import AsyncIterator
from typing import Any, Protocol


class Refused(Exception):  # noqa: N818 - reads as the fact it states
    """The operation was refused, with a stable code and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        """As in `Refusal`."""
        super().__init__(message)
        self.code = code
        self.message = message


class Lost(Exception):  # noqa: N818 - reads as the fact it states
    """The broker went away before it answered; ask again with the same client key."""


class Caller(Protocol):
    """One caller with one identity."""

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """The operation's result. Raises `Refused` or `Lost`."""

    def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        """`Events` behind `after`, or from now on. Raises `Lost` when the broker goes away."""

    async def close(self) -> None:
        """Let go of the connection."""
