"""One workspace, as operations see it. There is no other state: no module-level one, no second object a root."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbox.broker.broker import Broker
from chatbox.broker.presence import Presence
from chatbox.broker.waiting import Waiting
from chatbox.domain.entries import TurnStarted
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import AgentView, Brief, SupervisorView
from chatbox.domain.state import Agent
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

    def may_read(self, by: Identity, channel: str) -> bool:
        """People read everything; an agent what it follows."""
        return by.kind != "agent" or (by.participant, channel) in self.broker.state.subscriptions

    def readable(self, by: Identity, channels: Sequence[str]) -> Refusal | None:
        """`None` when all `channels` exist and `by` may read them."""
        state = self.broker.state
        for channel in channels:
            if channel not in state.channels:
                known = ", ".join(sorted(state.channels))
                return Refusal(code="NOT_FOUND", message=f"There is no channel {channel}. There are: {known}.")
            if not self.may_read(by, channel):
                return Refusal(code="NOT_PERMITTED", message=f"You do not follow {channel}: subscribe first.")
        return None

    def agent(self, agent: Agent) -> AgentView:
        """A supervised agent, as it is shown."""
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
            parked_because=agent.parked_because,
            supervised=self.presence.serves(agent.name),
        )

    def supervisors(self) -> list[SupervisorView]:
        """Who runs agents right now, as it is shown."""
        return [
            SupervisorView(id=name, agents=list(served)) for name, served in sorted(self.presence.supervisors().items())
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
