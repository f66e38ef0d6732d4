"""One life of a broker without a loop: what it knows in memory, and the step that makes things durable."""

import json
from typing import Any

from chatbox.domain import commands as c
from chatbox.domain.batch import Outcome, decide_batch
from chatbox.domain.chain import Sealed, unseal
from chatbox.domain.decide import needs
from chatbox.domain.entries import Recorded, TurnStarted
from chatbox.domain.evolve import evolve
from chatbox.domain.facts import Facts
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State, dump, load
from chatbox.domain.values import Limits

LEASE = 30_000_000
"""Microseconds without a heartbeat after which a turn counts as lost."""

Answer = Outcome | Refusal


class Crashed(Exception):  # noqa: N818 - reads as the fact it states
    """The process died; what was appended before stays."""


class Disk:
    """What survives a crash: the journal, perhaps a snapshot, and views that may trail."""

    def __init__(self) -> None:
        self.sealed: list[Sealed] = []
        self.entries: list[Recorded] = []
        self.snapshot: dict[str, Any] | None = None
        self.views = Facts()
        self.viewed = 0

    def catch_up(self) -> None:
        """Bring the views to the journal's head."""
        for recorded in self.entries[self.viewed :]:
            self.views.learn(recorded)
        self.viewed = len(self.entries)


class BrokerProcess:
    """Recovered from the disk; gone with the next crash."""

    def __init__(self, disk: Disk, limits: Limits, seed: bytes) -> None:
        self.disk = disk
        self.limits = limits
        self.state = load(disk.snapshot) if disk.snapshot is not None else State()
        for sealed in disk.sealed[self.state.seq :]:
            evolve(self.state, unseal(sealed), sealed.leaf)
        disk.catch_up()
        self._seed = seed
        self._leases: dict[tuple[str, int], int] = {}

    def write(self, commands: list[c.Command], now: int, elapsed: int, crash: str | None = None) -> list[Answer]:
        """One batch. `crash` says where the process dies, if it does: "before" the append or "after" it.

        `now` is what the wall clock says, `elapsed` is monotonic: leases go by that one.
        """
        draft = self.state.draft()
        batch = decide_batch(draft, commands, self._facts(commands), now, self._seed, self.limits)
        if crash == "before":
            raise Crashed
        if batch.record is not None:
            self.disk.sealed.extend(batch.record.entries)
            self.disk.entries.extend(unseal(sealed) for sealed in batch.record.entries)
        if crash == "after":
            raise Crashed
        if batch.record is not None:
            draft.adopt()
            self.disk.catch_up()
        for recorded in batch.entries:
            if isinstance(recorded.entry, TurnStarted):
                self.beat(recorded.entry.agent, recorded.entry.epoch, elapsed)
        return list(batch.answers)

    def beat(self, agent: str, epoch: int, elapsed: int) -> None:
        """A sign of life of a turn."""
        self._leases[agent, epoch] = elapsed + LEASE

    def due(self, now: int, elapsed: int) -> list[c.Command]:
        """What time alone leads to: turns whose lease is over (or unknown to this life), rests that are over."""
        found: list[c.Command] = []
        for agent in self.state.live_agents():
            if agent.turn is not None and self._leases.get((agent.name, agent.epoch), 0) <= elapsed:
                found.append(c.FailTurn(agent=agent.name, epoch=agent.epoch, cause="lease-lost", error="gone"))
            elif agent.retry_at is not None and agent.retry_at <= now:
                found.append(c.EndBackoff(agent=agent.name))
        return found

    def snapshot(self) -> None:
        """Keep the state, through JSON as it would be."""
        self.disk.snapshot = json.loads(json.dumps(dump(self.state)))

    def _facts(self, commands: list[c.Command]) -> Facts:
        views = self.disk.views
        asked = [needs(command) for command in commands]
        keys = {k: views.keys[k] for need in asked for k in need.keys if k in views.keys}
        messages = {m: views.messages[m] for need in asked for m in need.messages if m in views.messages}
        return Facts(keys, messages)
