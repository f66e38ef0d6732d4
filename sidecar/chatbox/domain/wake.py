"""Who a message wakes, and why. The composer's preview and the dispatch are this same function."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from chatbox.domain.guard import spent
from chatbox.domain.lifecycle import Lifecycle
from chatbox.domain.state import Agent, State, Subscription
from chatbox.domain.values import Frozen, Limits

Reason = Literal["subscribed", "mentioned", "replied-to"]
WhyNot = Literal["own-message", "rule-none", "not-mentioned", "acknowledgement", "turns-spent", "depth-spent"]

_MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9][A-Za-z0-9._-]{0,63})")
_CODE = re.compile(r"```.*?(?:```|\Z)|``[^\n]*?``|`[^`\n]*`", re.DOTALL)
_ACKNOWLEDGEMENTS = frozenset(
    (
        *("ack", "acknowledged", "agreed", "done", "got it", "k", "noted", "ok", "okay", "roger", "sure"),
        *("thank you", "thanks", "thx", "understood", "will do", "yes", "👍", "+1", "✅", "👌"),
    )
)


MENTIONS_MAX = 64
"""How many names one message mentions at most: they stand in its head, in every list, for as long as the journal.

One with more is refused. Whoever mentions somebody counts on their being woken or told: leaving the 65th out would keep
that from them without a word. What was pasted is no mention inside code.
"""

ACKNOWLEDGEMENT_CHARACTERS_MAX = 200
"""More than any acknowledgement with a few mentions has."""


class Prospect(NamedTuple):
    """A message that is about to be posted, as far as waking is concerned."""

    author: str
    channel: str
    body: str
    mentions: tuple[str, ...]
    root: int
    depth: int
    thread_author: str | None = None


class Waking(Frozen):
    """The verdict on one subscribed agent."""

    agent: str
    wakes: bool
    reason: Reason | WhyNot
    state: Lifecycle


def mentions_in(body: str) -> tuple[str, ...]:
    """The names mentioned with @ outside code, each once, in order."""
    if "@" not in body:
        return ()
    found = (match.rstrip(".") for match in _MENTION.findall(_CODE.sub(" ", body)))
    return tuple(dict.fromkeys(found))


def is_acknowledgement(body: str) -> bool:
    """Whether a message says nothing but "I have read this"."""
    if len(body) > ACKNOWLEDGEMENT_CHARACTERS_MAX:
        return False
    words = _MENTION.sub(" ", body).strip().rstrip(".!").strip().lower()
    return words in _ACKNOWLEDGEMENTS


def who_wakes(state: State, limits: Limits, message: Prospect) -> Iterator[Waking]:
    """A verdict for each agent that is subscribed to the message's channel."""
    followers = list(_followers(state, message.channel))
    if not followers:
        return
    acknowledgement = is_acknowledgement(message.body)
    over = spent(state, limits, message.root, message.depth)
    for subscription, agent in followers:
        reason: Reason | WhyNot = _reason(subscription, message)
        wakes = reason in ("subscribed", "mentioned", "replied-to")
        if wakes and acknowledgement:
            reason, wakes = "acknowledgement", False
        elif wakes and over is not None:
            reason, wakes = ("turns-spent" if over == "turns" else "depth-spent"), False
        yield Waking(agent=agent.name, wakes=wakes, reason=reason, state=agent.state)


def _followers(state: State, channel: str) -> Iterator[tuple[Subscription, Agent]]:
    """From the agents' side: there are few of them, however many people and visitors follow the channel."""
    for agent in state.agents.values():
        subscription = state.subscriptions.get((agent.name, channel))
        if subscription is not None and not agent.retired:
            yield subscription, agent


def _reason(subscription: Subscription, message: Prospect) -> Reason | WhyNot:
    name = subscription.participant
    if name == message.author:
        return "own-message"
    if subscription.wake == "none":
        return "rule-none"
    if name.lower() in (mention.lower() for mention in message.mentions):
        return "mentioned"
    if name == message.thread_author:
        return "replied-to"
    return "subscribed" if subscription.wake == "all" else "not-mentioned"
