"""Who takes part, what they follow and how far they have read."""

from chatbox.domain.commands import (
    Acknowledge,
    AdmitPerson,
    DismissParticipant,
    InvitePerson,
    OpenSession,
    Subscribe,
    Unsubscribe,
)
from chatbox.domain.decide.outline import Outline
from chatbox.domain.decide.workspace import open_channels
from chatbox.domain.entries import (
    Acknowledged,
    CredentialIssued,
    CredentialsRevoked,
    ParticipantJoined,
    PersonInvited,
    Subscribed,
    Unsubscribed,
)
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Subscription
from chatbox.domain.values import PERSON_SCOPES, ROLES, SYSTEM, Kind, View, WakeRule, likeness


def admit_person(outline: Outline, command: AdmitPerson) -> Refusal | None:
    """The workspace's person; a second token for the same person only on purpose."""
    holders = [c for c in outline.state.credentials.values() if c.purpose == "person"]
    if any(holder.digest == command.digest for holder in holders):
        return None
    if holders and not command.replace:
        return Refusal(
            code="IDENTITY_MISMATCH",
            message=f"This workspace knows {holders[0].holder.participant} by another token.",
        )
    name = holders[0].holder.participant if holders else command.person
    refusal = join(outline, name, "person")
    if refusal is not None:
        return refusal
    scopes = tuple(str(scope) for scope in PERSON_SCOPES)
    outline.add(CredentialIssued(participant=name, purpose="person", digest=command.digest, scopes=scopes))
    for channel in sorted(outline.state.channels):
        follow(outline, name, channel, None)
    return None


def open_session(outline: Outline, command: OpenSession) -> Refusal | None:
    """A token for a while: an agent's hello, or a person's web page. A person must be the owner, or be invited.

    Channels that a hello names are opened when they are missing, as in the earlier ChatBox: whoever says what it
    listens to means it, which a message to a mistyped channel does not.
    """
    agent = outline.state.agents.get(command.participant)
    if command.kind == "agent" and agent is not None and not agent.retired:
        return Refusal(
            code="NAME_TAKEN",
            message=f"{command.participant} is an agent that ChatBox runs itself: choose another name.",
        )
    refusal = join(outline, command.participant, command.kind)
    if refusal is not None:
        return refusal
    scopes, expires = command.scopes, command.expires
    if command.kind == "person":
        member = outline.state.members.get(command.participant)
        if member is not None and member.expires > outline.now:
            scopes, expires = ROLES[member.role], member.expires
        elif member is not None or command.participant != outline.state.owner:
            return Refusal(
                code="AUTH_ERROR",
                message=f"{command.participant} is not invited any more: ask the workspace's owner.",
            )
    wanted = tuple(dict.fromkeys(command.channels))
    missing = tuple(name for name in wanted if name not in outline.state.channels)
    refusal = open_channels(outline, missing, "", command.participant)
    if refusal is not None:
        return refusal
    for name in wanted:
        if name not in missing:
            follow(outline, command.participant, name, None)
    outline.add(
        CredentialIssued(
            participant=command.participant,
            purpose="session",
            digest=command.digest,
            scopes=tuple(str(scope) for scope in scopes),
            expires=expires,
        )
    )
    return None


def invite_person(outline: Outline, command: InvitePerson) -> Refusal | None:
    """What a person may do here from now on, in place of any former invitation. It makes no token."""
    if command.person == outline.state.owner:
        return Refusal(code="WRONG_STATE", message=f"{command.person} is this workspace's owner: invite somebody else.")
    refusal = join(outline, command.person, "person")
    if refusal is not None:
        return refusal
    channels = sorted(outline.state.channels if command.channels is None else set(command.channels))
    for name in channels:
        channel = outline.channel(name)
        if isinstance(channel, Refusal):
            return channel
    for held in outline.state.followed_by(command.person):
        if held.channel not in channels:
            outline.add(Unsubscribed(participant=command.person, channel=held.channel))
    outline.add(
        PersonInvited(
            participant=command.person,
            role=command.role,
            channels=None if command.channels is None else tuple(channels),
            expires=command.expires,
        )
    )
    for name in channels:
        follow(outline, command.person, name, None)
    return None


