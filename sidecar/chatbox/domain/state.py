"""What the rules need to know, folded from the entries: small, and without a single message body."""

from collections.abc import Iterator
from typing import Any

from chatbox.domain.chain import GENESIS
from chatbox.domain.lifecycle import Lifecycle
from chatbox.domain.refusal import Refusal
from chatbox.domain.table import Table
from chatbox.domain.values import (
    OUTSIDE,
    Bound,
    Charge,
    Choice,
    Frozen,
    Identity,
    InvitedRole,
    Kind,
    Role,
    Tier,
    View,
    WakeRule,
    likeness,
)


class Channel(Frozen):
    """A stream: how many messages it has, and its newest item (a message or a decision)."""

    name: str
    count: int = 0
    last: int = 0
    root: int = OUTSIDE
    depth: int = 0


class Participant(Frozen):
    """Somebody with a name."""

    name: str
    kind: Kind


class Credential(Frozen):
    """A token's digest and what it admits to."""

    digest: str
    holder: Identity
    purpose: str
    expires: int | None = None


class Member(Frozen):
    """An invited person: what the newest invitation says."""

    name: str
    role: InvitedRole
    channels: frozenset[str] | None
    expires: int


class Subscription(Frozen):
    """Who follows which channel, how far they have acknowledged it, what wakes them and how much they are told."""

    participant: str
    channel: str
    wake: WakeRule
    offset: int
    view: View = "full"


class Turn(Frozen):
    """A claimed turn that has not ended. Its seq is its id."""

    seq: int
    started_at: int
    bounds: tuple[Bound, ...]
    charges: tuple[Charge, ...]
    credential: str
    supervisor: str


class Agent(Frozen):
    """A supervised agent. `owed` is the newest message charged to it; `pending` what it has not answered."""

    name: str
    engine: str
    state: Lifecycle = Lifecycle.ASLEEP
    since: int = 0
    epoch: int = 0
    attempt: int = 0
    owed: int = 0
    pending: tuple[Charge, ...] = ()
    turn: Turn | None = None
    retry_at: int | None = None
    parked_because: str | None = None
    retired: bool = False


class Root(Frozen):
    """What a root has spent. A root nobody was woken for has no row."""

    turns: int = 0
    told: tuple[str, ...] = ()


class Approval(Frozen):
    """An open question. Once decided it leaves the state; the views remember it."""

    id: int
    channel: str
    asked_by: str
    tier: Tier
    digest: str
    root: int
    depth: int
    expires: int | None = None


class Vote(Frozen):
    """Who voted what, for the time being."""

    participant: str
    choice: Choice


class Proposal(Frozen):
    """A proposal that is not settled yet. Once it is, it leaves the state; the views remember it."""

    id: int
    channel: str
    quorum: int
    votes: tuple[Vote, ...] = ()


TABLES: dict[str, type[Frozen]] = {
    "channels": Channel,
    "participants": Participant,
    "credentials": Credential,
    "members": Member,
    "subscriptions": Subscription,
    "agents": Agent,
    "roots": Root,
    "approvals": Approval,
    "proposals": Proposal,
}


