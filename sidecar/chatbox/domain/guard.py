"""Why every cascade ends: a root's budget of turns and depth, whatever agents write."""

from typing import Literal

from chatbox.domain.entries import BudgetSpent
from chatbox.domain.state import Root, State
from chatbox.domain.values import Charge, Limits

Spent = Literal["turns", "depth"]


def spent(state: State, limits: Limits, root: int, depth: int) -> Spent | None:
    """Which budget keeps a message of `root` at `depth` from waking anyone, if any."""
    if turns_left(state, limits, root) == 0:
        return "turns"
    return "depth" if depth >= limits.root_depth else None


def turns_left(state: State, limits: Limits, root: int) -> int:
    """How many turns of agents `root` can still pay for."""
    return max(0, limits.root_turns - (state.roots.get(root) or Root()).turns)


def affordable(state: State, limits: Limits, charges: tuple[Charge, ...]) -> tuple[Charge, ...]:
    """The charges whose root can still pay for a turn."""
    return tuple(c for c in charges if spent(state, limits, c.root, c.depth) is None)


def announce(state: State, root: int, limit: Spent) -> list[BudgetSpent]:
    """The entry that says a budget is spent, unless it was said before."""
    told = (state.roots.get(root) or Root()).told
    return [] if limit in told else [BudgetSpent(root=root, limit=limit)]
