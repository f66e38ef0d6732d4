"""The vocabulary of the journal: every fact that can be recorded, named in the past tense.

An entry's own fields form its head, which the hash chain covers. Its `text`, where it has one, is
stored apart under a salted digest, so that a person can redact it and the chain still verifies.
To add an entry: declare it here, fold it in `evolve.py`, and let something in `decide/` lead to it.
"""

from typing import Any, ClassVar, Literal, NamedTuple

from chatbox.domain.values import (
    Bound,
    Charge,
    Choice,
    FailureCause,
    Frozen,
    InvitedRole,
    Kind,
    MessageKind,
    PostType,
    ProposalOutcome,
    Tier,
    Verdict,
    View,
    WakeRule,
)

Text = dict[str, str]
"""Named pieces of free text, e.g. `{"body": …, "title": …}`; `None` once redacted."""


class Entry(Frozen):
    """One fact. `text` is what a person may later ask to forget."""

    has_text: ClassVar[bool] = False
    text: Text | None = None


class JournalCreated(Entry):
    """Always entry 1. `journal` is 128 random bits in hex: the identity that views and snapshots name."""

    journal: str


class ChannelCreated(Entry):
    """A named stream was opened. Text: `purpose`."""

    has_text: ClassVar[bool] = True
    channel: str


class ParticipantJoined(Entry):
    """Somebody became known by a name that nobody else can take."""

    participant: str
    kind: Kind


class CredentialIssued(Entry):
    """A token was made; only the SHA-256 of it is known here.

    A `person` credential replaces the person's former one; a `session` stands beside others until `expires`.
    """

    participant: str
    purpose: Literal["person", "session"]
    digest: str
    scopes: tuple[str, ...]
    expires: int | None = None


class PersonInvited(Entry):
    """The owner lets a person in: as what, until when, and to which channels (`None`: to all, also later ones).

    Whoever was invited before has from now on what the newest invitation says.
    """

    participant: str
    role: InvitedRole
    channels: tuple[str, ...] | None = None
    expires: int


class CredentialsRevoked(Entry):
    """No token admits `participant` any more, and a person's invitation is over; what they said stays."""

    participant: str


class AgentDeclared(Entry):
    """An agent that a supervisor runs, as `.agentchat/agents.toml` names it."""

    agent: str
    engine: str


class AgentRetired(Entry):
    """The declaration is gone: nothing wakes this agent any more; what it said stays."""

    agent: str


class Subscribed(Entry):
    """`participant` follows `channel` from `offset` on; a repeated one changes only the wake rule and the view."""

    participant: str
    channel: str
    wake: WakeRule
    offset: int
    view: View = "full"


class Unsubscribed(Entry):
    """`participant` no longer follows `channel`; its offset there is forgotten."""

    participant: str
    channel: str


class MessagePosted(Entry):
    """A chat, a post or a reply; its id is its seq. Text: `body` and, for a post, `title`.

    `cause` is the message it answers, `root` the person's message that the chain of causes goes back
    to, `depth` the length of that chain. `epoch` is set when a turn wrote it.
    """

    has_text: ClassVar[bool] = True
    kind: MessageKind
    channel: str
    position: int
    root: int
    depth: int = 0
    cause: int | None = None
    thread: int | None = None
    mentions: tuple[str, ...] = ()
    post_type: PostType | None = None
    tier: Tier = 0
    epoch: int | None = None


class AgentWoken(Entry):
    """`agent` owes an answer to `message`; in whichever state it is, it is charged."""

    agent: str
    message: int
    root: int
    depth: int
    reason: Literal["subscribed", "mentioned", "replied-to", "decided", "asked", "resumed"]


class WakeDismissed(Entry):
    """A waking agent goes back to sleep: every root it was woken for has spent its budget."""

    agent: str
    roots: tuple[int, ...]


class BudgetSpent(Entry):
    """A root's cascade ends here; said once for each root and limit."""

    root: int
    limit: Literal["turns", "depth"]


class TurnStarted(Entry):
    """A supervisor claimed the turn; its seq is the turn's id and the upper bound of what it answers.

    `credential` is the SHA-256 of the token made for this turn.
    """

    agent: str
    epoch: int
    attempt: int
    bounds: tuple[Bound, ...]
    charges: tuple[Charge, ...]
    credential: str
    supervisor: str


class TurnFinished(Entry):
    """The turn's replies stand before this entry in the same append; the offsets move with it."""

    agent: str
    epoch: int
    acknowledged: tuple[Bound, ...]
    owes: bool


