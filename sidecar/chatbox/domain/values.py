"""The small values that the rules are written in, and the limits they obey."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

SECOND = 1_000_000
"""Microseconds: every time in the domain is an integer of them, UTC since 1970."""

OUTSIDE = 0
"""The root of whatever no person's message led to; it has a budget of its own."""

SYSTEM = "system"
"""The participant that speaks for ChatBox itself."""


STANDING = ("#general", "#dispatch", "#change-orders", "#alerts", "#debug", "#observations", "#human")
"""The channels that every workspace has."""


class Frozen(BaseModel):
    """A value: immutable, with no fields but the declared ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
"""A participant: ASCII on purpose, see also `likeness`."""

_ALIKE = str.maketrans("0i1|", "olll", "._-")


def likeness(name: str) -> str:
    """What names have in common that people take for each other: case, 0 and o, 1, i and l, dots and dashes."""
    return name.lower().translate(_ALIKE)


CHANNEL_NAME = r"^#[a-z0-9][a-z0-9-]{0,63}$"
ChannelName = Annotated[str, StringConstraints(pattern=CHANNEL_NAME)]

Kind = Literal["person", "agent", "system"]
WakeRule = Literal["all", "mentions", "none"]
View = Literal["headlines", "digest", "full"]
"""How much of a channel a reader is told: the newest few, the newest of each thread, or everything."""

MessageKind = Literal["chat", "post", "reply"]
PostType = Literal["plan", "change-order", "alert", "observation", "proposal", "question"]
Tier = Literal[0, 1, 2]
Verdict = Literal["approved", "denied"]
Choice = Literal["for", "against", "abstain"]
ProposalOutcome = Literal["accepted", "rejected"]
FailureCause = Literal["crashed", "lease-lost"]
InvitedRole = Literal["approver", "member", "observer"]
Role = Literal["owner", "approver", "member", "observer"]
"""What a person may do here. There is one owner; everybody else is invited."""


class Scope(StrEnum):
    """What a credential lets its holder ask for; the scope decides, never the transport."""

    ADMIT = "admit"
    READ = "read"
    POST = "post"
    DECIDE = "decide"
    MANAGE = "manage"
    SUPERVISE = "supervise"


ROLES: Mapping[Role, tuple[Scope, ...]] = MappingProxyType(
    {
        "owner": (Scope.READ, Scope.POST, Scope.DECIDE, Scope.MANAGE),
        "approver": (Scope.READ, Scope.POST, Scope.DECIDE),
        "member": (Scope.READ, Scope.POST),
        "observer": (Scope.READ,),
    }
)
"""The scopes of each role."""

AGENT_SCOPES = (Scope.READ, Scope.POST)
PERSON_SCOPES = ROLES["owner"]


class Identity(Frozen):
    """Who is asking, taken from a credential and never from a field of the request.

    `epoch` is set when the credential was made for one turn: what it writes belongs to that turn. With `channels`,
    nothing but these exists for the asker (`None`: no such limit). `credential` is the digest of the token, where there
    was one: once it admits nobody any more, nothing is done in its name.
    """

    participant: str
    kind: Kind
    scopes: frozenset[Scope]
    epoch: int | None = None
    channels: frozenset[str] | None = None
    credential: str = ""

    def knows(self, channel: str) -> bool:
        """Whether `channel` exists for the asker."""
        return self.channels is None or channel in self.channels


class Bound(Frozen):
    """Everything in `channel` up to and including seq `through`."""

    channel: str
    through: int


class Charge(Frozen):
    """A message that an agent was woken for, with what a turn inherits from it."""

    message: int
    root: int
    depth: int


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A digest in hex: the name of a file's content."""


class Attachment(Frozen):
    """A file that belongs to a message: its content's SHA-256, what it is called, and what the content was found to be.

    `size` is in bytes.
    """

    sha256: Sha256
    name: str
    media_type: str
    size: int


class Utterance(Frozen):
    """What a participant wants said: a chat or a post in `channel`, or a reply in `thread`.

    A post of type "proposal" is settled by `quorum` votes; it may replace another proposal. What asks for an approval
    may do so for `expires_after` microseconds only.
    """

    kind: MessageKind
    body: str
    channel: str | None = None
    thread: int | None = None
    title: str | None = None
    post_type: PostType | None = None
    tier: Tier = 0
    expires_after: int | None = None
    quorum: int = 2
    replaces: int | None = None
    attachments: tuple[Attachment, ...] = ()


class Limits(Frozen):
    """The figures that the rules obey; one value a workspace, passed in like the clock."""

    root_turns: int = 40
    root_depth: int = 16
    attempts: int = 5
    backoff_first: int = 1 * SECOND
    backoff_longest: int = 60 * SECOND
    channels: int = 1_000
    participants: int = 1_000
    attachment_bytes: int = 10 * 1024 * 1024
    attachments_bytes: int = 1024 * 1024 * 1024
    """Of all attachments together, those under way included."""

    def backoff(self, attempt: int) -> int:
        """Microseconds to rest after failed attempt number `attempt` (1, 2, 3 …): doubling, bounded."""
        return min(self.backoff_first << min(attempt - 1, 32), self.backoff_longest)
