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
    """`path` leads from the root's message to the one asked for; `turns` wrote the messages of the path.

    What the caller may not read is left out of all of them.
    """

    message: MessageView
    root: MessageView | None
    path: list[MessageView]
    turns: list[TurnView]
    approvals: list[ApprovalView]
    root_turns: int
    root_turns_max: int


@operation(params=TraceParams, result=TraceResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS, refuses=("NOT_FOUND",))
async def trace(call: Call, params: TraceParams) -> TraceResult | Refusal:
    """Show what led to a message."""
    workspace = call.workspace
    found = await workspace.reading.trace(params.message_id)
    if found is None or not workspace.may_read(call.by, found.message.channel):
        return workspace.unseen(call.by, params.message_id)
    root = workspace.broker.state.roots.get(found.message.root)
    path = [message for message in found.path if workspace.may_read(call.by, message.channel)]
    return TraceResult(
        message=found.message,
        root=found.root if found.root and workspace.may_read(call.by, found.root.channel) else None,
        path=path,
        turns=_turns(call, found.turns, path),
        approvals=[one for one in found.approvals if workspace.may_read(call.by, one.channel)],
        root_turns=root.turns if root else 0,
        root_turns_max=workspace.broker.limits.root_turns,
    )


def _turns(call: Call, turns: list[TurnView], path: list[MessageView]) -> list[TurnView]:
    """The turns that wrote `path`, without what they say of channels that the caller may not read."""
    wrote = {(message.author, message.epoch) for message in path}
    return [
        turn.model_copy(
            update={
                "through": {name: seq for name, seq in turn.through.items() if call.workspace.may_read(call.by, name)},
                "error": turn.error if call.by.channels is None else None,
            }
        )
        for turn in turns
        if (turn.agent, turn.epoch) in wrote
    ]
