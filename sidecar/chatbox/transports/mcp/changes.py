"""Which resources changed, told to who subscribed, in both eras. Nobody is told of what they may not read.

A change is a level trigger (read it again), so what is owed to a slow client is a set and never grows beyond what it
subscribed to.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from mcp.server.session import ServerSession
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent

from chatbox.domain import entries as e
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity
from chatbox.operations.workspace import Workspace
from chatbox.transports.mcp.refusals import error_of

SUBSCRIPTIONS_MAX = 1_000
"""Subscriptions of one session, and streams of the stateless era."""

_Listener = Callable[[ServerEvent], None]


def channel_uri(channel: str) -> str:
    """The resource of a channel."""
    return f"chatbox://channel/{channel.removeprefix('#')}"


def post_uri(post: int) -> str:
    """The resource of a message that begins a thread."""
    return f"chatbox://post/{post}"


@dataclass(slots=True)
class _Follower:
    """A session of the older era, with what it is still to be told."""

    session: ServerSession
    by: Identity
    uris: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    owing: asyncio.Event = field(default_factory=asyncio.Event)
    telling: asyncio.Task[None] | None = None


class Changes:
    """What happens in a workspace, as changes of its resources."""

    def __init__(self, workspace: Workspace, tasks: asyncio.TaskGroup) -> None:
        """`tasks` owns a task for each session that subscribed."""
        self._workspace = workspace
        self._tasks = tasks
        self._followers: dict[object, _Follower] = {}
        self._streams: dict[object, tuple[Identity, _Listener]] = {}

    def subscribe(self, session: ServerSession, by: Identity, uri: str) -> None:
        """Tell this session when `uri` changes. Raises `MCPError` when it has too many already."""
        connection = session._connection  # noqa: SLF001 - the SDK says nowhere else when a session ends
        follower = self._followers.get(connection)
        if follower is None:
            follower = self._followers[connection] = _Follower(session, by)
            telling = follower.telling = self._tasks.create_task(_tell(follower))

            def end() -> None:
                telling.cancel()
                self._followers.pop(connection, None)

            connection.exit_stack.callback(end)
        if len(follower.uris) >= SUBSCRIPTIONS_MAX:
            raise error_of(
                Refusal(code="LIMIT_REACHED", message=f"A session has at most {SUBSCRIPTIONS_MAX} subscriptions.")
            )
        follower.uris.add(uri)

    def unsubscribe(self, session: ServerSession, uri: str) -> None:
        """Tell it no more."""
        follower = self._followers.get(session._connection)  # noqa: SLF001 - see `subscribe`
        if follower is not None:
            follower.uris.discard(uri)
            follower.owed.discard(uri)

    def seen_by(self, by: Identity) -> "Seen":
        """The changes that `by` may see, for a stream of the stateless era. Raises `MCPError` at the limit."""
        if len(self._streams) >= SUBSCRIPTIONS_MAX:
            raise error_of(
                Refusal(code="LIMIT_REACHED", message=f"There are {SUBSCRIPTIONS_MAX} streams already: end one.")
            )
        return Seen(self, by)

    def listen(self, by: Identity, listener: _Listener) -> Callable[[], None]:
        """Call `listener` with every change that `by` may see, until the returned function is called."""
        token = object()
        self._streams[token] = (by, listener)

        def end() -> None:
            self._streams.pop(token, None)

        return end

    def end(self) -> None:
        """Let go of every session."""
        for follower in self._followers.values():
            if follower.telling is not None:
                follower.telling.cancel()
        self._followers.clear()

    async def run(self) -> None:
        """Follow what happens; never ends."""
        announcer = self._workspace.broker.announcer
        async for batch in announcer.follow(announcer.seq):
            for recorded in batch:
                if self._followers or self._streams:
                    await self._announce(recorded)

    async def _announce(self, recorded: e.Recorded) -> None:
        entry = recorded.entry
        match entry:
            case e.MessagePosted():
                self._changed(entry.channel, entry.thread or recorded.seq)
            case e.OfMessage():
                await self._message_changed(entry.message)
            case e.ContentRedacted():
                await self._message_changed(entry.target)
            case e.ApprovalRequested() | e.ApprovalDecided() | e.ApprovalExpired():
                self._changed(entry.channel, entry.approval)
            case e.Subscribed() | e.Unsubscribed():
                for by, listener in list(self._streams.values()):
                    if by.participant == entry.participant:
                        listener(ResourcesListChanged())
            case _:
                pass

    async def _message_changed(self, number: int) -> None:
        message = await self._workspace.reading.message(number)
        if message is not None:
            self._changed(message.channel, message.thread or message.id)

    def _changed(self, channel: str, post: int) -> None:
        uris = {channel_uri(channel), post_uri(post)}
        for follower in self._followers.values():
            due = uris & follower.uris
            if due and self._sees(follower.by, channel):
                follower.owed |= due
                follower.owing.set()
        for by, listener in list(self._streams.values()):
            if self._sees(by, channel):
                for uri in sorted(uris):
                    listener(ResourceUpdated(uri))

    def _sees(self, by: Identity, channel: str) -> bool:
        now = self._workspace.current(by)
        return not isinstance(now, Refusal) and self._workspace.may_read(now, channel)


class Seen:
    """A `SubscriptionBus` of the SDK: the changes that one reader may see."""

    def __init__(self, changes: Changes, by: Identity) -> None:
        """Those of `changes` that `by` may read."""
        self._changes = changes
        self._by = by

    async def publish(self, event: ServerEvent) -> None:
        """Nobody but the workspace makes changes."""
        msg = f"{event} was published by hand"
        raise RuntimeError(msg)

    def subscribe(self, listener: _Listener) -> Callable[[], None]:
        """See `SubscriptionBus`."""
        return self._changes.listen(self._by, listener)


async def _tell(follower: _Follower) -> None:
    while True:
        await follower.owing.wait()
        follower.owing.clear()
        due, follower.owed = sorted(follower.owed), set()
        for uri in due:
            await follower.session.send_resource_updated(uri)
