"""Questions that somebody else must answer."""

from typing import Annotated, Literal

from pydantic import Field

from chatbox.domain.budget import fit_approvals
from chatbox.domain.commands import DecideApproval
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import ApprovalView
from chatbox.domain.values import Scope, Verdict
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import END, TOKENS_MAX, Limit, Params, Seq, Tokens, Wire, WritingParams

Reason = Annotated[str, Field(max_length=4_000)]


class ApproveParams(WritingParams):
    """Yes. `digest`, when given, must be the digest of what was shown."""

    post_id: Seq
    comment: Reason = ""
    digest: str | None = None


class DenyParams(WritingParams):
    """No, and why."""

    post_id: Seq
    reason: Annotated[Reason, Field(min_length=1)]
    digest: str | None = None


class DecisionResult(Wire):
    """What was decided."""

    action: Verdict
    post_id: int


class ApprovalsParams(Params):
    """The oldest of the open ones, or the newest of all; those beyond approval `beyond`."""

    status: Literal["open", "all"] = "open"
    beyond: Seq | None = None
    limit: Limit = 100
    max_tokens: Tokens = TOKENS_MAX


class ApprovalsResult(Wire):
    """Oldest first; `cursor` is where events go on.

    With `more`, ask again with `beyond` set to the last id of the open ones, or to the first id of all.
    """

    approvals: list[ApprovalView]
    more: bool
    cursor: int


@operation(
    params=ApproveParams,
    result=DecisionResult,
    scope=Scope.POST,
    writes=True,
    refuses=("NOT_FOUND", "HUMAN_REQUIRED", "ALREADY_DECIDED", "DIGEST_MISMATCH", "EXPIRED"),
)
async def approve(call: Call, params: ApproveParams) -> DecisionResult | Refusal:
    """Approve what a post asks for. Tier 2 only a person can; nobody their own."""
    return await _decide(call, params, "approved", params.comment)


@operation(
    params=DenyParams,
    result=DecisionResult,
    scope=Scope.POST,
    writes=True,
    refuses=("NOT_FOUND", "HUMAN_REQUIRED", "ALREADY_DECIDED", "DIGEST_MISMATCH", "EXPIRED"),
)
async def deny(call: Call, params: DenyParams) -> DecisionResult | Refusal:
    """Deny what a post asks for. The same rules as for approve."""
    return await _decide(call, params, "denied", params.reason)


@operation(params=ApprovalsParams, result=ApprovalsResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS)
async def approvals(call: Call, params: ApprovalsParams) -> ApprovalsResult | Refusal:
    """List approvals."""
    workspace = call.workspace
    cursor = workspace.broker.state.seq
    forwards = params.status == "open"
    start = params.beyond if params.beyond is not None else 0 if forwards else END
    channels = workspace.channels_read_by(call.by)
    found = await workspace.reading.approvals(params.status, start, params.limit + 1, channels)
    kept = fit_approvals(found[: params.limit], params.max_tokens)
    return ApprovalsResult(approvals=kept[:: 1 if forwards else -1], more=len(kept) < len(found), cursor=cursor)


async def _decide(
    call: Call, params: ApproveParams | DenyParams, verdict: Verdict, reason: str
) -> DecisionResult | Refusal:
    asked = call.workspace.broker.state.approvals.get(params.post_id)
    # What does not exist for the asker is not found below.
    if asked is not None and call.by.knows(asked.channel) and not call.workspace.may_read(call.by, asked.channel):
        return Refusal(code="NOT_PERMITTED", message=f"You do not follow {asked.channel}: subscribe first.")
    outcome = await submit(
        call,
        DecideApproval,
        params,
        approval=params.post_id,
        verdict=verdict,
        reason=reason,
        via=call.via,
        digest=params.digest,
    )
    return outcome if isinstance(outcome, Refusal) else DecisionResult(action=verdict, post_id=params.post_id)
