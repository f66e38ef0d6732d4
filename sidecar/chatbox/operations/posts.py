"""What becomes of a message after it was said: pinned, closed, resolved, edited; and whom it reached."""

from typing import Annotated

from pydantic import Field

from chatbox.domain.budget import fit, fit_deliveries, fit_wordings
from chatbox.domain.commands import ClosePost, Command, EditMessage, PinPost, ResolveMessage
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import DeliveryView, MessageView, Wording
from chatbox.domain.values import Name, Scope
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import (
    PAGE_DEFAULT,
    PAGE_MAX,
    TOKENS_MAX,
    Body,
    Channel,
    Done,
    Limit,
    Params,
    Seq,
    Title,
    Tokens,
    Wire,
    WritingParams,
)

Resolution = Annotated[str, Field(min_length=1, max_length=4_000)]


class PostParams(WritingParams):
    """Which post."""

    post_id: Seq


class ClosePostParams(PostParams):
    """Which post, and how it ended."""

    resolution: Resolution


class MessageParams(WritingParams):
    """Which message."""

    message_id: Seq


class EditParams(MessageParams):
    """The new words of one's own message; a left out `title` stays."""

    body: Body
    title: Title | None = None


class PinResult(Wire):
    """Whether it is pinned now."""

    pinned: bool


class CloseResult(Wire):
    """How it ended."""

    resolution: str


class ResolveResult(Wire):
    """Whether it is resolved now."""

    resolved: bool


class WordingsParams(Params):
    """Which message; only what it said by entries behind `after`."""

    message_id: Seq
    after: Seq = 0
    limit: Limit = PAGE_DEFAULT
    max_tokens: Tokens = TOKENS_MAX


class WordingsResult(Wire):
    """What it said, oldest first; empty when it was never edited. With `more`, `after` the last id goes on."""

    wordings: list[Wording]
    more: bool


class PinsParams(Params):
    """Which channel; only the messages behind `after`."""

    channel: Channel
    after: Seq = 0
    limit: Limit = PAGE_DEFAULT
    max_tokens: Tokens = TOKENS_MAX


class PinsResult(Wire):
    """The pinned messages of a channel, oldest first. With `more`, `after` the last id goes on."""

    messages: list[MessageView]
    more: bool


class DeliveriesParams(Params):
    """Which messages; of the first of them, only the agents behind `after_agent` (by name)."""

    message_ids: Annotated[list[Seq], Field(min_length=1, max_length=200)]
    after_agent: Name | None = None
    limit: Limit = PAGE_MAX
    max_tokens: Tokens = TOKENS_MAX


class DeliveriesResult(Wire):
    """A line for each agent that one of the messages woke; `id` is the message.

    With `more`, ask again with the messages from the last line's on, and `after_agent` set to its agent.
    """

    deliveries: list[DeliveryView]
    more: bool


