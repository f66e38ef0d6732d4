"""What happens, as callers see it: each event is made and encoded once, however many follow."""

from collections import OrderedDict
from collections.abc import AsyncIterator

import orjson

from chatbox.domain import entries as e
from chatbox.domain.attachments import attachments_of
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import AgentView, ApprovalView, ChannelView, Event, MessageView, SupervisorView
from chatbox.domain.values import SYSTEM, Frozen, Identity
from chatbox.operations.workspace import Workspace

KEPT_MAX = 512
KEPT_BYTES_MAX = 1_048_576
"""Events kept encoded for the next follower, and what they may take."""


class Notice(Frozen):
    """One event, encoded.

    `channel` is set when only those who may read that channel see it, `named` when it must at least exist for them.
    Who is limited to channels sees nothing else, but for the state of the agents there, as `limited` tells it.
    """

    seq: int
    channel: str | None
    encoded: bytes
    named: str | None = None
    agent: str | None = None
    limited: bytes = b""

    @property
    def size(self) -> int:
        """Bytes of its encoded forms."""
        return len(self.encoded) + len(self.limited)


class Notices(Frozen):
    """Events in order; resume after `cursor`. `supervisors` is set when the follower has to be told who they are."""

    notices: list[Notice]
    cursor: int
    supervisors: list[SupervisorView] | None = None

    @property
    def encoded(self) -> bytes:
        """The wire form of `Events`."""
        events = b",".join(n.encoded for n in self.notices)
        return b'{"events":[%b],"cursor":%d,"supervisors":%b}' % (events, self.cursor, self.encoded_supervisors)

    @property
    def encoded_supervisors(self) -> bytes:
        """The wire form of `Events.supervisors`."""
        if self.supervisors is None:
            return b"null"
        return orjson.dumps([one.model_dump(mode="json") for one in self.supervisors])


class Feed:
    """The events of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        """Nothing encoded yet."""
        self._workspace = workspace
        self._kept: OrderedDict[int, Notice] = OrderedDict()
        self._bytes = 0

    @property
    def head(self) -> int:
        """The newest announced entry."""
        return self._workspace.broker.announcer.seq

    async def follow(self, by: Identity, after: int) -> AsyncIterator[Notices]:
        """Everything that `by` may see behind `after`: first what was missed, then what happens.

        It begins with who supervises and tells it again after each change: no follower can have missed one, whatever
        it asked for before. It ends when `by` is not admitted any more.
        """
        announcer = self._workspace.broker.announcer
        stirs = announcer.stirs
        yield self._present(by, after)
        async for batch in announcer.follow(after, stirs):
            now = self._workspace.current(by)
            if isinstance(now, Refusal):
                return
            if not batch:
                yield self._present(now, after)
                continue
            after = batch[-1].seq
            visible = [self._seen(now, await self._notice(recorded)) for recorded in batch]
            notices = [notice for notice in visible if notice is not None]
            if notices:
                yield Notices(notices=notices, cursor=after)

    def _present(self, by: Identity, cursor: int) -> Notices:
        return Notices(notices=[], cursor=cursor, supervisors=self._workspace.supervisors(by))

    def _seen(self, by: Identity, notice: Notice) -> Notice | None:
        """`notice` as `by` sees it, if at all."""
        if notice.channel is not None:
            return notice if self._workspace.may_read(by, notice.channel) else None
        if notice.named is not None:
            return notice if by.knows(notice.named) else None
        if by.channels is None:
            return notice
        if notice.agent is None or not self._workspace.meets(by, notice.agent):
            return None
        return notice.model_copy(update={"encoded": notice.limited})

    async def _notice(self, recorded: e.Recorded) -> Notice:
        kept = self._kept.get(recorded.seq)
        if kept is not None:
            return kept
        if isinstance(recorded.entry, e.ContentRedacted):
            self._drop(self._kept.pop(recorded.entry.target, None))
        event, channel = await self._event(recorded)
        agent = event.agent
        notice = Notice(
            seq=recorded.seq,
            channel=channel,
            encoded=_encoded(event),
            named=getattr(recorded.entry, "channel", None),
            agent=agent.name if agent else None,
            limited=_encoded(_limited(event, agent)) if agent else b"",
        )
        self._keep(notice)
        return notice

    def _keep(self, notice: Notice) -> None:
        self._drop(self._kept.pop(notice.seq, None))
        self._kept[notice.seq] = notice
        self._bytes += notice.size
        while len(self._kept) > KEPT_MAX or self._bytes > KEPT_BYTES_MAX:
            self._drop(self._kept.popitem(last=False)[1])

    def _drop(self, notice: Notice | None) -> None:
        self._bytes -= notice.size if notice else 0

    async def _event(self, recorded: e.Recorded) -> tuple[Event, str | None]:
        entry = recorded.entry
        message: MessageView | None = None
        approval: ApprovalView | None = None
        agent: AgentView | None = None
        channel: ChannelView | None = None
        of: str | None = None
        match entry:
            case e.MessagePosted():
                message, of = self._message(recorded, entry), entry.channel
            case e.OfMessage() | e.ContentRedacted():
                number = entry.message if isinstance(entry, e.OfMessage) else entry.target
                message = await self._workspace.reading.message(number)
                of = message.channel if message else None
            case e.ApprovalRequested() | e.ApprovalDecided() | e.ApprovalExpired():
                thread = await self._workspace.reading.thread(entry.approval)
                approval, of = (thread.approval if thread else None), entry.channel
            case e.ChannelCreated():
                channel = _channel(entry)
            case _:
                known = self._workspace.broker.state.agents.get(getattr(entry, "agent", ""))
                agent = self._workspace.agent(known) if known else None
        event = Event(
            seq=recorded.seq,
            at=recorded.at,
            by=recorded.by,
            type=e.type_of(entry),
            message=message,
            approval=approval,
            agent=agent,
            channel=channel,
        )
        return event, of

    def _message(self, recorded: e.Recorded, entry: e.MessagePosted) -> MessageView:
        text = entry.text or {}
        author = self._workspace.broker.state.participants.get(recorded.by)
        return MessageView(
            id=recorded.seq,
            channel=entry.channel,
            position=entry.position,
            kind=entry.kind,
            author=recorded.by,
            author_kind=author.kind if author else "system",
            at=recorded.at,
            body=text.get("body"),
            title=text.get("title"),
            thread=entry.thread,
            cause=entry.cause,
            root=entry.root,
            depth=entry.depth,
            mentions=list(entry.mentions),
            post_type=entry.post_type,
            tier=entry.tier,
            epoch=entry.epoch,
            attachments=attachments_of(entry.text),
        )


def _encoded(event: Event) -> bytes:
    return orjson.dumps(event.model_dump(mode="json"))


def _limited(event: Event, agent: AgentView) -> Event:
    """For who is limited to channels: without whose words elsewhere woke the agent, and why it was parked."""
    return event.model_copy(update={"by": SYSTEM, "agent": agent.model_copy(update={"parked_because": None})})


def _channel(entry: e.ChannelCreated) -> ChannelView:
    return ChannelView(
        id=entry.channel,
        name=entry.channel,
        description=(entry.text or {}).get("purpose", ""),
        count=0,
        last=0,
        offset=None,
        unread=0,
        wake=None,
    )
