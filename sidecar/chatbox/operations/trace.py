"""What led to a message: its root, the messages in between, the turns and what they had read."""

from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import ApprovalView, MessageView, TurnView
from chatbox.domain.values import Scope
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.wire import Params, Seq, Wire


class TraceParams(Params):
    """Which message."""

    message_id: Seq


class TraceResult(Wire):
    """`path` leads from the root's message to the one asked for; `turns` wrote the messages of the path."""

    message: MessageView
    root: MessageView | None
    path: list[MessageView]
    turns: list[TurnView]
    approvals: list[ApprovalView]
    root_turns: int
    root_turns_max: int


@operation(params=TraceParams, result=TraceResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS)
async def trace(call: Call, params: TraceParams) -> TraceResult | Refusal:
    """Show what led to a message."""
    workspace = call.workspace
    found = await workspace.reading.trace(params.message_id)
    if found is None or not workspace.may_read(call.by, found.message.channel):
        return Refusal(code="NOT_FOUND", message=f"There is no message {params.message_id}.")
    root = workspace.broker.state.roots.get(found.message.root)
    return TraceResult(
        message=found.message,
        root=found.root,
        path=found.path,
        turns=found.turns,
        approvals=found.approvals,
        root_turns=root.turns if root else 0,
        root_turns_max=workspace.broker.limits.root_turns,
    )
