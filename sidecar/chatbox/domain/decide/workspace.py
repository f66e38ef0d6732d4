"""The journal's first entry, and channels."""

from chatbox.domain.commands import CreateChannel, OpenWorkspace
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import ChannelCreated, JournalCreated, ParticipantJoined, Subscribed
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import SYSTEM


def open_workspace(outline: Outline, command: OpenWorkspace) -> Refusal | None:
    """A new journal gets its identity; missing channels are opened, as far as there is room."""
    if outline.state.seq == 0:
        outline.add(JournalCreated(journal=command.journal))
        outline.add(ParticipantJoined(participant=SYSTEM, kind="system"))
    missing = [one for one in dict(command.channels).items() if one[0] not in outline.state.channels]
    for channel, purpose in missing[: max(0, outline.limits.channels - len(outline.state.channels))]:
        outline.add(ChannelCreated(channel=channel, text={"purpose": purpose}))
    return None


def create_channel(outline: Outline, command: CreateChannel) -> Refusal | None:
    """A new channel, followed by whoever opened it. It would not exist for who is limited to others."""
    if command.by.channels is not None:
        return Refusal(code="NOT_PERMITTED", message="You are here for some channels only: ask the owner for another.")
    if command.channel in outline.state.channels:
        return Refusal(code="NAME_TAKEN", message=f"There already is a channel {command.channel}.")
    return open_channels(outline, (command.channel,), command.purpose, command.by.participant)


def open_channels(outline: Outline, channels: tuple[str, ...], purpose: str, follower: str) -> Refusal | None:
    """Channels that did not exist, followed by `follower` alone."""
    if channels and len(outline.state.channels) + len(channels) > outline.limits.channels:
        return Refusal(code="LIMIT_REACHED", message=f"A workspace has at most {outline.limits.channels} channels.")
    for channel in channels:
        outline.add(ChannelCreated(channel=channel, text={"purpose": purpose}))
        outline.add(Subscribed(participant=follower, channel=channel, wake="mentions", offset=0))
    return None
