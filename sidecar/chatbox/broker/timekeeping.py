"""What time may do: notice that a claimed turn has died, end a back-off, close a question. It starts no turn."""

import asyncio

from chatbox.broker.broker import Broker
from chatbox.broker.presence import Presence
from chatbox.domain.commands import Command, EndBackoff, ExpireApproval, FailTurn
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Agent, Approval
from chatbox.domain.values import SECOND

REFUSED_SECONDS = 0.5


class Timekeeper:
    """Sleeps until the next deadline; with nothing under way it sleeps until something happens."""

    def __init__(self, broker: Broker, presence: Presence) -> None:
        """All of one workspace."""
        self._broker = broker
        self._presence = presence

    async def run(self) -> None:
        """Keep time until cancelled, or until nothing can be recorded any more."""
        while self._broker.failed is None:
            seen = self._broker.announcer.seq
            state = self._broker.state
            due = [self._due(agent) for agent in state.live_agents()]
            due += [self._over(approval) for approval in state.approvals.values()]
            pending = [one for one in due if one is not None]
            late = [command for seconds, command in pending if seconds <= 0]
            answers = [await self._broker.submit(command) for command in late]
            if late and not any(isinstance(answer, Refusal) for answer in answers):
                continue
            if late:
                # Too much is waiting, or somebody ended the turn meanwhile: look again soon, not at once.
                pending = [(REFUSED_SECONDS, command) for _, command in pending]
            soonest = min((seconds for seconds, _ in pending), default=None)
            try:
                async with asyncio.timeout(soonest):
                    await self._broker.announcer.moved(seen)
            except TimeoutError:
                continue

    def _over(self, approval: Approval) -> tuple[float, Command] | None:
        """Seconds until this question expires, and what happens then."""
        if approval.expires is None:
            return None
        return (approval.expires - self._broker.now()) / SECOND, ExpireApproval(approval=approval.id)

    def _due(self, agent: Agent) -> tuple[float, Command] | None:
        """Seconds until something is due for this agent, and what."""
        if agent.turn is not None:
            seconds = self._presence.remaining(agent.name, agent.epoch, agent.turn.seq)
            error = "The supervisor that ran this turn is gone."
            return seconds, FailTurn(agent=agent.name, epoch=agent.epoch, cause="lease-lost", error=error)
        if agent.retry_at is not None:
            return (agent.retry_at - self._broker.now()) / SECOND, EndBackoff(agent=agent.name)
        return None
