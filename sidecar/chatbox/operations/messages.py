"""Saying and reading: chat, posts, replies, history."""

from typing import Annotated

from pydantic import Field

from chatbox.domain.budget import HEADLINE_CHARACTERS, cost, cost_of_approval, fit, fit_approval, shortened
from chatbox.domain.commands import Redact
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import ApprovalView, MessageView
from chatbox.domain.values import SECOND, PostType, Scope, Tier, Utterance
from chatbox.operations.attaching import forget, say
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import (
    PAGE_DEFAULT,
    TOKENS_MAX,
    Body,
    Channel,
    Done,
    Limit,
    Params,
    SayingParams,
    Seq,
    Title,
    Tokens,
    Wire,
    WritingParams,
)

EXPIRES_SECONDS_MAX = 365 * 24 * 3600
REPLY_TOKENS_MIN = 400


class ChatParams(SayingParams):
    """A line in a channel."""

    channel: Channel
    body: Body


class ChatResult(Wire):
    """The id of what was said."""

    message_id: int


class StartPostParams(SayingParams):
    """A titled post. With `tier` 1 or 2 it asks for an approval, for `expires_seconds` if need be."""

    channel: Channel
    title: Title
    description: Body
    type: PostType
    tier: Tier = 0
    expires_seconds: Annotated[int, Field(ge=1, le=EXPIRES_SECONDS_MAX)] | None = None


class StartPostResult(Wire):
    """The id of the post, which is also the id of the approval it may ask for."""

    post_id: int


class ReplyParams(SayingParams):
    """An answer in the thread of a message."""

    post_id: Seq
    body: Body


class ReplyResult(Wire):
    """The id of the reply."""

    reply_id: int


class GetPostParams(Params):
    """One message's thread, or the part of it behind reply `after`; the post's body from a character on."""

    post_id: Seq
    after: Seq | None = None
    body_from: Seq = 0
    max_msgs: Limit = PAGE_DEFAULT
    max_tokens: Tokens = 8_000


class PostResult(Wire):
    """A post with its replies and the approval it asks for.

    With `more`, ask again with `after` set to the last reply's id (0 when there was none). With `body_next`, the
    post's body is longer: ask again with `body_from` set to it.
    """

    post: MessageView
    replies: list[MessageView]
    approval: ApprovalView | None
    more: bool
    body_next: int | None


class HistoryParams(Params):
    """A page of a channel, oldest first: the newest one, or what comes before or after a message."""

    channel: Channel
    before: Seq | None = None
    after: Seq | None = None
    limit: Limit = PAGE_DEFAULT
    max_tokens: Tokens = TOKENS_MAX


class HistoryResult(Wire):
    """`more` says that there is more in the direction asked for; `cursor` is where events go on."""

    messages: list[MessageView]
    more: bool
    cursor: int


class RedactParams(WritingParams):
    """Which message's text goes."""

    message_id: Seq


@operation(params=ChatParams, result=ChatResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND",))
async def chat(call: Call, params: ChatParams) -> ChatResult | Refusal:
    """Say something in a channel. Mention @name to wake an agent."""
    said = Utterance(kind="chat", channel=params.channel, body=params.body)
    outcome = await say(call, params, said)
    return outcome if isinstance(outcome, Refusal) else ChatResult(message_id=outcome.seq)


@operation(params=StartPostParams, result=StartPostResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND",))
async def start_post(call: Call, params: StartPostParams) -> StartPostResult | Refusal:
    """Start a titled post. Tier 1 asks any other participant for approval, tier 2 a person."""
    said = Utterance(
        kind="post",
        channel=params.channel,
        title=params.title,
        body=params.description,
        post_type=params.type,
        tier=params.tier,
        expires_after=None if params.expires_seconds is None else params.expires_seconds * SECOND,
    )
    outcome = await say(call, params, said)
    return outcome if isinstance(outcome, Refusal) else StartPostResult(post_id=outcome.seq)


@operation(params=ReplyParams, result=ReplyResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND",))
async def reply(call: Call, params: ReplyParams) -> ReplyResult | Refusal:
    """Reply in the thread of a post or any other message."""
    said = Utterance(kind="reply", thread=params.post_id, body=params.body)
    outcome = await say(call, params, said)
    return outcome if isinstance(outcome, Refusal) else ReplyResult(reply_id=outcome.seq)


@operation(params=GetPostParams, result=PostResult, scope=Scope.READ, refuses=("NOT_FOUND",))
async def get_post(call: Call, params: GetPostParams) -> PostResult | Refusal:
    """Read a post with its replies and its approval."""
    thread = await call.workspace.reading.thread(params.post_id, after=params.after or 0, limit=params.max_msgs)
    if thread is None or not call.workspace.may_read(call.by, thread.post.channel):
        return call.workspace.unseen(call.by, params.post_id)
    body = thread.post.body
    rest = thread.post if body is None else thread.post.model_copy(update={"body": body[params.body_from :]})
    # Of a post that was read before, only its replies are wanted: there is always room for one of them.
    again = params.after is not None
    approval = _fitting(thread.approval, rest, params.max_tokens)
    left = params.max_tokens - (cost_of_approval(approval) if approval else 0)
    ((post,), _) = fit([shortened(rest, HEADLINE_CHARACTERS) if again else rest], left // 2 if again else left)
    shown_to = params.body_from + len(post.body or "")
    left -= cost(post)
    replies = fit(thread.replies, left).messages if again or left >= REPLY_TOKENS_MIN else []
    return PostResult(
        post=post,
        replies=replies,
        approval=approval,
        more=thread.more or len(replies) < len(thread.replies),
        body_next=None if again or body is None or shown_to >= len(body) else shown_to,
    )


def _fitting(approval: ApprovalView | None, post: MessageView, tokens: int) -> ApprovalView | None:
    """The approval whole where it leaves half of the budget or enough of it to the post, else in a third of it.

    The largest budget always shows all that somebody decides.
    """
    if approval is None or cost_of_approval(approval) <= max(tokens // 2, tokens - cost(post)):
        return approval
    return fit_approval(approval, tokens // 3)


@operation(params=HistoryParams, result=HistoryResult, scope=Scope.READ, refuses=("NOT_FOUND",))
async def history(call: Call, params: HistoryParams) -> HistoryResult | Refusal:
    """Read a page of a channel."""
    refusal = call.workspace.readable(call.by, [params.channel])
    if refusal is not None:
        return refusal
    cursor = call.workspace.broker.state.seq
    messages, more = await call.workspace.reading.page(
        params.channel, before=params.before, after=params.after, limit=params.limit
    )
    # What is nearest to where the page was asked from stays.
    forwards = 1 if params.after is not None else -1
    kept, dropped = fit(messages[::forwards], params.max_tokens)
    return HistoryResult(messages=kept[::forwards], more=more or dropped > 0, cursor=cursor)


@operation(
    params=RedactParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def redact(call: Call, params: RedactParams) -> Done | Refusal:
    """Remove a message's text for good; that it was said, when and by whom stays on record."""
    outcome = await forget(call, params.message_id, submit(call, Redact, params, message=params.message_id))
    return outcome if isinstance(outcome, Refusal) else Done()
