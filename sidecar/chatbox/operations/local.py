"""A caller in the process that owns the broker."""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity
from chatbox.operations.caller import Refused
from chatbox.operations.calling import invoke
from chatbox.operations.feed import Feed
from chatbox.operations.registry import Transport
from chatbox.operations.workspace import Workspace


class LocalCaller:
    """See `Caller`."""

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
