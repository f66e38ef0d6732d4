"""What callers get to see of messages, channels, approvals, agents and turns.

Times are microseconds UTC. Every thing has an `id`. TypeScript types are generated from these models.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from chatbox.domain.lifecycle import Lifecycle
from chatbox.domain.values import Choice, Frozen, Kind, MessageKind, PostType, ProposalOutcome, Role, Tier, WakeRule


class Shown(Frozen):
    """A shape that callers see: a field with a default is always there."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class AttachmentView(Shown):
    """A file that belongs to a message; `id` is its content's SHA-256 in hex, `size` is in bytes.

    `media_type` was found by looking at the content. Only image/png, jpeg, gif and webp are images to show.
    """

    id: str
    name: str
    media_type: str
    size: int


class VoteView(Shown):
    """A vote; its reason is the message `reply`."""

    participant: str
    choice: Choice
    reply: int


class ProposalView(Shown):
    """How a proposal stands. It is settled once at least `quorum` voted and one side leads."""

    quorum: int
    votes: list[VoteView]
    outcome: ProposalOutcome | None
    settled_at: int | None
    replaces: int | None
    replaced_by: int | None


class MessageView(Shown):
    """A message as it is shown. `body` and `title` are null once a person redacted them; `attachments` are gone then.

    `truncated` says that a reader's budget cut it: `get_post` has the rest of the body, and with a larger budget the
    rest of all.
    """

    id: int
    channel: str
    position: int
    kind: MessageKind
    author: str
    author_kind: Kind
    at: int
    body: str | None
    title: str | None
    thread: int | None
    cause: int | None
    root: int
    depth: int
    mentions: list[str]
    post_type: PostType | None
    tier: Tier
    epoch: int | None
    replies: int = 0
    pinned: bool = False
    resolved: bool = False
    closed: bool = False
    resolution: str | None = None
    edited_at: int | None = None
    proposal: ProposalView | None = None
    attachments: list[AttachmentView] = Field(default_factory=list)
    truncated: bool = False


class Gap(Shown):
    """Messages that were left out: `count` of them, behind message `since_id` and before `until_id`."""

    count: int
    since_id: int
    until_id: int


class Wording(Shown):
    """What a message said from `at` on; `id` is the entry that says so.

    `truncated` says that a reader's budget cut it: a larger one shows all of it.
    """

    id: int
    at: int
    title: str | None
    body: str | None
    truncated: bool = False


class DeliveryView(Shown):
    """What became of a message that woke an agent. `error` says why it is retried or was given up.

    `truncated` says that a reader's budget cut its words: a larger one shows all of them.
    """

    id: int
    agent: str
    status: Literal["woken", "picked-up", "answered", "retrying", "given-up"]
    at: int
    reason: str
    turn: int | None
    error: str | None
    truncated: bool = False


class ApprovalView(Shown):
    """A question and, once it was answered, by whom. A decision names `digest`.

    `truncated` says that a reader's budget cut its words and left out its files, which are those of its post.
    """

    id: int
    channel: str
    asked_by: str
    asked_at: int
    tier: Tier
    title: str | None
    body: str | None
    digest: str
    status: Literal["open", "approved", "denied", "expired"]
    decided_by: str | None
    decided_at: int | None
    reason: str | None
    via: str | None
    expires: int | None = None
    attachments: list[AttachmentView] = Field(default_factory=list)
    truncated: bool = False


class AgentView(Shown):
    """A supervised agent. `supervised` is false while no supervisor that could run it is there."""

    id: str
    name: str
    engine: str
    state: Lifecycle
    since: int
    epoch: int
    attempt: int
    turn: int | None
    turn_started_at: int | None
    retry_at: int | None
    parked_because: str | None
    supervised: bool


class SupervisorView(Shown):
    """Somebody who runs agents' turns, right now."""

    id: str
    agents: list[str]


class ChannelView(Shown):
    """A channel, and how far the caller has read it (`offset` is null when the caller does not follow it)."""

    id: str
    name: str
    description: str
    count: int
    last: int
    offset: int | None
    unread: int
    wake: WakeRule | None


class RoomView(ChannelView):
    """A channel in the list of them. `is_standing`: every workspace has it. `last_activity`: of its newest message."""

    is_standing: bool
    last_activity: int | None


class ParticipantView(Shown):
    """Somebody with a name. `role` is null for agents, and for people who may not come in (any more).

    Only the owner is shown `channels` (null: no limit) and `expires`, which invited people have.
    """

    id: str
    name: str
    kind: Kind
    role: Role | None
    channels: list[str] | None
    expires: int | None


class Event(Shown):
    """Something that happened, numbered by its entry. What it is about is in the field of that name."""

    seq: int
    at: int
    by: str
    type: str
    message: MessageView | None = None
    approval: ApprovalView | None = None
    agent: AgentView | None = None
    channel: ChannelView | None = None


class Events(Shown):
    """Some events in order. Resume after `cursor`.

    `supervisors` is set at the start and whenever it changed who runs agents: all who do now. It is in no journal, so
    no cursor counts it; `AgentView.supervised` follows from the newest list, also for the agents of older events.
    """

    events: list[Event]
    cursor: int
    supervisors: list[SupervisorView] | None = None


class TurnView(Shown):
    """One run of an agent. `through` is what it had been given in each channel.

    `truncated` says that a reader's budget cut it: a larger one shows all of it.
    """

    id: int
    agent: str
    epoch: int
    attempt: int
    supervisor: str
    started_at: int
    ended_at: int | None
    outcome: Literal["running", "finished", "failed", "parked"]
    error: str | None
    through: dict[str, int]
    woken_by: list[int]
    truncated: bool = False


class Thread(Shown):
    """A post, the part of its replies that was asked for, oldest first, and the question it asks."""

    post: MessageView
    replies: list[MessageView]
    more: bool
    approval: ApprovalView | None


class Brief(Shown):
    """What a claimed turn has to answer: messages and decisions up to its bounds, oldest first.

    `earlier` is what a former attempt at the same turn already posted; `left_out` counts the older messages
    that did not fit.
    """

    messages: list[MessageView]
    decisions: list[ApprovalView]
    earlier: list[MessageView]
    left_out: int
