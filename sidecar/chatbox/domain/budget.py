"""How much of what was said fits into what a reader can take, and what was left out.

Nothing is left out silently: whoever follows the gaps and the cursor gets every message exactly once.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from chatbox.domain.shown import (
    ApprovalView,
    AttachmentView,
    DeliveryView,
    Gap,
    MessageView,
    ProposalView,
    TurnView,
    VoteView,
    Wording,
)

T = TypeVar("T")

BYTES_A_TOKEN = 3
"""Fewer than any tokenizer in use makes of ordinary text (about 4): a budget is an upper bound."""

MESSAGE_TOKENS = 140
"""What a message or an approval costs beside its words and names: the names of its fields, numbers and times."""

ATTACHMENT_TOKENS = 90
"""What an attachment costs beside its name: its digest has few letters that a tokenizer knows as one."""

PROPOSAL_TOKENS = 50
"""What stands of a proposal, beside its votes."""

VOTE_TOKENS = 25
"""What a vote costs beside its voter's name."""

MENTION_TOKENS = 2
"""What a mention costs beside its name."""

WORDING_TOKENS = 40
"""What a former wording costs beside its words."""

DELIVERY_TOKENS = 70
"""What a line about a woken agent costs beside its words and the agent's name."""

TURN_TOKENS = 100
"""What a turn costs beside its names, its error and the numbers of messages."""

NUMBER_TOKENS = 8
"""What the number of a message costs."""

HEADLINE_CHARACTERS = 160
DIGEST_CHARACTERS = 280


class Fitted(NamedTuple):
    """The messages that fit, whole ones first to last, and how many did not."""

    messages: list[MessageView]
    dropped: int


class Step(NamedTuple):
    """A message that led to another, and the turn that wrote it."""

    message: MessageView
    turn: TurnView | None


def cost(message: MessageView) -> int:
    """An upper bound of the tokens that a message takes."""
    return _bare(message) + _words(message) + _beside(message)


def fit(messages: Sequence[MessageView], tokens: int) -> Fitted:
    """As many as fit into `tokens`, from the first on; the first one always, cut when it alone is too long.

    `tokens` must be more than `MESSAGE_TOKENS` and two names of 64 characters take: 200 are.
    """
    kept = _fit(messages, tokens, cost, _cut)
    return Fitted(kept, len(messages) - len(kept))


def cost_of_approval(approval: ApprovalView) -> int:
    """An upper bound of the tokens that an approval takes."""
    names = _size(approval.channel) + _size(approval.asked_by) + _size(approval.decided_by) + len(approval.digest)
    words = _size(approval.title) + _size(approval.body) + _size(approval.reason)
    return MESSAGE_TOKENS + _tokens(names + words) + _listed(approval.attachments)


def fit_approval(approval: ApprovalView, tokens: int) -> ApprovalView:
    """The approval, marked as truncated when its words were cut and its files left out: 200 tokens always do."""
    if cost_of_approval(approval) <= tokens:
        return approval
    bare = approval.model_copy(update={"title": None, "body": None, "reason": None, "attachments": []})
    room = max(0, tokens - cost_of_approval(bare)) * BYTES_A_TOKEN // 3
    shortest = {
        name: None if text is None else _first_bytes(text, room)
        for name, text in (("title", approval.title), ("body", approval.body), ("reason", approval.reason))
    }
    return bare.model_copy(update={**shortest, "truncated": True})


def fit_approvals(approvals: Sequence[ApprovalView], tokens: int) -> list[ApprovalView]:
    """As many as fit, from the first on; the first one always, cut when it alone is too long."""
    return _fit(approvals, tokens, cost_of_approval, fit_approval)


def whole_approvals(approvals: Sequence[ApprovalView], tokens: int) -> list[ApprovalView]:
    """As many as fit behind something else: maybe none."""
    return _first(approvals, cost_of_approval, tokens)


def fit_wordings(wordings: Sequence[Wording], tokens: int) -> list[Wording]:
    """See `fit_approvals`."""
    return _fit(wordings, tokens, cost_of_wording, _cut_wording)


