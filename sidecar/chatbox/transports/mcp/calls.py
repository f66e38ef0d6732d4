"""Tool calls: who speaks, the operation, progress while it waits, and the answer as a model can read it."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, NoReturn

from mcp.server.context import ServerRequestContext
from mcp.server.session import ServerSession
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
)
from pydantic import BaseModel
from starlette.requests import Request

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity
from chatbox.operations.calling import invoke
from chatbox.operations.workspace import Workspace
from chatbox.transports.border import Place, sender
from chatbox.transports.mcp.eliciting import Eliciting
from chatbox.transports.mcp.patience import patient
from chatbox.transports.mcp.speaker import CREDENTIALS, speaker
from chatbox.transports.mcp.tools import TOOLS, declared, said

_log = logging.getLogger("chatbox.mcp")

_Context = ServerRequestContext[Any, Request]
_Answer = BaseModel | Refusal | InputRequiredResult


class Calls:
    """The tools of one workspace."""

    def __init__(self, workspace: Workspace, place: Place, progress_seconds: float) -> None:
        """A client that asks for progress hears every `progress_seconds` that its call still waits."""
        self._workspace = workspace
        self._place = place
        self._progress_seconds = progress_seconds
        self._list = ListToolsResult(tools=declared())
        self.schemas = {tool.name: tool.input_schema for tool in self._list.tools}
        self._eliciting = Eliciting()

    async def listed(self, _context: _Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        """tools/list."""
        return self._list

    async def called(self, context: _Context, params: CallToolRequestParams) -> CallToolResult | InputRequiredResult:
        """tools/call."""
        if params.name not in TOOLS:
            raise MCPError(code=INVALID_PARAMS, message=f"There is no tool {params.name!r}.")
        try:
            if "progress_token" not in (context.meta or {}):
                return _shown(await self._answer(context, params))
            async with asyncio.TaskGroup() as waiting:
                ticking = waiting.create_task(_tell(context.session, self._progress_seconds))
                answer = await self._answer(context, params)
                ticking.cancel()
            return _shown(answer)
        except Exception:  # noqa: BLE001 - a bug is logged, and the agent told
            _log.exception("%s failed", params.name)
            return said(Refusal(code="UNAVAILABLE", message="This failed inside ChatBox: see its log."))

    async def _answer(self, context: _Context, params: CallToolRequestParams) -> _Answer:
        given = params.arguments or {}
        by = self._speaker(context, params.name, given)
        if isinstance(by, Refusal):
            return by
        # Models write `null` for what they leave out.
        plain = {key: one for key, one in given.items() if one is not None and key not in CREDENTIALS}
        arguments = patient(context.session, params.name, plain)

        async def ask(operation: str, asked: dict[str, Any]) -> BaseModel | Refusal:
            return await invoke(self._workspace, by, "mcp", operation, asked)

        if params.name != "ask_human":
            return await ask(params.name, arguments)
        if params.request_state is not None:
            response = next(iter((params.input_responses or {}).values()), None)
            return await self._eliciting.answered(ask, arguments, params.request_state, response)
        return await self._eliciting.ask(context.session, ask, arguments, context.request_id)

    def _speaker(self, context: _Context, name: str, given: Mapping[str, Any]) -> Identity | Refusal:
        assert context.request is not None, "it came over HTTP"
        door = self._workspace.door
        connection = sender(door, self._place, context.request.headers)
        return connection if isinstance(connection, Refusal) else speaker(door, connection, TOOLS[name], given)


def _shown(answer: _Answer) -> CallToolResult | InputRequiredResult:
    return answer if isinstance(answer, InputRequiredResult) else said(answer)


async def _tell(session: ServerSession, every_seconds: float) -> NoReturn:
    """Say that the call still waits: some clients give up on one that is silent for a minute."""
    waited = 0.0
    while True:
        await asyncio.sleep(every_seconds)
        waited += every_seconds
        await session.report_progress(waited, message="waiting")
