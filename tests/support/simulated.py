"""A workspace without a loop, a disk or a clock: the writer's step over a list, for tests of the rules."""

from collections.abc import Sequence
from typing import Any

from chatbox.domain import commands as c
from chatbox.domain.batch import Batch, Outcome, decide_batch
from chatbox.domain.chain import Sealed, unseal
from chatbox.domain.decide import needs
from chatbox.domain.entries import ClientKey, Entry, Recorded, TurnStarted
from chatbox.domain.evolve import evolve
from chatbox.domain.facts import Facts
from chatbox.domain.refusal import Code, Refusal
from chatbox.domain.state import TABLES, Agent, State
from chatbox.domain.values import (
    AGENT_SCOPES,
    PERSON_SCOPES,
    SECOND,
    Identity,
    Limits,
    PostType,
    Tier,
    Utterance,
    Verdict,
    WakeRule,
)

from tests.support.clocks import MORNING

GENERAL = "#general"
CHANNELS = ((GENERAL, "Everything."), ("#dispatch", "Work."), ("#human", "People."))
SEED = bytes(range(32))
NEVER = 2**52
"""When sessions of tests expire."""

ADA = Identity(participant="ada", kind="person", scopes=frozenset(PERSON_SCOPES))
"""The person of every simulated workspace."""


def agent_identity(name: str, epoch: int | None = None) -> Identity:
    """An agent: visiting without an epoch, in a turn with one."""
    return Identity(participant=name, kind="agent", scopes=frozenset(AGENT_SCOPES), epoch=epoch)


def chat(body: str, channel: str = GENERAL) -> Utterance:
    return Utterance(kind="chat", body=body, channel=channel)


def question(body: str, tier: Tier, channel: str = GENERAL, title: str = "May I?") -> Utterance:
    kind: PostType = "question"
    return Utterance(kind="post", body=body, title=title, channel=channel, post_type=kind, tier=tier)


def proposal(body: str, channel: str = GENERAL, *, quorum: int = 2, replaces: int | None = None) -> Utterance:
    kind: PostType = "proposal"
    return Utterance(
        kind="post", body=body, title="Shall we?", channel=channel, post_type=kind, quorum=quorum, replaces=replaces
    )


def reply(thread: int, body: str) -> Utterance:
    return Utterance(kind="reply", body=body, thread=thread)


def key_of(name: str, params: str = "same") -> ClientKey:
    return ClientKey(operation="chat", key=name, params=params)


def altered(one: Sealed, **parts: Any) -> Sealed:
    """A stored entry with some of its bytes exchanged: what somebody did to the file."""
    names = ("seq", "head", "leaf", "salt", "content")
    return Sealed(**({name: getattr(one, name) for name in names} | parts))


def forgotten(one: Sealed) -> Sealed:
    """A stored entry without its text."""
    return altered(one, salt=None, content=None)


def fold(sealed: Sequence[Sealed], state: State | None = None) -> State:
    """The state after these entries, which must follow `state`."""
    state = State() if state is None else state
    for one in sealed:
        evolve(state, unseal(one), one.leaf)
    return state


def comparable(state: State) -> dict[str, Any]:
    """Everything in a state, indexes included, without the order of rows."""
    tables = {name: dict(getattr(state, name).items()) for name in TABLES}
    return tables | {
        "end": (state.seq, state.leaf, state.at, state.journal),
        "followed": {name: channels for name, channels in state.followed.items() if channels},
        "names": dict(state.names.items()),
    }


