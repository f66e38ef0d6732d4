"""The entries that a command is about to lead to, while they are being worked out."""

from chatbox.domain.entries import Entry, MessagePosted
from chatbox.domain.facts import Facts, KnownMessage, no_message
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Channel, State, no_channel
from chatbox.domain.values import Identity, Limits


class Outline:
    """The state as it stands, what else is known, and the entries so far.

    What does not exist for `by` is not found here, neither a channel nor a message.
    """

    __slots__ = ("by", "entries", "facts", "limits", "now", "state")

    def __init__(self, state: State, by: Identity, facts: Facts, now: int, limits: Limits) -> None:
        """Nothing decided yet."""
        self.state = state
        self.by = by
        self.facts = facts
        self.now = now
        self.limits = limits
        self.entries: list[Entry] = []

    @property
    def next_seq(self) -> int:
        """The number that the next entry gets."""
        return self.state.seq + len(self.entries) + 1

    def add(self, entry: Entry) -> int:
        """Put `entry` at the end; returns its number."""
        self.entries.append(entry)
        return self.state.seq + len(self.entries)

    def position(self, channel: str) -> int:
        """The dense number that the next message in `channel` gets."""
        position = self.state.channels[channel].count + 1
        for entry in self.entries:
            position += isinstance(entry, MessagePosted) and entry.channel == channel
        return position

    def channel(self, name: str) -> Channel | Refusal:
        """The channel of this name, or a refusal that lists what there is."""
        found = self.state.channels.get(name)
        if found is not None and self.by.knows(name):
            return found
        return no_channel(self.state, self.by, name)

    def message(self, number: int) -> KnownMessage | Refusal:
        """An older message, or a refusal that says it does not exist."""
        found = self.facts.message(number)
        if isinstance(found, Refusal) or self.by.knows(found.channel):
            return found
        return no_message(number)
