"""The life of a supervised agent, as one table; the diagram in the docs is drawn from it."""

from enum import StrEnum


class Lifecycle(StrEnum):
    """Where an agent is."""

    ASLEEP = "asleep"
    WAKING = "waking"
    BUSY = "busy"
    BACKOFF = "backoff"
    PARKED = "parked"


class Step(StrEnum):
    """What can happen to it; each is caused by an entry."""

    WOKEN = "woken"
    CLAIMED = "claimed"
    FINISHED = "finished"
    FINISHED_OWING = "finished-owing"
    FAILED = "failed"
    RESTED = "rested"
    DISMISSED = "dismissed"
    PARKED = "parked"
    RESUMED = "resumed"


TABLE: dict[tuple[Lifecycle, Step], Lifecycle] = {
    (Lifecycle.ASLEEP, Step.WOKEN): Lifecycle.WAKING,
    (Lifecycle.ASLEEP, Step.PARKED): Lifecycle.PARKED,
    (Lifecycle.WAKING, Step.WOKEN): Lifecycle.WAKING,
    (Lifecycle.WAKING, Step.CLAIMED): Lifecycle.BUSY,
    (Lifecycle.WAKING, Step.DISMISSED): Lifecycle.ASLEEP,
    (Lifecycle.WAKING, Step.PARKED): Lifecycle.PARKED,
    (Lifecycle.BUSY, Step.WOKEN): Lifecycle.BUSY,
    (Lifecycle.BUSY, Step.FINISHED): Lifecycle.ASLEEP,
    (Lifecycle.BUSY, Step.FINISHED_OWING): Lifecycle.WAKING,
    (Lifecycle.BUSY, Step.FAILED): Lifecycle.BACKOFF,
    (Lifecycle.BUSY, Step.PARKED): Lifecycle.PARKED,
    (Lifecycle.BACKOFF, Step.WOKEN): Lifecycle.BACKOFF,
    (Lifecycle.BACKOFF, Step.RESTED): Lifecycle.WAKING,
    (Lifecycle.BACKOFF, Step.PARKED): Lifecycle.PARKED,
    (Lifecycle.PARKED, Step.WOKEN): Lifecycle.PARKED,
    (Lifecycle.PARKED, Step.RESUMED): Lifecycle.ASLEEP,
}
"""Every pair that is not here is refused, and a test enumerates them all."""


def after(state: Lifecycle, step: Step) -> Lifecycle | None:
    """Where `step` leads from `state`; `None` when it cannot happen there."""
    return TABLE.get((state, step))