class State:
    """The fold of a journal up to `seq`. Changed only by `evolve`; drafted for every batch."""

    __slots__ = (
        "_base",
        "agents",
        "approvals",
        "at",
        "channels",
        "credentials",
        "followed",
        "journal",
        "leaf",
        "members",
        "names",
        "participants",
        "proposals",
        "roots",
        "seq",
        "subscriptions",
    )

    def __init__(self, base: "State | None" = None) -> None:
        """The state before entry 1, or a draft over `base`."""
        self._base = base
        self.seq: int = base.seq if base else 0
        self.leaf: bytes = base.leaf if base else GENESIS
        self.at: int = base.at if base else 0
        self.journal: str = base.journal if base else ""
        self.channels: Table[str, Channel] = Table(base.channels if base else None)
        self.participants: Table[str, Participant] = Table(base.participants if base else None)
        self.credentials: Table[str, Credential] = Table(base.credentials if base else None)
        self.members: Table[str, Member] = Table(base.members if base else None)
        self.subscriptions: Table[tuple[str, str], Subscription] = Table(base.subscriptions if base else None)
        self.agents: Table[str, Agent] = Table(base.agents if base else None)
        self.roots: Table[int, Root] = Table(base.roots if base else None)
        self.approvals: Table[int, Approval] = Table(base.approvals if base else None)
        self.proposals: Table[int, Proposal] = Table(base.proposals if base else None)
        # Indexes over the tables above; rebuilt from them when a snapshot is read.
        self.followed: Table[str, tuple[str, ...]] = Table(base.followed if base else None)
        self.names: Table[str, str] = Table(base.names if base else None)

    def draft(self) -> "State":
        """An overlay that can be adopted or dropped."""
        return State(self)

    def adopt(self) -> None:
        """Write this draft into its base."""
        base = self._base
        assert base is not None, "only a draft can be adopted"
        base.seq, base.leaf, base.at, base.journal = self.seq, self.leaf, self.at, self.journal
        for name in (*TABLES, "followed", "names"):
            getattr(self, name).adopt()

    @property
    def owner(self) -> str | None:
        """Whose workspace this is; nobody's before the first admission."""
        return next((c.holder.participant for c in self.credentials.values() if c.purpose == "person"), None)

    def role(self, participant: str) -> Role | None:
        """What a person is here; `None` for agents, and for whoever was dismissed."""
        member = self.members.get(participant)
        if member is not None:
            return member.role
        return "owner" if participant == self.owner else None

    def followed_by(self, participant: str) -> Iterator[Subscription]:
        """Every subscription of `participant`, by channel name."""
        for channel in sorted(self.followed.get(participant) or ()):
            yield self.subscriptions[participant, channel]

    def live_agents(self) -> Iterator[Agent]:
        """The declared agents, by name."""
        for name in sorted(self.agents):
            if not self.agents[name].retired:
                yield self.agents[name]

    def index(self) -> None:
        """Rebuild the indexes from the tables they are made from."""
        for participant, channel in self.subscriptions:
            self.followed[participant] = (*(self.followed.get(participant) or ()), channel)
        for name in self.participants:
            self.names[likeness(name)] = name


def no_channel(state: State, by: Identity, name: str) -> Refusal:
    """What is said of a channel that does not exist, or not for `by`; it lists those that do."""
    known = ", ".join(sorted(channel for channel in state.channels if by.knows(channel)))
    # Only a visiting agent says hello.
    way = f" `hello` with {name} among its channels opens it." if by.kind == "agent" and by.epoch is None else ""
    return Refusal(code="NOT_FOUND", message=f"There is no channel {name}. There are: {known}.{way}")


def dump(state: State) -> dict[str, Any]:
    """A snapshot of `state` as JSON values; `load` reads it back."""
    tables = {name: [row(value) for value in getattr(state, name).items()] for name in TABLES}
    return {
        "seq": state.seq,
        "leaf": state.leaf.hex(),
        "at": state.at,
        "journal": state.journal,
        "tables": tables,
    }


def row(item: tuple[Any, Frozen]) -> list[Any]:
    """One table row as JSON values: its key and its value."""
    key, value = item
    return [list(key) if isinstance(key, tuple) else key, value.model_dump(mode="json")]


def load(snapshot: dict[str, Any]) -> State:
    """The state that `dump` wrote. Raises `ValueError` when it is of another shape."""
    state = State()
    state.seq, state.at, state.journal = snapshot["seq"], snapshot["at"], snapshot["journal"]
    state.leaf = bytes.fromhex(snapshot["leaf"])
    for name, kind in TABLES.items():
        table = getattr(state, name)
        for key, value in snapshot["tables"][name]:
            table[tuple(key) if isinstance(key, list) else key] = kind.model_validate(value)
    state.index()
    return state
