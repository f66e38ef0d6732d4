"""Asking for operations, wherever the broker runs: what supervisors, editors and commands are written to."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

import orjson

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity
from chatbox.operations.calling import invoke
from chatbox.operations.feed import Feed
from chatbox.operations.registry import Transport
from chatbox.operations.workspace import Workspace


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


class LocalCaller:
    """A caller in the process that owns the broker."""

    def __init__(self, workspace: Workspace, feed: Feed, by: Identity, via: Transport = "local") -> None:
        """`via` is the transport whose requests are passed on, if any."""
        self._workspace = workspace
        self._feed = feed
        self._by = by
        self._via = via

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """See `Caller.call`."""
        answer = await invoke(self._workspace, self._by, self._via, operation, params)
        if isinstance(answer, Refusal):
            raise Refused(answer.code, answer.message)
        return answer.model_dump(mode="json")

    async def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        """See `Caller.follow`."""
        start = self._feed.head if after is None else after
        async for found in self._feed.follow(self._by, start):
            yield orjson.loads(found.encoded)

    async def close(self) -> None:
        """See `Caller.close`."""