def cost_of_wording(wording: Wording) -> int:
    """An upper bound of the tokens that it takes."""
    return WORDING_TOKENS + _tokens(_size(wording.title) + _size(wording.body))


def fit_deliveries(deliveries: Sequence[DeliveryView], tokens: int) -> list[DeliveryView]:
    """See `fit_approvals`."""
    return _fit(deliveries, tokens, cost_of_delivery, _cut_delivery)


def cost_of_delivery(delivery: DeliveryView) -> int:
    """An upper bound of the tokens that it takes."""
    return DELIVERY_TOKENS + _tokens(_size(delivery.agent) + _size(delivery.reason) + _size(delivery.error))


def fit_steps(steps: Sequence[Step], tokens: int) -> list[Step]:
    """See `fit_approvals`: 400 tokens always have room for one."""
    return _fit(steps, tokens, cost_of_step, _cut_step)


def cost_of_step(step: Step) -> int:
    """An upper bound of the tokens that it takes."""
    return cost(step.message) + (0 if step.turn is None else cost_of_turn(step.turn))


def cost_of_turn(turn: TurnView) -> int:
    """An upper bound of the tokens that it takes."""
    words = _tokens(_size(turn.agent) + _size(turn.supervisor) + _size(turn.error))
    return TURN_TOKENS + words + sum(map(_read, turn.through)) + NUMBER_TOKENS * len(turn.woken_by)


def shortened(message: MessageView, characters: int) -> MessageView:
    """The message with at most so many characters of its words, marked when some are missing."""
    body = message.body or ""
    if len(body) <= characters:
        return message
    return message.model_copy(update={"body": body[:characters].rstrip() + "…", "truncated": True})


def _fit(things: Sequence[T], tokens: int, price: Callable[[T], int], cut: Callable[[T, int], T]) -> list[T]:
    return _first(things, price, tokens) or [cut(thing, tokens) for thing in things[:1]]


