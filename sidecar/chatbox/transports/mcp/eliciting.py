"""`ask_human` where the client can ask its user: the room and the client are asked at once, the first answer counts.

What is typed at a client comes through an agent's transport, so it is posted as that agent's words and marked.
It is no person's message and decides nothing; an approval stays as open as it was.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from mcp.types import (
    ClientCapabilities,
    ElicitationCapability,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    FormElicitationCapability,
    InputRequiredResult,
)
from pydantic import BaseModel, ValidationError

from chatbox.domain.refusal import Refusal
from chatbox.operations.asking import AskHumanResult

MARK = "*Typed at my client when I asked there. It decides nothing.*"

_KEY = "answer"
_DECLINED_MAX = 1_000
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {_KEY: {"type": "string", "title": "Answer", "minLength": 1}},
    "required": [_KEY],
}

Ask = Callable[[str, dict[str, Any]], Awaitable[BaseModel | Refusal]]
"""Invokes an operation as whoever called the tool."""


class Eliciting:
    """Questions at clients; remembers which were declined, so that nobody is asked the same twice."""

    def __init__(self) -> None:
        """Nothing declined yet."""
        self._declined: dict[int, None] = {}

    async def ask(
        self, session: ServerSession, ask: Ask, arguments: dict[str, Any], request: int | str | None
    ) -> BaseModel | Refusal | InputRequiredResult:
        """Ask in the room, and at the client where it has a way to."""
        opened = await ask("ask_human", {**arguments, "timeout_ms": 0})
        if not isinstance(opened, AskHumanResult) or opened.answered:
            return opened
        rest = {"post_id": opened.post_id} | {k: v for k, v in arguments.items() if k == "timeout_ms"}
        if rest.get("timeout_ms") == 0 or opened.post_id in self._declined or not _able(session):
            return await ask("ask_human", rest)
        form = _form(str(arguments.get("question") or "You were asked before: see ChatBox."), opened.post_id)
        if not session.can_send_request:
            # The stateless era: the client asks its user, then calls again with the answer.
            return InputRequiredResult(
                input_requests={_KEY: ElicitRequest(params=form)}, request_state=str(opened.post_id)
            )
        return await self._first(session, ask, rest, form, request)

    async def answered(self, ask: Ask, arguments: dict[str, Any], state: str, response: object) -> BaseModel | Refusal:
        """The client came back with its user's answer. `state` is only a claim: `ask_human` checks whose post it is."""
        post = int(state) if state.isascii() and state.isdigit() else -1
        known = await ask("ask_human", {"post_id": post, "timeout_ms": 0})
        if not isinstance(known, AskHumanResult) or known.answered:
            return known
        try:
            result = response if isinstance(response, ElicitResult) else ElicitResult.model_validate(response)
        except ValidationError:
            return Refusal(code="VALIDATION_ERROR", message="This is no answer to what was asked: call again.")
        rest = {"post_id": post} | {k: v for k, v in arguments.items() if k == "timeout_ms"}
        return await self._settled(ask, post, result) or await ask("ask_human", rest)

    async def _first(
        self,
        session: ServerSession,
        ask: Ask,
        rest: dict[str, Any],
        form: ElicitRequestFormParams,
        request: int | str | None,
    ) -> BaseModel | Refusal:
        async with asyncio.TaskGroup() as both:
            room = both.create_task(_coroutine(ask("ask_human", rest)))
            client = both.create_task(_at_client(session, form, request))
            await asyncio.wait((room, client), return_when=asyncio.FIRST_COMPLETED)
            typed = client.result() if client.done() else None
            found = await self._settled(ask, rest["post_id"], typed) if typed and not room.done() else None
            if found is not None:
                room.cancel()
                return found
            answer = await room
            client.cancel()
        return answer

    async def _settled(self, ask: Ask, post: int, typed: ElicitResult) -> BaseModel | Refusal | None:
        """What was typed, posted; `None` when the client's user did not want to answer."""
        words = (typed.content or {}).get(_KEY)
        if typed.action != "accept" or not isinstance(words, str) or not words.strip():
            self._declined[post] = None
            self._declined = dict(list(self._declined.items())[-_DECLINED_MAX:])
            return None
        quoted = "\n".join(f"> {line}" for line in words.strip().splitlines())
        posted = await ask("reply", {"post_id": post, "body": f"{MARK}\n\n{quoted}"})
        if isinstance(posted, Refusal):
            return posted
        return AskHumanResult(post_id=post, answered=True, answer=words.strip(), by=None, via="client")


def _able(session: ServerSession) -> bool:
    """Whether the client can show a form. An empty capability means forms, as it did before there were other modes."""
    forms = ClientCapabilities(elicitation=ElicitationCapability(form=FormElicitationCapability()))
    declared = session.client_capabilities.elicitation if session.client_capabilities else None
    return declared is not None and (declared.url is None or session.check_client_capability(forms))


def _form(question: str, post: int) -> ElicitRequestFormParams:
    message = f"{question}\n\n(Question {post} in ChatBox. Your answer is posted as words of the agent that asks.)"
    return ElicitRequestFormParams(message=message, requested_schema=_SCHEMA)


async def _at_client(
    session: ServerSession, form: ElicitRequestFormParams, request: int | str | None
) -> ElicitResult | None:
    """The client's answer; `None` when it could not ask after all."""
    try:
        return await session.elicit_form(form.message, form.requested_schema, related_request_id=request)
    except (MCPError, ValidationError):
        return None


async def _coroutine(awaited: Awaitable[BaseModel | Refusal]) -> BaseModel | Refusal:
    return await awaited
