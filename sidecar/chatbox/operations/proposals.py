"""Decisions among equals: put something to the vote, vote, and see what was decided."""

from typing import Annotated, Literal

from pydantic import Field

from chatbox.domain.budget import fit
from chatbox.domain.commands import CastVote, PostMessage
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import MessageView, ProposalView
from chatbox.domain.values import Choice, Scope, Utterance
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import (
    END,
    TOKENS_MAX,
    Body,
    Channel,
    Limit,
    Params,
    Seq,
    Title,
    Tokens,
    Wire,
    WritingParams,
)

QUORUM_MAX = 100

Quorum = Annotated[int, Field(ge=1, le=QUORUM_MAX)]


class ProposeParams(WritingParams):
    """What is proposed. `replaces` names the accepted proposal whose place it takes."""

    channel: Channel
    title: Title
    description: Body
    quorum: Quorum = 2
    replaces: Seq | None = None


class ProposeResult(Wire):
    """The id of the proposal's post."""

    post_id: int


class VoteParams(WritingParams):
    """A vote and its reason, which everybody reads as a reply."""

    post_id: Seq
    choice: Choice
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]


class VoteResult(Wire):
    """How the proposal stands now."""

    post_id: int
    proposal: ProposalView


class DecisionsParams(Params):
    """The newest proposals that are open, that hold (accepted and not replaced), or of all; those before `before`."""

    status: Literal["open", "standing", "all"] = "standing"
    before: Seq | None = None
    limit: Limit = 100
    max_tokens: Tokens = TOKENS_MAX


class DecisionsResult(Wire):
    """The proposals' posts, oldest first. With `more` there are older ones: `before` the first id goes on."""

    proposals: list[MessageView]
    more: bool


@operation(
    params=ProposeParams, result=ProposeResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND", "WRONG_STATE")
)
async def propose(call: Call, params: ProposeParams) -> ProposeResult | Refusal:
    """Put something to the vote: settled once `quorum` voted and one side leads."""
    said = Utterance(
        kind="post",
        channel=params.channel,
        title=params.title,
        body=params.description,
        post_type="proposal",
        quorum=params.quorum,
        replaces=params.replaces,
    )
    outcome = await submit(call, PostMessage, params, said=said)
    return outcome if isinstance(outcome, Refusal) else ProposeResult(post_id=outcome.seq)


@operation(
    params=VoteParams,
    result=VoteResult,
    scope=Scope.POST,
    writes=True,
    refuses=("NOT_FOUND", "ALREADY_DECIDED", "WRONG_STATE"),
)
async def vote(call: Call, params: VoteParams) -> VoteResult | Refusal:
    """Vote on a proposal and say why, anew until it is settled."""
    unknown = call.workspace.unseen(call.by, params.post_id)
    found = await call.workspace.reading.message(params.post_id)
    if found is None or not call.workspace.may_read(call.by, found.channel):
        return unknown
    outcome = await submit(call, CastVote, params, proposal=params.post_id, choice=params.choice, reason=params.reason)
    if isinstance(outcome, Refusal):
        return outcome
    now = await call.workspace.reading.message(params.post_id)
    if now is None or now.proposal is None:
        return unknown
    return VoteResult(post_id=params.post_id, proposal=now.proposal)


@operation(params=DecisionsParams, result=DecisionsResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS)
async def decisions(call: Call, params: DecisionsParams) -> DecisionsResult | Refusal:
    """List what was decided by vote, or is being voted on."""
    channels = call.workspace.channels_read_by(call.by)
    before = END if params.before is None else params.before
    found = await call.workspace.reading.proposals(params.status, before, params.limit + 1, channels)
    kept = fit(found[: params.limit], params.max_tokens).messages
    return DecisionsResult(proposals=kept[::-1], more=len(kept) < len(found))
