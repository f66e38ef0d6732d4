"""A workspace in memory with a real supervisor, for agents whose programs are written by the test."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from chatbox.app.assembling import Assembled, assembled
from chatbox.app.clock import SystemClock
from chatbox.attachments.store import FolderAttachments
from chatbox.domain import entries as e
from chatbox.domain.chain import unseal
from chatbox.domain.commands import THE_SYSTEM, AdmitPerson, AgentDeclaration, DeclareAgents
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity, Limits, WakeRule
from chatbox.journal.memory import MemoryJournal
from chatbox.operations.door import Admission
from chatbox.operations.local import LocalCaller
from chatbox.operations.tokens import digest_of
from chatbox.ports import Engine, TurnSpec
from chatbox.supervisor.engines.command import CommandEngine
from chatbox.supervisor.leftovers import Leftovers
from chatbox.supervisor.supervisor import Supervisor
from chatbox.views.store import ViewStore

from tests.support.owners import BOUND_SECONDS

PERSON = "the person's token"
QUICK = Limits(backoff_first=1_000, backoff_longest=2_000)
MENTIONS: Mapping[str, WakeRule] = {"#general": "mentions"}
ALL: Mapping[str, WakeRule] = {"#general": "all"}

E = TypeVar("E", bound=e.Entry)


@dataclass(frozen=True, slots=True)
class Actor:
    """An agent of the stage: what runs it, and what it follows."""

    engine: Engine
    follows: Mapping[str, WakeRule] = field(default_factory=lambda: MENTIONS)


class Scripted:
    """Implements `Engine`: says the same thing in every turn, and keeps what it was asked."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.specs: list[TurnSpec] = []
        self._said = said

    async def run(self, spec: TurnSpec) -> list[dict[str, Any]]:
        self.specs.append(spec)
        return [dict(one) for one in self._said]


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs, and who looks on."""

    parts: Assembled
    journal: MemoryJournal
    person: LocalCaller
    supervisor: Supervisor

    async def say(self, body: str, channel: str = "general") -> int:
        """The id of what the person said."""
        return int((await self.person.call("chat", {"channel": channel, "body": body}))["message_id"])

    async def told(self, kind: type[E], count: int = 1) -> list[tuple[e.Recorded, E]]:
        """The entries of a kind, once there are at least so many."""
        async with asyncio.timeout(BOUND_SECONDS):
            while True:
                seen = self.parts.feed.head
                found = await self.entries(kind)
                if len(found) >= count:
                    return found
                await self.parts.workspace.broker.announcer.moved(seen)

    async def entries(self, kind: type[E]) -> list[tuple[e.Recorded, E]]:
        """The entries of a kind so far."""
        every = [unseal(sealed) for sealed in await self.journal.read(0, 100_000)]
        return [(one, one.entry) for one in every if isinstance(one.entry, kind)]

    async def said_by(self, agent: str) -> list[str]:
        """The bodies of an agent's messages, in order."""
        return [(m.text or {})["body"] for r, m in await self.entries(e.MessagePosted) if r.by == agent]

    async def becomes(self, agent: str, state: str) -> dict[str, Any]:
        """The agent, once it is in this state."""
        async with asyncio.timeout(BOUND_SECONDS):
            while True:
                seen = self.parts.feed.head
                found: dict[str, Any] = await self.agent(agent)
                if found["state"] == state:
                    return found
                await self.parts.workspace.broker.announcer.moved(seen)

    async def agent(self, agent: str) -> dict[str, Any]:
        """The agent as it is now."""
        known = await self.person.call("agents", {})
        return next(a for a in known["agents"] if a["name"] == agent)


@asynccontextmanager
async def a_stage(
    folder: Path, actors: Mapping[str, Actor], limits: Limits = QUICK, journal: MemoryJournal | None = None
) -> AsyncIterator[Stage]:
    """The agents are declared and served; everything ends with the block."""
    journal = journal or MemoryJournal()
    views = await ViewStore.open(folder / "views.db")
    attachments = await FolderAttachments.open(folder / "attachments", SystemClock(), limits)
    naming: dict[str, Any] = {"name": "tests", "url": "http://127.0.0.1:1", "journal_id": "0" * 32}
    try:
        async with assembled(
            journal, views, attachments, SystemClock(), admission=Admission("admission"), limits=limits, **naming
        ) as parts:
            broker = parts.workspace.broker
            await broker.submit(AdmitPerson(person="ada", digest=digest_of(PERSON)))
            declarations = tuple(
                AgentDeclaration(name=name, engine="test", subscriptions=tuple(actor.follows.items()))
                for name, actor in actors.items()
            )
            assert not isinstance(await broker.submit(DeclareAgents(agents=declarations)), Refusal)
            by = parts.workspace.door.identify(PERSON)
            assert isinstance(by, Identity)
            engines = {name: actor.engine for name, actor in actors.items()}
            system = LocalCaller(parts.workspace, parts.feed, THE_SYSTEM)
            supervisor = Supervisor("tests", system, engines, str(folder), "http://127.0.0.1:1")
            async with asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(supervisor.run())
                yield Stage(parts, journal, LocalCaller(parts.workspace, parts.feed, by), supervisor)
                serving.cancel()
    finally:
        await attachments.close()
        await views.close()


def program(folder: Path, code: str, timeout_seconds: float = BOUND_SECONDS) -> CommandEngine:
    """The command engine around a Python program, run in `folder`."""
    return CommandEngine((sys.executable, "-c", code), timeout_seconds, Leftovers(folder / "turns"))


def shell(folder: Path, script: str, timeout_seconds: float = BOUND_SECONDS) -> CommandEngine:
    """The command engine around a shell script, run in `folder`."""
    return CommandEngine(("/bin/sh", "-c", script), timeout_seconds, Leftovers(folder / "turns"))
