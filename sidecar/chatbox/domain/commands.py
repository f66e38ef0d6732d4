"""What callers ask for. A command is decided at once, wholly or not at all."""

from typing import Literal

from chatbox.domain.entries import ClientKey
from chatbox.domain.values import (
    SYSTEM,
    Choice,
    FailureCause,
    Frozen,
    Identity,
    InvitedRole,
    Kind,
    Scope,
    Utterance,
    Verdict,
    View,
    WakeRule,
)

THE_SYSTEM = Identity(participant=SYSTEM, kind="system", scopes=frozenset(Scope))
"""Whoever runs the broker, for what no participant asked for."""


class Command(Frozen):
    """Who asks, and the name they gave the request so that repeating it changes nothing."""

    by: Identity = THE_SYSTEM
    key: ClientKey | None = None

    @property
    def author(self) -> str:
        """Whose doing the entries are."""
        return self.by.participant


class OpenWorkspace(Command):
    """Make sure that the journal has an identity and these channels (name, purpose)."""

    journal: str
    channels: tuple[tuple[str, str], ...]


class AdmitPerson(Command):
    """Let the holder of a token (its SHA-256) be `person`; `replace` a token this workspace knew before."""

    person: str
    digest: str
    replace: bool = False


class OpenSession(Command):
    """Let the holder of a token (its SHA-256) be `participant` until `expires`, following `channels`.

    What an invited person's session may do and for how long is in their invitation, whatever is asked for here.
    """

    participant: str
    kind: Kind
    digest: str
    scopes: tuple[Scope, ...]
    expires: int
    channels: tuple[str, ...] = ()


class InvitePerson(Command):
    """Let `person` in as `role` until `expires`; nothing but `channels` exists for them (`None`: no such limit)."""

    person: str
    role: InvitedRole
    channels: tuple[str, ...] | None
    expires: int


class DismissParticipant(Command):
    """End every credential of `participant`, and a person's invitation."""

    participant: str


class AgentDeclaration(Frozen):
    """One agent of `.agentchat/agents.toml`: its engine's name and the channels it follows."""

    name: str
    engine: str
    subscriptions: tuple[tuple[str, WakeRule], ...]


class DeclareAgents(Command):
    """Make the declared agents exactly these."""

    agents: tuple[AgentDeclaration, ...]


class CreateChannel(Command):
    """Open a channel."""

    channel: str
    purpose: str


class PostMessage(Command):
    """Say something."""

    said: Utterance


class Subscribe(Command):
    """Follow a channel from its end, or change the wake rule or the view of a followed one."""

    channel: str
    wake: WakeRule | None = None
    view: View | None = None


class Unsubscribe(Command):
    """Follow a channel no more."""

    channel: str


class Acknowledge(Command):
    """Move the asker's offset in `channel` forward to `through`."""

    channel: str
    through: int


class DecideApproval(Command):
    """Answer a question; `digest` names what was shown (left out: the words as they stand)."""

    approval: int
    verdict: Verdict
    reason: str
    via: str
    digest: str | None = None


class ExpireApproval(Command):
    """Close a question whose time is over."""

    approval: int


class ClaimTurn(Command):
    """Take a waking agent's turn; `credential` is the SHA-256 of the token made for it."""

    agent: str
    supervisor: str
    credential: str


class FinishTurn(Command):
    """End a turn: what it says, what it has read and the agent's state, in one append."""

    agent: str
    epoch: int
    said: tuple[Utterance, ...] = ()

    @property
    def author(self) -> str:
        """The agent speaks, whichever supervisor brings its words."""
        return self.agent


class FailTurn(Command):
    """End a turn without an answer; it is tried again after a rest, a bounded number of times."""

    agent: str
    epoch: int
    cause: FailureCause
    error: str


class EndBackoff(Command):
    """Let a failed turn be tried again, once its rest is over."""

    agent: str


class DirectAgent(Command):
    """A person wakes, pauses or resumes an agent."""

    agent: str
    action: Literal["wake", "pause", "resume"]


class PinPost(Command):
    """Keep a message in sight at the top of its channel, or no longer."""

    message: int
    pinned: bool


class ClosePost(Command):
    """Say how a post ended."""

    message: int
    resolution: str


class ResolveMessage(Command):
    """Say that what a message asked for is done, or that it is not."""

    message: int
    resolved: bool


class EditMessage(Command):
    """Replace the words of one's own message; `title` of a post (left out: as it is)."""

    message: int
    body: str
    title: str | None = None


class CastVote(Command):
    """Vote on a proposal, with the reason."""

    proposal: int
    choice: Choice
    reason: str


class Redact(Command):
    """A person has a message's text removed."""

    message: int
