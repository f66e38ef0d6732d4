"""What led to a message: its root, the messages in between, the turns and what they had read."""

from typing import NamedTuple

from chatbox.domain.budget import (
    Step,
    cost,
    cost_of_step,
    fit,
    fit_approvals,
    fit_steps,
    whole_approvals,
)
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import ApprovalView, MessageView, TurnView
from chatbox.domain.values import Scope
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.wire import PAGE_DEFAULT, TOKENS_MAX, Limit, Params, Seq, Tokens, Wire
from chatbox.ports import Path

END_TOKENS_MIN = 200
STEP_TOKENS_MIN = 400


class TraceParams(Params):
    """Which message. With `path_from` or `approvals_from`, only what they ask for: see the result."""

    message_id: Seq
    path_from: Seq | None = None
    approvals_from: Seq | None = None
    limit: Limit = PAGE_DEFAULT
    max_tokens: Tokens = TOKENS_MAX


class TraceResult(Wire):
    """`path` leads from the root's message to the one asked for; `turns` wrote the messages of the path.

    What the caller may not read is left out of all of them. With `path_next`, the path begins further up: ask again
    with `path_from` set to it. With `approvals_next`, more was asked: ask again with `approvals_from` set to it.
    `message` and `root` are in the first answer only; a long one is cut there, and whole in the path.
    """

    message: MessageView | None
    root: MessageView | None
    path: list[MessageView]
    turns: list[TurnView]
    approvals: list[ApprovalView]
    path_next: int | None
    approvals_next: int | None
    root_turns: int
    root_turns_max: int


class _Ends(NamedTuple):
    """What a trace is between."""

    message: MessageView
    root: MessageView | None


class _Asked(NamedTuple):
    """The approvals of one answer, and the first one that is left."""

    approvals: list[ApprovalView]
    next: int | None


@operation(params=TraceParams, result=TraceResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS, refuses=("NOT_FOUND",))
async def trace(call: Call, params: TraceParams) -> TraceResult | Refusal:
    """Show what led to a message."""
    message = await _seen(call, params.message_id)
    if message is None:
        return call.workspace.unseen(call.by, params.message_id)
    if params.path_from is not None and await _seen(call, params.path_from) is None:
        return call.workspace.unseen(call.by, params.path_from)
    goes_on = params.path_from is not None or params.approvals_from is not None
    ends = None if goes_on else await _ends(call, message, params.max_tokens)
    left = params.max_tokens - (0 if ends is None else sum(cost(end) for end in ends if end is not None))
    path = await _path(call, message.id if ends else params.path_from, params.limit, left)
    left -= sum(map(cost_of_step, path.steps))
    asked = _Asked([], None)
    if ends is not None or params.approvals_from is not None:
        # Behind something else there are only whole ones: a cut one is all that its answer has.
        is_alone = ends is None and not path.steps
        found = await call.workspace.reading.asked_under(
            message.root,
            call.workspace.channels_read_by(call.by),
            params.approvals_from or 0,
            params.limit + 1 - len(path.steps),
        )
        asked = _asked(found, params.limit - len(path.steps), left, is_alone=is_alone)
    root = call.workspace.broker.state.roots.get(message.root)
    return TraceResult(
        message=ends.message if ends else None,
        root=ends.root if ends else None,
        path=[step.message for step in reversed(path.steps)],
        turns=[step.turn for step in reversed(path.steps) if step.turn],
        approvals=asked.approvals,
        path_next=path.next,
        approvals_next=asked.next,
        root_turns=root.turns if root else 0,
        root_turns_max=call.workspace.broker.limits.root_turns,
    )


async def _seen(call: Call, number: int) -> MessageView | None:
    found = await call.workspace.reading.message(number)
    return found if found is not None and call.workspace.may_read(call.by, found.channel) else None


async def _ends(call: Call, message: MessageView, tokens: int) -> _Ends:
    """Each in a quarter of the budget, so that the path gets on."""
    root = await _seen(call, message.root)
    share = max(END_TOKENS_MIN, tokens // 4)
    return _Ends(fit([message], share).messages[0], fit([root], share).messages[0] if root else None)


async def _path(call: Call, start: int | None, limit: int, tokens: int) -> Path:
    """The steps back from `start` that the caller may read and that fit."""
    found: list[Step] = []
    at = start
    # One more than fits: whether there is more that the caller may read.
    while at is not None and len(found) <= limit and sum(map(cost_of_step, found)) <= tokens:
        steps, at = await call.workspace.reading.path(at, limit + 1)
        found += [_told(call, step) for step in steps if call.workspace.may_read(call.by, step.message.channel)]
    kept = fit_steps(found[:limit], tokens) if tokens >= STEP_TOKENS_MIN else []
    return Path(kept, found[len(kept)].message.id if len(kept) < len(found) else None)


def _told(call: Call, step: Step) -> Step:
    """Without what its turn says of channels that the caller may not read."""
    if step.turn is None:
        return step
    through = {name: seq for name, seq in step.turn.through.items() if call.workspace.may_read(call.by, name)}
    error = step.turn.error if call.by.channels is None else None
    return Step(step.message, step.turn.model_copy(update={"through": through, "error": error}))


def _asked(found: list[ApprovalView], limit: int, tokens: int, *, is_alone: bool) -> _Asked:
    kept = (fit_approvals if is_alone else whole_approvals)(found[:limit], tokens)
    return _Asked(kept, found[len(kept)].id if len(kept) < len(found) else None)
