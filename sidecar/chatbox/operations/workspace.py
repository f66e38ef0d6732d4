"""One workspace, as operations see it. There is no other state: no module-level one, no second object a root."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbox.broker.broker import Broker
from chatbox.broker.presence import Presence
from chatbox.broker.waiting import Waiting
from chatbox.domain.admission import current
from chatbox.domain.entries import TurnStarted
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import AgentView, Brief, SupervisorView
from chatbox.domain.state import Agent, Participant, no_channel
from chatbox.domain.values import Bound, Identity
from chatbox.operations.door import Door
from chatbox.ports import Attachments, Reading
from chatbox.rooms.hosting import Hosting

STOPPED = "stopped on request"
"""What clients are told when a person stopped the owner: none of them takes over then."""


@dataclass(slots=True)
class Workspace:
    """The parts that operations call, put together by `app`."""

    name: str
    broker: Broker
    reading: Reading
    attachments: Attachments
    waiting: Waiting
    presence: Presence
    door: Door
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    rooms: Hosting | None = None
    """Password rooms, where there is a server to reach them through."""

    def current(self, by: Identity) -> Identity | Refusal:
        """`by` as it stands now, for what lasts longer than one step: see `admission.current`."""
        return current(self.broker.state, by, self.broker.now())

    def may_read(self, by: Identity, channel: str) -> bool:
        """People read everything that exists for them; an agent what it follows."""
        if not by.knows(channel):
            return False
        return by.kind != "agent" or (by.participant, channel) in self.broker.state.subscriptions

    def channels_read_by(self, by: Identity) -> list[str]:
        """All that `by` may read."""
        return [name for name in self.broker.state.channels if self.may_read(by, name)]

    def meets(self, by: Identity, agent: str) -> bool:
        """Whether the supervised agent exists for `by`: it follows something that does."""
        if by.channels is None:
            return True
        return any((agent, channel) in self.broker.state.subscriptions for channel in by.channels)

    async def met_by(self, by: Identity) -> list[Participant]:
        """Everybody who exists for `by`: with a limit to channels, who speaks or follows there, and `by`."""
        state = self.broker.state
        if by.channels is None:
            return list(state.participants.values())
        speakers = await self.reading.speakers(sorted(by.channels))
        followers = {one.participant for one in state.subscriptions.values() if one.channel in by.channels}
        return [state.participants[name] for name in {*speakers, *followers, by.participant}]

    def readable(self, by: Identity, channels: Sequence[str]) -> Refusal | None:
        """`None` when all `channels` exist for `by`, who may read them."""
        state = self.broker.state
        for channel in channels:
            if channel not in state.channels or not by.knows(channel):
                return no_channel(state, by, channel)
            if not self.may_read(by, channel):
                return Refusal(code="NOT_PERMITTED", message=f"You do not follow {channel}: subscribe first.")
        return None

    def unseen(self, by: Identity, number: int) -> Refusal:
        """What is said of a message that does not exist, or that `by` may not read: the same of both."""
        where = " in the channels that you follow" if by.kind == "agent" else ""
        return Refusal(code="NOT_FOUND", message=f"There is no message {number}{where}.")

    def still(self, by: Identity, channels: Sequence[str]) -> Refusal | None:
        """Why `by`, who began to wait for what happens in `channels`, is not to be told of it any more."""
        now = self.current(by)
        return now if isinstance(now, Refusal) else self.readable(now, channels)

    def agent(self, agent: Agent, by: Identity | None = None) -> AgentView:
        """A supervised agent, as it is shown to `by`. Why it was parked is told in words of all its channels."""
        return AgentView(
            id=agent.name,
            name=agent.name,
            engine=agent.engine,
            state=agent.state,
            since=agent.since,
            epoch=agent.epoch,
            attempt=agent.attempt,
            turn=agent.turn.seq if agent.turn else None,
            turn_started_at=agent.turn.started_at if agent.turn else None,
            retry_at=agent.retry_at,
            parked_because=agent.parked_because if by is None or by.channels is None else None,
            supervised=self.presence.serves(agent.name),
        )

    def supervisors(self, by: Identity) -> list[SupervisorView]:
        """Who runs agents right now, as it is shown to `by`."""
        return [
            SupervisorView(id=name, agents=[agent for agent in served if self.meets(by, agent)])
            for name, served in sorted(self.presence.supervisors().items())
        ]

    async def brief(self, turn: int, started: TurnStarted) -> Brief:
        """What the turn that was just claimed has to answer."""
        return await self.reading.brief(
            started.agent,
            turn,
            [(self._offset(started.agent, bound), bound) for bound in started.bounds],
            started.charges,
            started.attempt,
        )

    def _offset(self, agent: str, bound: Bound) -> int:
        followed = self.broker.state.subscriptions.get((agent, bound.channel))
        return followed.offset if followed else bound.through
