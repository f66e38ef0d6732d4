"""What must hold whatever happens: a second, independent reading of the journal, entry by entry.

It knows the invariants and none of the code that keeps them; it shares only the entries' names.
"""

from collections import Counter
from dataclasses import dataclass, field

from chatbox.domain import entries as e
from chatbox.domain.values import OUTSIDE, Bound, Limits


class Violation(Exception):  # noqa: N818 - a finding
    """An invariant does not hold."""


def must(holds: bool, why: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise Violation(why)


MAY_BE_IN: dict[type[e.Entry], tuple[str, ...]] = {
    e.AgentWoken: ("asleep", "waking", "busy", "backoff", "parked"),
    e.TurnStarted: ("waking",),
    e.TurnFinished: ("busy",),
    e.TurnFailed: ("busy",),
    e.BackoffEnded: ("backoff",),
    e.WakeDismissed: ("waking",),
    e.AgentParked: ("asleep", "waking", "busy", "backoff"),
    e.AgentResumed: ("parked",),
}
"""Invariant 6: from which states each entry may move an agent."""


@dataclass
class _Agent:
    state: str = "asleep"
    epoch: int = 0
    turn: e.TurnStarted | None = None
    turn_seq: int = 0
    failures: int = 0
    owes: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    retired: bool = False


class Checker:
    """Observes entries in order; raises `Violation` at the first one that must not be."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.seq = 0
        self.at = 0
        self.positions: Counter[str] = Counter()
        self.ends: Counter[str] = Counter()
        self.keys: dict[tuple[str, str, str], int] = {}
        self.kinds: dict[str, str] = {}
        self.agents: dict[str, _Agent] = {}
        self.offsets: dict[tuple[str, str], int] = {}
        self.roots: set[int] = {OUTSIDE}
        self.turns: Counter[int] = Counter()
        self.authors: dict[int, str] = {}
        self.asked: dict[int, e.ApprovalRequested] = {}
        self.decided: set[int] = set()
        self.must_park: str | None = None
        self.seen: Counter[str] = Counter()

    def observe(self, one: e.Recorded) -> None:
        """Take the next entry of the journal."""
        must(one.seq == self.seq + 1, f"entry {one.seq} follows {self.seq}")
        must(one.at >= self.at, f"entry {one.seq} is older than the one before it")
        self.seq, self.at = one.seq, one.at
        if one.key is not None:
            key = (one.by, one.key.operation, one.key.key)
            must(key not in self.keys, f"client key {key} is recorded by {self.keys.get(key)} and {one.seq}")
            self.keys[key] = one.seq
        if self.must_park is not None:
            parked = isinstance(one.entry, e.AgentParked) and one.entry.agent == self.must_park
            must(parked, f"{self.must_park} failed its last attempt and was not parked")
            self.must_park = None
        self.seen[e.type_of(one.entry)] += 1
        self._lifecycle(one)
        self._take(one)

    def at_rest(self) -> None:
        """Nothing moves any more: nobody may owe an answer and sleep on it."""
        for name, agent in self.agents.items():
            if agent.retired:
                continue
            must(agent.state in ("asleep", "parked"), f"{name} is {agent.state} for ever")
            must(agent.state == "parked" or not agent.owes, f"{name} sleeps but owes {sorted(agent.owes)}")

    def _lifecycle(self, one: e.Recorded) -> None:
        allowed = MAY_BE_IN.get(type(one.entry))
        if allowed is not None:
            name = getattr(one.entry, "agent", "")
            state = self.agents[name].state
            must(state in allowed, f"entry {one.seq}: {e.type_of(one.entry)} while {name} is {state}")

    def _take(self, one: e.Recorded) -> None:
        match one.entry:
            case e.ParticipantJoined() as entry:
                must(entry.participant not in self.kinds, f"{entry.participant} joined twice")
                self.kinds[entry.participant] = entry.kind
            case e.Subscribed() as entry:
                self._subscribed(entry)
            case e.Unsubscribed() as entry:
                self.offsets.pop((entry.participant, entry.channel), None)
            case e.Acknowledged() as entry:
                agent = self.agents.get(entry.participant)
                must(agent is None or agent.retired, f"{entry.participant}'s offset moved without a finish")
                self._acknowledge(entry.participant, Bound(channel=entry.channel, through=entry.through))
            case e.MessagePosted() as entry:
                self._posted(one, entry)
            case e.ApprovalRequested() as entry:
                self.asked[entry.approval] = entry
            case e.ApprovalDecided() as entry:
                self._decided(one, entry)
            case _:
                self._agents(one)

    def _agents(self, one: e.Recorded) -> None:
        match one.entry:
            case e.AgentDeclared() as entry:
                self.agents.setdefault(entry.agent, _Agent()).retired = False
            case e.AgentRetired() as entry:
                self.agents[entry.agent].retired = True
            case e.AgentWoken() as entry:
                self._woken(one, entry)
            case e.TurnStarted() as entry:
                self._started(one, entry)
            case e.TurnFinished() as entry:
                self._finished(one, entry)
            case e.TurnFailed() as entry:
                self._failed(one, entry)
            case _:
                self._resting(one.entry)

    def _resting(self, entry: e.Entry) -> None:
        match entry:
            case e.WakeDismissed():
                agent = self.agents[entry.agent]
                agent.state, agent.owes, agent.failures = "asleep", set(), 0
            case e.BackoffEnded():
                self.agents[entry.agent].state = "waking"
            case e.AgentParked():
                agent = self.agents[entry.agent]
                agent.state, agent.turn = "parked", None
            case e.AgentResumed():
                agent = self.agents[entry.agent]
                agent.state, agent.failures = "asleep", 0
            case _:
                pass

    def _subscribed(self, entry: e.Subscribed) -> None:
        key = (entry.participant, entry.channel)
        expected = self.offsets.get(key, self.ends[entry.channel])
        must(entry.offset == expected, f"{key} starts at {entry.offset}, not at {expected}")
        self.offsets[key] = entry.offset

    def _acknowledge(self, participant: str, bound: Bound) -> None:
        end = self.ends[bound.channel]
        must(bound.through <= end, f"{participant} acknowledged {bound}, beyond the end {end}")
        key = (participant, bound.channel)
        if key in self.offsets:
            self.offsets[key] = max(self.offsets[key], bound.through)

    def _posted(self, one: e.Recorded, entry: e.MessagePosted) -> None:
        self.positions[entry.channel] += 1
        must(entry.position == self.positions[entry.channel], f"message {one.seq} is at {entry.position}")
        self.ends[entry.channel] = one.seq
        self.authors[one.seq] = one.by
        if entry.root == one.seq:
            must(self.kinds[one.by] == "person", f"{one.by}'s message {one.seq} opened a root")
            self.roots.add(one.seq)
        must(entry.root in self.roots, f"message {one.seq} belongs to {entry.root}, which is no root")
        if entry.epoch is not None:
            self._live(one, one.by, entry.epoch)

    def _decided(self, one: e.Recorded, entry: e.ApprovalDecided) -> None:
        asked = self.asked[entry.approval]
        must(entry.approval not in self.decided, f"approval {entry.approval} was decided twice")
        must(entry.digest == asked.digest, f"approval {entry.approval} was decided on other words")
        must(one.by != asked.asked_by, f"{one.by} decided their own approval {entry.approval}")
        by_person = self.kinds[one.by] == "person"
        must(asked.tier < 2 or by_person, f"{one.by} decided approval {entry.approval} of tier 2")
        self.decided.add(entry.approval)
        self.ends[entry.channel] = one.seq

    def _live(self, one: e.Recorded, name: str, epoch: int) -> _Agent:
        """Invariant 7: a stale epoch writes nothing."""
        agent = self.agents.get(name)
        live = agent.epoch if agent is not None and agent.turn is not None else None
        must(live == epoch, f"entry {one.seq} was written by epoch {epoch} of {name}; the live one is {live}")
        assert agent is not None
        return agent

    def _woken(self, one: e.Recorded, entry: e.AgentWoken) -> None:
        agent = self.agents[entry.agent]
        must(not agent.retired, f"{entry.agent} is retired and was woken")
        must(self.authors.get(entry.message) != entry.agent, f"{entry.agent} was woken by its own message")
        must(entry.depth < self.limits.root_depth, f"entry {one.seq} wakes at depth {entry.depth}")
        must(entry.message not in agent.answered, f"{entry.agent} is woken again by answered {entry.message}")
        if entry.reason == "asked":
            self.roots.add(one.seq)
        agent.owes.add(entry.message)
        agent.state = "waking" if agent.state == "asleep" else agent.state

    def _started(self, one: e.Recorded, entry: e.TurnStarted) -> None:
        agent = self.agents[entry.agent]
        must(agent.turn is None, f"{entry.agent} has two live turns")
        must(entry.epoch > agent.epoch, f"{entry.agent}: epoch {entry.epoch} follows {agent.epoch}")
        must(bool(entry.charges), f"turn {one.seq} of {entry.agent} is charged to nobody")
        must(entry.attempt == agent.failures + 1, f"{entry.agent}: attempt {entry.attempt} after {agent.failures}")
        for root in {charge.root for charge in entry.charges}:
            self.turns[root] += 1
            must(self.turns[root] <= self.limits.root_turns, f"root {root} has spent {self.turns[root]} turns")
        agent.state, agent.epoch, agent.turn, agent.turn_seq = "busy", entry.epoch, entry, one.seq

    def _finished(self, one: e.Recorded, entry: e.TurnFinished) -> None:
        agent = self._live(one, entry.agent, entry.epoch)
        assert agent.turn is not None
        must(entry.acknowledged == agent.turn.bounds, f"turn {one.seq} acknowledged what it was not given")
        for charge in agent.turn.charges:
            twice = charge.message in agent.answered
            must(not twice, f"{entry.agent} answered message {charge.message} in two committed turns")
            agent.answered.add(charge.message)
        for bound in entry.acknowledged:
            self._acknowledge(entry.agent, bound)
        agent.owes = {message for message in agent.owes if message > agent.turn_seq}
        must(entry.owes == bool(agent.owes), f"{entry.agent} owes {agent.owes}, the entry says {entry.owes}")
        agent.state = "waking" if entry.owes else "asleep"
        agent.turn, agent.failures = None, 0

    def _failed(self, one: e.Recorded, entry: e.TurnFailed) -> None:
        agent = self._live(one, entry.agent, entry.epoch)
        agent.state, agent.turn = "backoff", None
        agent.failures += 1
        if agent.failures >= self.limits.attempts:
            self.must_park = entry.agent
