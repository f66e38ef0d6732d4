"""How much of what was said fits into what a reader can take, and what was left out.

Nothing is left out silently: whoever follows the gaps and the cursor gets every message exactly once.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from chatbox.domain.shown import ApprovalView, AttachmentView, Gap, MessageView, ProposalView, VoteView

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

HEADLINE_CHARACTERS = 160
DIGEST_CHARACTERS = 280


class Fitted(NamedTuple):
    """The messages that fit, whole ones first to last, and how many did not."""

    messages: list[MessageView]
    dropped: int


def cost(message: MessageView) -> int:
    """An upper bound of the tokens that a message takes."""
    return _bare(message) + _words(message) + _beside(message)


def fit(messages: Sequence[MessageView], tokens: int) -> Fitted:
    """As many as fit into `tokens`, from the first on; the first one always, cut when it alone is too long.

    `tokens` must be more than `MESSAGE_TOKENS` and two names of 64 characters take: 200 are.
    """
    kept: list[MessageView] = []
    left = tokens
    for message in messages:
        left -= cost(message)
        if left < 0:
            break
        kept.append(message)
    if messages and not kept:
        kept = [_cut(messages[0], tokens - _bare(messages[0]))]
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


def shortened(message: MessageView, characters: int) -> MessageView:
    """The message with at most so many characters of its words, marked when some are missing."""
    body = message.body or ""
    if len(body) <= characters:
        return message
    return message.model_copy(update={"body": body[:characters].rstrip() + "…", "truncated": True})


def _cut(message: MessageView, room: int) -> MessageView:
    """What of the message fits into `room` tokens. At most half is for what is not its words, so that these go on."""
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
