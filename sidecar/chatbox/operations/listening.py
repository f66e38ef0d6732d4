"""Waiting for what others say, in as many words as the caller can take."""

from typing import Annotated

from pydantic import Field

from chatbox.broker.waiting import Heard
from chatbox.domain.budget import HEADLINE_CHARACTERS, digested, fit, gaps, shortened
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import Gap, MessageView
from chatbox.domain.values import Scope, View
from chatbox.operations.registry import Call, operation
from chatbox.operations.wire import Channel, Params, Seq, Tokens, Wire

LISTEN_MS_DEFAULT = 25_000
LISTEN_MS_MAX = 45_000
MESSAGES_MAX = 500
HEADLINES = 5
DIGESTED_MAX = 200
"""Unread messages that one digest covers; `more` says that there are others behind them."""

WIDEST: tuple[View, ...] = ("full", "digest", "headlines")


class ListenParams(Params):
    """Wait for messages of others. Starts at the caller's offset, or after `since_id`; moves no offset.

    With `until_id` it only looks: what lies between the two, as `left_out` names it.
    """

    channels: Annotated[list[Channel], Field(min_length=1, max_length=100)]
    view: View | None = None
    since_id: Seq | None = None
    until_id: Seq | None = None
    timeout_ms: Annotated[int, Field(ge=0, le=LISTEN_MS_MAX)] = LISTEN_MS_DEFAULT
    max_msgs: Annotated[int, Field(ge=1, le=MESSAGES_MAX)] = 10
    max_tokens: Tokens = 8_000


class ListenResult(Wire):
    """Pass `next` as `since_id` to go on. `more` says that there is more right now.

    `left_out`: what lies between the messages shown; listen with its since_id and until_id and view=full to read it.
    """

    messages: list[MessageView]
    timed_out: bool
    more: bool
    next: int
    left_out: list[Gap]


@operation(params=ListenParams, result=ListenResult, scope=Scope.READ, refuses=("NOT_FOUND",))
async def listen(call: Call, params: ListenParams) -> ListenResult | Refusal:
    """Wait for new messages in channels you follow. Then `ack` them."""
    refusal = call.workspace.readable(call.by, params.channels)
    if refusal is not None:
        return refusal
    head = call.workspace.broker.state.seq
    if params.since_id is not None and params.since_id > head:
        # Whoever waited behind it would hear nothing of what is said until then.
        return Refusal(
            code="VALIDATION_ERROR",
            message=f"listen: since_id: The newest entry is {head}. Leave `since_id` out to go on where you were.",
        )
    view = params.view or _own_view(call, params.channels)
    limit = {"full": params.max_msgs, "digest": DIGESTED_MAX, "headlines": min(HEADLINES, params.max_msgs)}[view]
    heard = await call.workspace.waiting.listen(
        call.by.participant,
        params.channels,
        params.since_id,
        0.0 if params.until_id is not None else params.timeout_ms / 1000,
        limit,
        until=params.until_id,
        newest=view == "headlines",
        may=lambda: call.workspace.still(call.by, params.channels) is None,
    )
    refusal = call.workspace.still(call.by, params.channels)
    if refusal is not None:
        return refusal
    match view:
        case "full":
            return _full(heard, params)
        case "digest":
            return _digest(heard, params)
        case "headlines":
            return _headlines(heard, params)


def _full(heard: Heard, params: ListenParams) -> ListenResult:
    messages, dropped = fit(heard.messages, params.max_tokens)
    return ListenResult(
        messages=messages,
        timed_out=heard.timed_out,
        more=heard.more or dropped > 0,
        next=messages[-1].id if dropped else heard.next_cursor,
        left_out=[],
    )


def _digest(heard: Heard, params: ListenParams) -> ListenResult:
    """The newest of each thread. What does not fit is not begun: the cursor stays before it."""
    unread = heard.messages
    while True:
        whole = digested(unread)[: params.max_msgs]
        messages, dropped = fit(whole, params.max_tokens)
        if not dropped and len(whole) == len({message.thread or message.id for message in unread}):
            break
        # Fewer messages have fewer threads: half of them, until these fit.
        unread = unread[: max(1, len(unread) // 2)]
        if len(unread) == 1:
            messages, _ = fit(digested(unread), params.max_tokens)
            break
    cut = len(unread) < len(heard.messages)
    return ListenResult(
        messages=messages,
        timed_out=heard.timed_out,
        more=heard.more or cut,
        next=unread[-1].id if cut else heard.next_cursor,
        left_out=gaps(unread, messages, heard.since),
    )


def _headlines(heard: Heard, params: ListenParams) -> ListenResult:
    """The newest few. What came before them is counted, and can be read."""
    short = [shortened(message, HEADLINE_CHARACTERS) for message in heard.messages]
    kept, dropped = fit(short[::-1], params.max_tokens)
    messages = kept[::-1]
    count = heard.earlier + dropped
    left_out = [Gap(count=count, since_id=heard.since, until_id=messages[0].id)] if count else []
    return ListenResult(
        messages=messages, timed_out=heard.timed_out, more=False, next=heard.next_cursor, left_out=left_out
    )


def _own_view(call: Call, channels: list[str]) -> View:
    """The view that the caller chose when subscribing; of several, the one that shows most."""
    followed = [call.workspace.broker.state.subscriptions.get((call.by.participant, channel)) for channel in channels]
    chosen = [subscription.view for subscription in followed if subscription is not None]
    return min(chosen, key=WIDEST.index, default="full")