@operation(params=PostParams, result=PinResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND", "NOT_AUTHOR"))
async def pin_post(call: Call, params: PostParams) -> PinResult | Refusal:
    """Keep your post in sight."""
    refusal = await _change(call, PinPost, params, params.post_id, pinned=True)
    return refusal or PinResult(pinned=True)


@operation(params=PostParams, result=PinResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND", "NOT_AUTHOR"))
async def unpin_post(call: Call, params: PostParams) -> PinResult | Refusal:
    """Undo pin_post."""
    refusal = await _change(call, PinPost, params, params.post_id, pinned=False)
    return refusal or PinResult(pinned=False)


@operation(
    params=ClosePostParams,
    result=CloseResult,
    scope=Scope.POST,
    writes=True,
    refuses=("NOT_FOUND", "NOT_AUTHOR", "WRONG_STATE"),
)
async def close_post(call: Call, params: ClosePostParams) -> CloseResult | Refusal:
    """Close your post and say how it ended."""
    refusal = await _change(call, ClosePost, params, params.post_id, resolution=params.resolution)
    return refusal or CloseResult(resolution=params.resolution)


@operation(
    params=MessageParams, result=ResolveResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND", "NOT_AUTHOR")
)
async def resolve_message(call: Call, params: MessageParams) -> ResolveResult | Refusal:
    """Mark what your message asks for as done."""
    refusal = await _change(call, ResolveMessage, params, params.message_id, resolved=True)
    return refusal or ResolveResult(resolved=True)


@operation(
    params=MessageParams, result=ResolveResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND", "NOT_AUTHOR")
)
async def unresolve_message(call: Call, params: MessageParams) -> ResolveResult | Refusal:
    """Undo resolve_message."""
    refusal = await _change(call, ResolveMessage, params, params.message_id, resolved=False)
    return refusal or ResolveResult(resolved=False)


@operation(
    params=EditParams,
    result=Done,
    scope=Scope.POST,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NOT_FOUND", "NOT_AUTHOR", "WRONG_STATE"),
)
async def edit_message(call: Call, params: EditParams) -> Done | Refusal:
    """Replace the words of your own message; what it said before stays on record. It wakes nobody."""
    refusal = await _change(call, EditMessage, params, params.message_id, body=params.body, title=params.title)
    return refusal or Done()


@operation(
    params=WordingsParams, result=WordingsResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS, refuses=("NOT_FOUND",)
)
async def wordings(call: Call, params: WordingsParams) -> WordingsResult | Refusal:
    """Show what an edited message said before."""
    refusal = await _hidden(call, params.message_id)
    if refusal is not None:
        return refusal
    found = await call.workspace.reading.wordings(params.message_id, params.after, params.limit + 1)
    kept = fit_wordings(found[: params.limit], params.max_tokens)
    return WordingsResult(wordings=kept, more=len(kept) < len(found))


@operation(params=PinsParams, result=PinsResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS, refuses=("NOT_FOUND",))
async def pins(call: Call, params: PinsParams) -> PinsResult | Refusal:
    """List the pinned messages of a channel."""
    refusal = call.workspace.readable(call.by, [params.channel])
    if refusal is not None:
        return refusal
    found = await call.workspace.reading.pinned(params.channel, params.after, params.limit + 1)
    kept = fit(found[: params.limit], params.max_tokens).messages
    return PinsResult(messages=kept, more=len(kept) < len(found))


@operation(
    params=DeliveriesParams,
    result=DeliveriesResult,
    scope=Scope.READ,
    transports=NOT_AGENT_TOOLS,
    refuses=("NOT_FOUND",),
)
async def deliveries(call: Call, params: DeliveriesParams) -> DeliveriesResult | Refusal:
    """Show whom messages woke, and what came of it."""
    for number in params.message_ids:
        refusal = await _hidden(call, number)
        if refusal is not None:
            return refusal
    asked = list(dict.fromkeys(params.message_ids))
    found = await call.workspace.reading.deliveries(asked, params.after_agent or "", params.limit + 1)
    if call.by.channels is not None:
        # A turn answers all the agent's channels at once, and its error may speak of any.
        found = [one.model_copy(update={"error": None}) for one in found]
    kept = fit_deliveries(found[: params.limit], params.max_tokens)
    return DeliveriesResult(deliveries=kept, more=len(kept) < len(found))


async def _change(
    call: Call, kind: type[Command], params: WritingParams, number: int, **fields: object
) -> Refusal | None:
    refusal = await _hidden(call, number)
    if refusal is not None:
        return refusal
    outcome = await submit(call, kind, params, message=number, **fields)
    return outcome if isinstance(outcome, Refusal) else None


async def _hidden(call: Call, number: int) -> Refusal | None:
    """Why the caller may not see this message; what they may not see does not exist for them."""
    found = await call.workspace.reading.message(number)
    if found is None or not call.workspace.may_read(call.by, found.channel):
        return call.workspace.unseen(call.by, number)
    return None
