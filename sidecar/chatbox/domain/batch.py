"""One step of the writer, without the writing: waiting commands in, one record and the answers out.

The broker and the simulation both take this step; whatever differs between them is I/O.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chatbox.domain.chain import Record, Sealed, salts, seal
from chatbox.domain.commands import Command
from chatbox.domain.decide import decide
from chatbox.domain.entries import Recorded
from chatbox.domain.evolve import evolve
from chatbox.domain.facts import Facts
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import Limits


class Outcome(NamedTuple):
    """What a command led to. `seq` is its first entry's, or the journal's head when nothing had to change.

    `repeated` says that the client key was seen before: `seq` is then what it led to at that time.
    """

    seq: int
    entries: tuple[Recorded, ...] = ()
    repeated: bool = False


class Batch(NamedTuple):
    """The answers in the commands' order, and the record that must be durable before they are given."""

    answers: tuple[Outcome | Refusal, ...]
    entries: tuple[Recorded, ...]
    record: Record | None


def decide_batch(
    draft: State, commands: Sequence[Command], facts: Facts, now: int, seed: bytes, limits: Limits
) -> Batch:
    """Decide `commands` one after the other, folding what each leads to into `draft`.

    `now` is in microseconds UTC; the journal's time never runs backwards, whatever the clock does. `seed` is
    32 random bytes for the salts.
    """
    at = max(now, draft.at)
    answers: list[Outcome | Refusal] = []
    sealed: list[Sealed] = []
    recorded: list[Recorded] = []
    for command in commands:
        answer = _repeated(command, facts) or decide(draft, command, facts, at, limits)
        if isinstance(answer, (Outcome, Refusal)):
            answers.append(answer)
            continue
        first = draft.seq + 1
        mine: list[Recorded] = []
        for entry, salt in zip(answer, salts(seed, first, len(answer)), strict=True):
            place = draft.seq + 1
            key = command.key if place == first else None
            one = Recorded(seq=place, at=at, by=command.author, entry=entry, key=key)
            sealed.append(seal(one, draft.leaf, salt))
            evolve(draft, one, sealed[-1].leaf)
            facts.learn(one)
            mine.append(one)
        recorded.extend(mine)
        answers.append(Outcome(seq=first if mine else draft.seq, entries=tuple(mine)))
    record = Record(entries=tuple(sealed)) if sealed else None
    return Batch(answers=tuple(answers), entries=tuple(recorded), record=record)


def _repeated(command: Command, facts: Facts) -> Outcome | Refusal | None:
    """The answer of the first time, when this key was used before."""
    if command.key is None:
        return None
    known = facts.keys.get((command.author, command.key.operation, command.key.key))
    if known is None:
        return None
    if known.params != command.key.params:
        return Refusal(
            code="KEY_REUSED",
            message=f"The client key {command.key.key!r} was used for another request: choose a new one.",
        )
    return Outcome(seq=known.seq, repeated=True)
