"""Asking a person and waiting for the answer. An answer is words: it never decides an approval."""

import asyncio
from typing import Annotated, Literal

from pydantic import Field

from chatbox.domain.commands import PostMessage
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import MessageView
from chatbox.domain.values import Scope, Utterance
from chatbox.operations.listening import LISTEN_MS_DEFAULT, LISTEN_MS_MAX
from chatbox.operations.registry import Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import Body, Channel, Seq, Wire, WritingParams

REPLIES = 100
TITLE_CHARACTERS = 100

Via = Literal["room", "client"]


class AskHumanParams(WritingParams):
    """A new question, or with `post_id` one that was asked before."""

    question: Body | None = None
    channel: Channel = "#human"
    post_id: Seq | None = None
    timeout_ms: Annotated[int, Field(ge=0, le=LISTEN_MS_MAX)] = LISTEN_MS_DEFAULT


class AskHumanResult(Wire):
    """Not answered yet: ask again with `post_id`.

    `via` client: somebody typed it at the asking agent's own client. Nobody knows who, so `by` is null then.
    """

    post_id: int
    answered: bool
    answer: str | None
    by: str | None
    via: Via | None


@operation(params=AskHumanParams, result=AskHumanResult, scope=Scope.POST, writes=True, refuses=("NOT_FOUND",))
async def ask_human(call: Call, params: AskHumanParams) -> AskHumanResult | Refusal:
    """Ask people and wait. Not answered in time: call again with post_id."""
    post = await _asked(call, params)
    if isinstance(post, Refusal):
        return post
    answer = await _answer(call, post, params.timeout_ms / 1000)
    gone = _gone(call, answer)
    if gone is not None:
        return gone
    if answer is None:
        return AskHumanResult(post_id=post, answered=False, answer=None, by=None, via=None)
    return AskHumanResult(post_id=post, answered=True, answer=answer.body or "", by=answer.author, via="room")


async def _asked(call: Call, params: AskHumanParams) -> int | Refusal:
    """The question's post."""
    if params.post_id is not None:
        known = await call.workspace.reading.thread(params.post_id)
        # One's own question is readable to its end, followed or not; anybody else's is none of one's business here.
        mine = known is not None and known.post.author == call.by.participant and call.by.knows(known.post.channel)
        if known is None or not mine or known.post.post_type != "question":
            return Refusal(code="NOT_FOUND", message=f"You asked no question {params.post_id}.")
        return params.post_id
    if params.question is None:
        return Refusal(code="VALIDATION_ERROR", message="ask_human: question: Field required.")
    said = Utterance(
        kind="post",
        channel=params.channel,
        title=_title(params.question),
        body=params.question,
        post_type="question",
    )
    outcome = await submit(call, PostMessage, params, said=said)
    return outcome if isinstance(outcome, Refusal) else outcome.seq


def _title(question: str) -> str:
    line = question.strip().partition("\n")[0] or "A question"
    return line if len(line) <= TITLE_CHARACTERS else line[: TITLE_CHARACTERS - 1] + "…"


async def _answer(call: Call, post: int, seconds: float) -> MessageView | None:
    """A person's first reply, waiting for it if need be."""
    announcer = call.workspace.broker.announcer
    looked_through = announcer.seq
    found, after = await _by_a_person(call, post, 0)
    try:
        async with asyncio.timeout(seconds):
            while found is None and _gone(call, None) is None:
                await announcer.moved(looked_through)
                looked_through = announcer.seq
                found, after = await _by_a_person(call, post, after)
    except TimeoutError:
        return None
    return found


def _gone(call: Call, answer: MessageView | None) -> Refusal | None:
    """Why the asker is not to be told any more."""
    by = call.workspace.current(call.by)
    if isinstance(by, Refusal):
        return by
    known = answer is None or by.knows(answer.channel)
    return None if known else Refusal(code="NOT_FOUND", message="You asked no such question.")


async def _by_a_person(call: Call, post: int, after: int) -> tuple[MessageView | None, int]:
    """A person's first reply behind reply `after`, and the last reply that was looked at."""
    while True:
        thread = await call.workspace.reading.thread(post, after=after, limit=REPLIES)
        replies = thread.replies if thread else []
        after = replies[-1].id if replies else after
        found = next((one for one in replies if one.author_kind == "person"), None)
        if found is not None or thread is None or not thread.more:
            return found, after
