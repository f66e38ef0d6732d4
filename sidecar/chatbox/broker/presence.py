"""Who runs agents right now, and which turns still give a sign of life. Announced, never journaled."""

from collections.abc import Callable, Sequence

from chatbox.ports import Clock

LEASE_SECONDS = 30.0
"""A claimed turn without a heartbeat for this long counts as lost."""


class Presence:
    """Supervisors by name, and the deadline of each live turn."""

    def __init__(self, clock: Clock, born_at: int, changed: Callable[[], None] = lambda: None) -> None:
        """Nobody is here yet. `born_at` is the journal's head when this process began.

        `changed` is called whenever `supervisors` has become another.
        """
        self._clock = clock
        self._changed = changed
        self._born_at = born_at
        self._supervisors: dict[str, tuple[str, ...]] = {}
        self._deadlines: dict[tuple[str, int], float] = {}
        self.connected = 0
        """Callers in other processes."""

    def attend(self, supervisor: str, agents: Sequence[str]) -> None:
        """`supervisor` runs `agents` from now on."""
        served = tuple(sorted(agents))
        if self._supervisors.get(supervisor) != served:
            self._supervisors[supervisor] = served
            self._changed()

    def leave(self, supervisor: str) -> None:
        """`supervisor` runs nothing any more."""
        if self._supervisors.pop(supervisor, None) is not None:
            self._changed()

    def supervisors(self) -> dict[str, tuple[str, ...]]:
        """Who is here, and which agents they run."""
        return dict(self._supervisors)

    def serves(self, agent: str) -> bool:
        """Whether somebody runs this agent."""
        return any(agent in agents for agents in self._supervisors.values())

    def beat(self, agent: str, epoch: int) -> None:
        """The turn is alive: its lease begins anew."""
        self._deadlines = {key: at for key, at in self._deadlines.items() if key[0] != agent}
        self._deadlines[agent, epoch] = self._clock.elapsed() + LEASE_SECONDS

    def remaining(self, agent: str, epoch: int, turn: int) -> float:
        """Seconds until the turn that began with entry `turn` counts as lost.

        None for one that began before this process did: its supervisor died with the former owner.
        """
        if (agent, epoch) not in self._deadlines:
            if turn <= self._born_at:
                return 0.0
            self.beat(agent, epoch)
        return max(0.0, self._deadlines[agent, epoch] - self._clock.elapsed())
