"""A small world around one journal, driven by one `random.Random`: the same seed is the same story.

Clients post with client keys and repeat themselves; the network delays, reorders, doubles and loses; the broker
crashes before or after an append and comes back; supervisors claim turns, finish them, die in silence, or freeze and
come back as zombies; people decide, wake, pause and resume; clocks jump.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from chatbox.domain import commands as c
from chatbox.domain.batch import Outcome
from chatbox.domain.entries import ClientKey, Recorded, TurnStarted
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import AGENT_SCOPES, SECOND, Frozen, Identity, Limits, Utterance, WakeRule

from tests.simulation.broker_process import Answer, BrokerProcess, Crashed, Disk
from tests.simulation.checking import Checker, must
from tests.support.clocks import MORNING
from tests.support.simulated import ADA, NEVER, agent_identity, chat, declaration, question, reply

LIMITS = Limits(root_turns=3, root_depth=3, attempts=2, backoff_first=SECOND, backoff_longest=4 * SECOND)
CHANNELS = ("#general", "#dispatch")
AGENTS = ("builder", "reviewer")
GUEST = agent_identity("guest")
ROUNDS_MAX = 300
"""A world that is left alone must be at rest after this many rounds."""


@dataclass
class Request:
    """What somebody asked for and has no answer to yet. `run` is set when a turn asked."""

    number: int
    command: c.Command
    run: "Run | None" = None


@dataclass
class Run:
    """A turn as its supervisor sees it; the journal may see it otherwise."""

    agent: str
    epoch: int
    frozen: bool = False
    finishing: bool = False


@dataclass
class World:
    """Everything there is."""

    seed: int
    chattiness: float = 0.0
    now: int = MORNING
    skew: int = 0
    limits: Limits = LIMITS
    disk: Disk = field(default_factory=Disk)
    network: list[Request] = field(default_factory=list)
    returning: list[tuple[Request, Answer]] = field(default_factory=list)
    waiting: dict[int, Request] = field(default_factory=dict)
    answers: dict[int, Outcome] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    trace: list[tuple[object, ...]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.chattiness = self.random.choice((0.2, 0.6, 1.0))
        self.checker = Checker(self.limits)
        self.seed_bytes = self.random.randbytes(32)
        self.requests = 0
        self.broker = BrokerProcess(self.disk, self.limits, self.seed_bytes)
        self.write(
            [
                c.OpenWorkspace(journal=f"{self.seed:032x}", channels=tuple((name, "") for name in CHANNELS)),
                c.AdmitPerson(person="ada", digest="ada"),
                c.OpenSession(
                    participant="guest",
                    kind="agent",
                    digest="guest",
                    scopes=AGENT_SCOPES,
                    expires=NEVER,
                    channels=CHANNELS,
                ),
                self.declare(AGENTS),
            ]
        )

    def declare(self, names: tuple[str, ...]) -> c.Command:
        """The agents with wake rules that the seed chooses."""
        rules: tuple[WakeRule, ...] = ("all", "mentions", "none")
        chooser = random.Random(self.seed)
        rules_of = {name: {channel: chooser.choices(rules, (6, 3, 1))[0] for channel in CHANNELS} for name in AGENTS}
        return c.DeclareAgents(agents=tuple(declaration(name, rules_of[name]) for name in names))

    # The broker.

    def write(self, commands: list[c.Command], crash: str | None = None) -> list[Answer] | None:
        """One batch; `None` when the broker crashed and came back instead of answering."""
        seen = len(self.disk.entries)
        try:
            answers = self.broker.write(commands, self.now + self.skew, self.now, crash)
        except Crashed:
            answers = None
        for recorded in self.disk.entries[seen:]:
            self.trace.append(("entry", recorded))
            self.checker.observe(recorded)
        if answers is None:
            self.count(f"crashed {crash} append")
            self.restart()
        return answers

    def restart(self) -> None:
        """The broker comes back from what is on the disk. What was under way to it is lost."""
        self.trace.append(("restart", self.disk.snapshot["seq"] if self.disk.snapshot else None))
        self.network.clear()
        self.broker = BrokerProcess(self.disk, self.limits, self.seed_bytes)

    def deliver(self, requests: list[Request], crash: str | None = None) -> None:
        """Requests reach the broker in this order, together with what is due."""
        due = self.broker.due(self.now + self.skew, self.now)
        commands = [*due, *(request.command for request in requests)]
        if not commands:
            return
        self.trace.append(("batch", crash, [request.number for request in requests], commands))
        answers = self.write(commands, crash)
        if answers is None:
            return
        for command in due:
            self.count("lease lost" if isinstance(command, c.FailTurn) else "rested")
        self.returning.extend(zip(requests, answers[len(due) :], strict=True))

    # Asking and being answered.

    def ask(self, command: c.Command, *, run: Run | None = None, keyed: bool = True) -> None:
        """Send a request; it is repeated until it is answered."""
        self.requests += 1
        if keyed:
            key = ClientKey(operation=type(command).__name__, key=str(self.requests), params="p")
            command = command.model_copy(update={"key": key})
        request = Request(self.requests, command, run)
        self.waiting[request.number] = request
        self.network.append(request)

    def hear(self, request: Request, answer: Answer) -> None:
        """An answer arrives, perhaps not the first one to this request."""
        self.trace.append(("answer", request.number, answer))
        if isinstance(answer, Refusal):
            self.count(answer.code)
        else:
            self._check_answer(request, answer)
            if isinstance(request.command, c.ClaimTurn) and request.number in self.waiting:
                for recorded in answer.entries:
                    if isinstance(recorded.entry, TurnStarted):
                        self.runs.append(Run(recorded.entry.agent, recorded.entry.epoch))
        self.waiting.pop(request.number, None)
        if request.run is not None and isinstance(request.command, c.FinishTurn):
            self.runs = [run for run in self.runs if run is not request.run]

    def _check_answer(self, request: Request, answer: Outcome) -> None:
        """Invariant 2: what was answered is in the journal, exactly once and where the answer says."""
        if answer.repeated:
            self.count("repeated")
        for recorded in answer.entries:
            must(self.disk.entries[recorded.seq - 1] == recorded, f"answered entry {recorded.seq} is not there")
        key = request.command.key
        if key is None:
            return
        first = self.answers.setdefault(request.number, answer)
        must(first.seq == answer.seq, f"request {request.number} was answered {first.seq} and {answer.seq}")
        recorded_at = self.checker.keys.get((request.command.author, key.operation, key.key))
        must(recorded_at == answer.seq, f"request {request.number}: {answer.seq}, but its key is at {recorded_at}")

    def count(self, what: str) -> None:
        self.counts[what] += 1

    # The words of everybody.

    def words(self) -> Utterance:
        """Something to say: to somebody, to nobody, as a reply, as a question."""
        to = self.random.choice(("", "@builder ", "@reviewer ", "@builder @reviewer "))
        body = to + self.random.choice(("go on.", "look at this", "ok", "why?"))
        messages = list(self.disk.views.messages)
        kind = self.random.random()
        if kind < 0.15 and messages:
            return reply(self.random.choice(messages), body)
        channel = self.random.choice(CHANNELS)
        if kind < 0.35:
            return question(body, self.random.choice((1, 2)), channel)
        return chat(body, channel)

    def said(self) -> tuple[Utterance, ...]:
        """What a turn returns: often nothing, at full chattiness always something."""
        return tuple(self.words() for _ in range(2) if self.random.random() < self.chattiness)

    def identity(self) -> Identity:
        """Whoever may try to decide: the person, the visitor, an agent in its turn."""
        runs = [agent_identity(run.agent, run.epoch) for run in self.runs]
        return self.random.choice([ADA, ADA, GUEST, *runs])

    def explain(self, violation: Exception) -> str:
        """The story of this seed, with its end."""
        told = "\n".join("  " + " ".join(_short(part) for part in step) for step in self.trace)
        return f"seed {self.seed}: {violation}\n{told}"


def _short(part: object) -> str:
    """A step of the trace for people: who, what, and only the fields that say something."""
    if isinstance(part, list):
        return "[" + ", ".join(_short(item) for item in part) + "]"
    if isinstance(part, Recorded):
        return f"{part.seq} at {part.at - MORNING} by {part.by}: {_short(part.entry)}"
    if isinstance(part, Outcome):
        return f"{part.seq}{' again' if part.repeated else ''}"
    if isinstance(part, Refusal):
        return part.code
    if isinstance(part, Frozen):
        by = f" by {part.by.participant}" if isinstance(part, c.Command) else ""
        fields = part.model_dump(mode="json", exclude_defaults=True, exclude={"by"})
        return f"{type(part).__name__}{by}{fields}"
    return str(part)