def dismiss_participant(outline: Outline, command: DismissParticipant) -> Refusal | None:
    """Nobody but the owner stays against the owner's will. Who holds nothing is dismissed already."""
    name = command.participant
    state = outline.state
    if name not in state.participants:
        return Refusal(code="NOT_FOUND", message=f"There is nobody called {name}: `participants` lists who is here.")
    if name in (state.owner, SYSTEM):
        return Refusal(code="WRONG_STATE", message=f"{name} cannot be dismissed.")
    held = name in state.members or any(c.holder.participant == name for c in state.credentials.values())
    agent = state.agents.get(name)
    if not held and agent is not None and not agent.retired:
        return Refusal(code="WRONG_STATE", message=f"{name} is an agent that ChatBox runs: `pause` it instead.")
    if held:
        outline.add(CredentialsRevoked(participant=name))
    return None


def subscribe(outline: Outline, command: Subscribe) -> Refusal | None:
    """Follow a channel from its end on."""
    channel = outline.channel(command.channel)
    if isinstance(channel, Refusal):
        return channel
    follow(outline, command.by.participant, command.channel, command.wake, command.view)
    return None


def unsubscribe(outline: Outline, command: Unsubscribe) -> Refusal | None:
    """Follow it no more; not following it in the first place is fine."""
    if (command.by.participant, command.channel) in outline.state.subscriptions:
        outline.add(Unsubscribed(participant=command.by.participant, channel=command.channel))
    return None


def acknowledge(outline: Outline, command: Acknowledge) -> Refusal | None:
    """Only forward, never past the channel's end. In a turn it waits for the turn's finish."""
    channel = outline.channel(command.channel)
    if isinstance(channel, Refusal):
        return channel
    followed = outline.state.subscriptions.get((command.by.participant, command.channel))
    if followed is None:
        return Refusal(code="NOT_FOUND", message=f"You do not follow {command.channel}: subscribe first.")
    if command.through > channel.last:
        return Refusal(
            code="VALIDATION_ERROR",
            message=f"{command.channel} ends at {channel.last}: {command.through} cannot be acknowledged yet.",
        )
    # An agent that we run has its offset moved by the finish of its turns, and by nothing else (invariant 8).
    agent = outline.state.agents.get(command.by.participant)
    supervised = agent is not None and not agent.retired
    if not supervised and command.through > followed.offset:
        outline.add(Acknowledged(participant=command.by.participant, channel=command.channel, through=command.through))
    return None


def join(outline: Outline, name: str, kind: Kind) -> Refusal | None:
    """Make `name` a participant; a name belongs to whoever had it first, and so do those that look like it."""
    holder = outline.state.names.get(likeness(name))
    if holder is None:
        if len(outline.state.participants) >= outline.limits.participants:
            return Refusal(
                code="LIMIT_REACHED",
                message=f"A workspace has at most {outline.limits.participants} participants.",
            )
        outline.add(ParticipantJoined(participant=name, kind=kind))
        return None
    if holder == name and outline.state.participants[name].kind == kind:
        return None
    return Refusal(code="NAME_TAKEN", message=f"{name} is, or looks like, {holder}, who is here: choose another.")


def follow(outline: Outline, participant: str, channel: str, wake: WakeRule | None, view: View | None = None) -> None:
    """Subscribe `participant`; a repeated subscription keeps its offset and, unless told otherwise, all else."""
    known = outline.state.subscriptions.get((participant, channel))
    if known is None:
        end = outline.state.channels[channel].last
        known = Subscription(participant=participant, channel=channel, wake="mentions", offset=end)
    elif wake in (None, known.wake) and view in (None, known.view):
        return
    outline.add(
        Subscribed(
            participant=participant,
            channel=channel,
            wake=wake or known.wake,
            offset=known.offset,
            view=view or known.view,
        )
    )
