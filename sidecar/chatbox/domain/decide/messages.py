"""Saying something: the message, the agents it wakes and the question it asks, in one list."""

from typing import NamedTuple

from chatbox.domain import approval, guard, wake
from chatbox.domain.attachments import with_attachments
from chatbox.domain.commands import PostMessage
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import (
    AgentWoken,
    ApprovalRequested,
    MessagePosted,
    ProposalOpened,
)
from chatbox.domain.facts import KnownMessage
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import OUTSIDE, Charge, Identity, Utterance


class _Lineage(NamedTuple):
    """What a message goes back to."""

    root: int
    depth: int
    cause: int | None


def post_message(outline: Outline, command: PostMessage) -> Refusal | None:
    """One message by whoever asks."""
    return say(outline, command.by, command.said)


def say(outline: Outline, by: Identity, said: Utterance) -> Refusal | None:
    """Add a message by `by` with everything that follows from it."""
    thread: KnownMessage | None = None
    if said.thread is not None:
        found = outline.message(said.thread)
        if isinstance(found, Refusal):
            return found
        thread = found
    name = thread.channel if thread else said.channel or ""
    channel = outline.channel(name)
    if isinstance(channel, Refusal):
        return channel
    lineage = _lineage(outline, by, name, thread)
    mentions = wake.mentions_in(said.body)
    if len(mentions) > wake.MENTIONS_MAX:
        return _too_many(len(mentions))
    words = {"body": said.body} if said.title is None else {"body": said.body, "title": said.title}
    message = MessagePosted(
        kind=said.kind,
        channel=name,
        position=outline.position(name),
        root=lineage.root,
        depth=lineage.depth,
        cause=lineage.cause,
        thread=(thread.thread or thread.id) if thread else None,
        mentions=mentions,
        post_type=said.post_type,
        tier=said.tier,
        epoch=by.epoch,
        text=with_attachments(words, said.attachments),
    )
    replaced = _replaced(outline, said)
    if isinstance(replaced, Refusal):
        return replaced
    number = outline.add(message)
    if said.post_type == "proposal" and said.tier == 0:
        # One that asks for an approval is decided by that, and by nothing else.
        outline.add(ProposalOpened(message=number, channel=name, quorum=said.quorum, replaces=replaced))
    if said.tier > 0:
        _ask(outline, number, by.participant, message, said)
    _wake(outline, number, by.participant, message, thread)
    return None


def _too_many(mentioned: int) -> Refusal:
    message = (
        f"That mentions {mentioned} names with @, and at most {wake.MENTIONS_MAX} can be: "
        "put what is no mention into `code`, or say it in several messages."
    )
    return Refusal(code="VALIDATION_ERROR", message=message)


def _replaced(outline: Outline, said: Utterance) -> int | Refusal | None:
    """The accepted proposal that this one is to take the place of."""
    if said.replaces is None:
        return None
    known = outline.message(said.replaces)
    if isinstance(known, Refusal):
        return known
    if known.outcome != "accepted":
        return Refusal(code="WRONG_STATE", message=f"Message {known.id} is no accepted proposal: nothing to replace.")
    return known.id


def _lineage(outline: Outline, by: Identity, channel: str, thread: KnownMessage | None) -> _Lineage:
    """Only a person's message opens a root; everybody else continues one."""
    if by.kind == "person":
        return _Lineage(root=outline.next_seq, depth=0, cause=thread.id if thread else None)
    charge = _turn_charge(outline, by)
    if charge is not None:
        return _Lineage(root=charge.root, depth=charge.depth + 1, cause=charge.message)
    # Outside a turn: the newest message that could have reached the writer. What is in its channels counts as
    # delivered, which can only charge a root too much, never too little.
    reached = [outline.state.channels[s.channel] for s in outline.state.followed_by(by.participant)]
    newest = max([outline.state.channels[channel], *reached], key=lambda known: known.last)
    if by.kind == "system" or newest.last == 0:
        return _Lineage(root=OUTSIDE, depth=0, cause=None)
    return _Lineage(root=newest.root, depth=newest.depth + 1, cause=newest.last)


def _turn_charge(outline: Outline, by: Identity) -> Charge | None:
    agent = outline.state.agents.get(by.participant)
    if by.epoch is None or agent is None or agent.turn is None or not agent.turn.charges:
        return None
    return max(agent.turn.charges, key=lambda charge: charge.message)


def _ask(outline: Outline, number: int, author: str, message: MessagePosted, said: Utterance) -> None:
    expires = None if said.expires_after is None else outline.now + said.expires_after
    asked = approval.Asked(
        number, author, message.channel, message.tier, said.title or "", said.body, expires, said.attachments
    )
    outline.add(
        ApprovalRequested(
            approval=number,
            channel=message.channel,
            asked_by=author,
            tier=message.tier,
            digest=approval.shown(asked),
            root=message.root,
            depth=message.depth,
            expires=expires,
        )
    )


def _wake(outline: Outline, number: int, author: str, message: MessagePosted, thread: KnownMessage | None) -> None:
    prospect = wake.Prospect(
        author=author,
        channel=message.channel,
        body=(message.text or {})["body"],
        mentions=message.mentions,
        root=message.root,
        depth=message.depth,
        thread_author=thread.author if thread else None,
    )
    spent: guard.Spent | None = None
    for verdict in wake.who_wakes(outline.state, outline.limits, prospect):
        match verdict.reason:
            case "subscribed" | "mentioned" | "replied-to":
                outline.add(
                    AgentWoken(
                        agent=verdict.agent,
                        message=number,
                        root=message.root,
                        depth=message.depth,
                        reason=verdict.reason,
                    )
                )
            case "turns-spent":
                spent = "turns"
            case "depth-spent":
                spent = "depth"
            case _:
                pass
    if spent is not None:
        for entry in guard.announce(outline.state, message.root, spent):
            if entry not in outline.entries:
                outline.add(entry)