class SimulatedWorkspace:
    """Everything that the rules know, in lists. `submit` is the broker's step, one command a batch unless told."""

    def __init__(self, limits: Limits | None = None, channels: Sequence[tuple[str, str]] = CHANNELS) -> None:
        """Opened, with Ada as its person."""
        self.limits = limits or Limits()
        self.now = MORNING
        self.state = State()
        self.sealed: list[Sealed] = []
        self.entries: list[Recorded] = []
        self.known = Facts()
        self.do(c.OpenWorkspace(journal="0" * 32, channels=tuple(channels)))
        self.do(c.AdmitPerson(person="ada", digest="ada's token"))

    def facts(self, commands: Sequence[c.Command]) -> Facts:
        """Exactly what these commands say they need, as the views would tell it."""
        asked = [needs(command) for command in commands]
        keys = {name: self.known.keys[name] for need in asked for name in need.keys if name in self.known.keys}
        messages = self.known.messages
        numbers = {number for need in asked for number in need.messages}
        return Facts(keys, {number: messages[number] for number in numbers if number in messages})

    def decide(self, draft: State, commands: Sequence[c.Command]) -> Batch:
        """What a batch leads to, without recording it."""
        return decide_batch(draft, commands, self.facts(commands), self.now, SEED, self.limits)

    def submit(self, *commands: c.Command) -> tuple[Outcome | Refusal, ...]:
        """Decide one batch and record it."""
        draft = self.state.draft()
        batch = self.decide(draft, commands)
        if batch.record is not None:
            draft.adopt()
            self.sealed.extend(batch.record.entries)
            self.entries.extend(batch.entries)
            for recorded in batch.entries:
                self.known.learn(recorded)
        return batch.answers

    def do(self, command: c.Command) -> Outcome:
        """Record a command that must not be refused."""
        (answer,) = self.submit(command)
        assert isinstance(answer, Outcome), answer
        return answer

    def led_to(self, command: c.Command) -> list[Entry]:
        """The entries that a command leads to, recorded."""
        return [recorded.entry for recorded in self.do(command).entries]

    def refusal(self, command: c.Command) -> Code:
        """The code of the refusal; a refused command must record nothing."""
        before = self.state.seq
        (answer,) = self.submit(command)
        assert isinstance(answer, Refusal), answer
        assert self.state.seq == before
        return answer.code

    # What tests say all the time.

    def say(self, by: Identity, said: Utterance | str) -> int:
        """Post; returns the message's id."""
        return self.do(c.PostMessage(by=by, said=chat(said) if isinstance(said, str) else said)).seq

    def visitor(self, name: str, channels: Sequence[str] = (GENERAL,)) -> Identity:
        """A visiting agent that said hello."""
        self.do(
            c.OpenSession(
                participant=name,
                kind="agent",
                digest=f"{name}'s token {self.state.seq}",
                scopes=AGENT_SCOPES,
                expires=NEVER,
                channels=tuple(channels),
            )
        )
        return agent_identity(name)

    def declare(self, channel: str = GENERAL, **rules: WakeRule) -> None:
        """Make the supervised agents exactly these, each with its wake rule in `channel`."""
        agents = (declaration(name, {channel: rule}) for name, rule in rules.items())
        self.do(c.DeclareAgents(agents=tuple(agents)))

    def agent(self, name: str) -> Agent:
        return self.state.agents[name]

    def claim(self, name: str) -> TurnStarted:
        """Claim a turn that must be there to claim."""
        command = c.ClaimTurn(agent=name, supervisor="here", credential=f"{name} {self.state.seq}")
        (started,) = self.led_to(command)
        assert isinstance(started, TurnStarted), started
        return started

    def finish(self, name: str, *said: Utterance) -> list[Entry]:
        """Finish the live turn."""
        return self.led_to(c.FinishTurn(agent=name, epoch=self.agent(name).epoch, said=said))

    def fail(self, name: str) -> list[Entry]:
        """Fail the live turn."""
        command = c.FailTurn(agent=name, epoch=self.agent(name).epoch, cause="crashed", error="it broke")
        return self.led_to(command)

    def rest(self, name: str) -> None:
        """Let a back-off come to its end."""
        retry_at = self.agent(name).retry_at
        assert retry_at is not None
        self.now = max(self.now, retry_at)
        self.do(c.EndBackoff(agent=name))

    def decide_approval(
        self, by: Identity, approval: int, verdict: Verdict = "approved", digest: str | None = None
    ) -> c.DecideApproval:
        """The command that decides, not yet submitted."""
        return c.DecideApproval(by=by, approval=approval, verdict=verdict, reason="because", via="test", digest=digest)

    def pass_time(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


def declaration(name: str, rules: dict[str, WakeRule], engine: str = "stub") -> c.AgentDeclaration:
    return c.AgentDeclaration(name=name, engine=engine, subscriptions=tuple(sorted(rules.items())))