def _cut(message: MessageView, tokens: int) -> MessageView:
    """What of the message fits. At most half is for what is not its words, so that these go on."""
    room = tokens - _bare(message)
    left = max(room // 2, room - _words(message))
    resolution = _first_bytes(message.resolution, left // 2 * BYTES_A_TOKEN) if message.resolution else None
    left -= _tokens(_size(resolution))
    proposal = _first_votes(message.proposal, left)
    left -= _of_proposal(proposal)
    mentions = _first(message.mentions, _mention, left)
    left -= sum(map(_mention, mentions))
    listed = _first(message.attachments, _attachment, left)
    beside = {"resolution": resolution, "proposal": proposal, "mentions": mentions, "attachments": listed}
    cut = message.model_copy(update={**beside, "truncated": True})
    size = max(0, room - _beside(cut)) * BYTES_A_TOKEN
    # A title takes half of it at most, so that the body gets on.
    title = None if message.title is None else _first_bytes(message.title, size // 2)
    body = None if message.body is None else _first_bytes(message.body, size - _size(title))
    return cut.model_copy(update={"title": title, "body": body})


def _cut_wording(wording: Wording, tokens: int) -> Wording:
    size = (tokens - WORDING_TOKENS) * BYTES_A_TOKEN
    title = None if wording.title is None else _first_bytes(wording.title, size // 2)
    body = None if wording.body is None else _first_bytes(wording.body, size - _size(title))
    return wording.model_copy(update={"title": title, "body": body, "truncated": True})


def _cut_delivery(delivery: DeliveryView, tokens: int) -> DeliveryView:
    size = (tokens - DELIVERY_TOKENS) * BYTES_A_TOKEN - _size(delivery.agent)
    reason = _first_bytes(delivery.reason, size // 2)
    error = None if delivery.error is None else _first_bytes(delivery.error, size - _size(reason))
    return delivery.model_copy(update={"reason": reason, "error": error, "truncated": True})


def _cut_step(step: Step, tokens: int) -> Step:
    """The turn takes half of it at most where the message needs the rest."""
    turn = step.turn
    if turn is not None and cost_of_turn(turn) > max(tokens // 2, tokens - cost(step.message)):
        turn = _cut_turn(turn, tokens // 2)
    left = tokens - (0 if turn is None else cost_of_turn(turn))
    return Step(step.message if cost(step.message) <= left else _cut(step.message, left), turn)


def _cut_turn(turn: TurnView, tokens: int) -> TurnView:
    bare = turn.model_copy(update={"error": None, "through": {}, "woken_by": [], "truncated": True})
    room = max(0, tokens - cost_of_turn(bare))
    # A third each: none of them crowds out the others.
    woken_by = turn.woken_by[: room // 3 // NUMBER_TOKENS]
    through = {name: turn.through[name] for name in _first(list(turn.through), _read, room // 3)}
    error = None if turn.error is None else _first_bytes(turn.error, room // 3 * BYTES_A_TOKEN)
    return bare.model_copy(update={"error": error, "through": through, "woken_by": woken_by})


def _first_bytes(text: str, size: int) -> str:
    return _encoded(text)[: max(0, size)].decode("utf-8", "ignore")


def _first(things: Sequence[T], price: Callable[[T], int], tokens: int) -> list[T]:
    """The first of them that fit."""
    kept: list[T] = []
    for thing in things:
        tokens -= price(thing)
        if tokens < 0:
            break
        kept.append(thing)
    return kept


def _first_votes(proposal: ProposalView | None, tokens: int) -> ProposalView | None:
    """The proposal with its first votes that fit; without it where not even that does."""
    if proposal is None or tokens < PROPOSAL_TOKENS:
        return None
    return proposal.model_copy(update={"votes": _first(proposal.votes, _vote, tokens - PROPOSAL_TOKENS)})


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _size(text: str | None) -> int:
    return len(_encoded(text or ""))


def _tokens(size: int) -> int:
    return -(-size // BYTES_A_TOKEN)


def _bare(message: MessageView) -> int:
    return MESSAGE_TOKENS + _tokens(_size(message.channel) + _size(message.author))


def _words(message: MessageView) -> int:
    return _tokens(_size(message.body) + _size(message.title))


def _beside(message: MessageView) -> int:
    """What is neither its words nor always there."""
    named = sum(map(_mention, message.mentions)) + _listed(message.attachments)
    return named + _of_proposal(message.proposal) + _tokens(_size(message.resolution))


def _of_proposal(proposal: ProposalView | None) -> int:
    return 0 if proposal is None else PROPOSAL_TOKENS + sum(map(_vote, proposal.votes))


def _vote(vote: VoteView) -> int:
    return VOTE_TOKENS + _tokens(_size(vote.participant))


def _read(channel: str) -> int:
    return NUMBER_TOKENS + _tokens(_size(channel))


def _mention(name: str) -> int:
    return MENTION_TOKENS + _tokens(_size(name))


def _listed(attachments: Sequence[AttachmentView]) -> int:
    return sum(map(_attachment, attachments))


def _attachment(one: AttachmentView) -> int:
    return ATTACHMENT_TOKENS + _tokens(_size(one.name))


def digested(unread: Sequence[MessageView]) -> list[MessageView]:
    """The newest unread message of each thread (a chat is a thread of its own), in order, shortened."""
    newest: dict[int, MessageView] = {}
    for message in unread:
        newest[message.thread or message.id] = message
    ordered = sorted(newest.values(), key=lambda message: message.id)
    return [shortened(message, DIGEST_CHARACTERS) for message in ordered]


def gaps(unread: Sequence[MessageView], shown: Sequence[MessageView], since: int) -> list[Gap]:
    """What of `unread` (in order) is not among `shown`: between which messages, and how many each time."""
    ids = {message.id for message in shown}
    found: list[Gap] = []
    start, count = since, 0
    for message in unread:
        if message.id not in ids:
            count += 1
            continue
        if count:
            found.append(Gap(count=count, since_id=start, until_id=message.id))
        start, count = message.id, 0
    if count:
        found.append(Gap(count=count, since_id=start, until_id=unread[-1].id + 1))
    return found