class TurnFailed(Entry):
    """The turn ended without an answer; nothing was acknowledged. Text: `error`."""

    has_text: ClassVar[bool] = True
    agent: str
    epoch: int
    cause: FailureCause
    retry_at: int


class BackoffEnded(Entry):
    """A failed turn may be tried again."""

    agent: str


class AgentParked(Entry):
    """Nothing runs this agent until a person resumes it. Text: `reason`."""

    has_text: ClassVar[bool] = True
    agent: str


class AgentResumed(Entry):
    """A person let a parked agent go on."""

    agent: str


class Acknowledged(Entry):
    """`participant` has read `channel` up to and including `through`."""

    participant: str
    channel: str
    through: int


class ApprovalRequested(Entry):
    """The post `approval` asks a question that its author cannot answer.

    `digest` binds the decision to exactly what was shown (see `approval.py`). At `expires` it is too late for one.
    """

    approval: int
    channel: str
    asked_by: str
    tier: Tier
    digest: str
    root: int
    depth: int
    expires: int | None = None


class ApprovalDecided(Entry):
    """The question was answered, once, on the words named by `digest`. Text: `reason`."""

    has_text: ClassVar[bool] = True
    approval: int
    channel: str
    verdict: Verdict
    digest: str
    via: str


class ApprovalExpired(Entry):
    """Nobody answered in time; nobody can any more."""

    approval: int
    channel: str


class ContentRedacted(Entry):
    """A person had the text of entry `target` removed; its head and digest remain."""

    target: int


class OfMessage(Entry):
    """A fact about an older message, which is shown with it from now on."""

    message: int
    channel: str


class PostPinned(OfMessage):
    """The message stays in sight at the top of its channel."""


class PostUnpinned(OfMessage):
    """It no longer does."""


class PostClosed(OfMessage):
    """What the post was about is over. Text: `resolution`."""

    has_text: ClassVar[bool] = True


class MessageResolved(OfMessage):
    """What the message asked for is done."""


class MessageUnresolved(OfMessage):
    """It is not done after all."""


class MessageEdited(OfMessage):
    """The author's newer words; the older ones stay in their entries. Text: `body` and, for a post, `title`."""

    has_text: ClassVar[bool] = True


class ProposalOpened(OfMessage):
    """The post is put to the vote: it is settled by a majority of at least `quorum` votes.

    Once it is accepted, the decision takes the place of that of proposal `replaces`.
    """

    quorum: int
    replaces: int | None = None


class VoteCast(OfMessage):
    """One participant's vote on proposal `message`; a later one takes its place. Its reason is message `reply`."""

    choice: Choice
    reply: int


class ProposalSettled(OfMessage):
    """The votes are enough."""

    outcome: ProposalOutcome


class UnknownEntry(Entry):
    """A fact written by a newer version: kept, counted and passed on, never interpreted."""

    has_text: ClassVar[bool] = True
    type: str
    data: dict[str, Any]


KNOWN: dict[str, type[Entry]] = {
    kind.__name__: kind
    for kind in (
        JournalCreated,
        ChannelCreated,
        ParticipantJoined,
        CredentialIssued,
        PersonInvited,
        CredentialsRevoked,
        AgentDeclared,
        AgentRetired,
        Subscribed,
        Unsubscribed,
        MessagePosted,
        AgentWoken,
        WakeDismissed,
        BudgetSpent,
        TurnStarted,
        TurnFinished,
        TurnFailed,
        BackoffEnded,
        AgentParked,
        AgentResumed,
        Acknowledged,
        ApprovalRequested,
        ApprovalDecided,
        ApprovalExpired,
        ContentRedacted,
        PostPinned,
        PostUnpinned,
        PostClosed,
        MessageResolved,
        MessageUnresolved,
        MessageEdited,
        ProposalOpened,
        VoteCast,
        ProposalSettled,
    )
}


def type_of(entry: Entry) -> str:
    """The name an entry is recorded under."""
    return entry.type if isinstance(entry, UnknownEntry) else type(entry).__name__


class ClientKey(Frozen):
    """The caller's own name for one request, so that asking twice happens once.

    Scoped to (participant, operation); `params` is the digest of the request it was first used for.
    """

    operation: str
    key: str
    params: str


class Recorded(NamedTuple):
    """An entry in its place: number, time (microseconds UTC), who caused it, and the client's key."""

    seq: int
    at: int
    by: str
    entry: Entry
    key: ClientKey | None = None
