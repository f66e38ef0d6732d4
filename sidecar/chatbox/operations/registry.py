"""The one table of operations. To add one: declare it in the module of its noun with `@operation`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from chatbox.domain.refusal import Code, Refusal
from chatbox.domain.values import Identity, Scope
from chatbox.operations.workspace import Workspace

Transport = Literal["local", "lsp", "websocket", "http", "mcp"]

EVERYWHERE: frozenset[Transport] = frozenset(("local", "lsp", "websocket", "http", "mcp"))
NOT_AGENT_TOOLS: frozenset[Transport] = frozenset(("local", "lsp", "websocket", "http"))
"""For people and programs: not offered as MCP tools, whose list costs every agent context on every turn."""
SUPERVISORS: frozenset[Transport] = frozenset(("local", "websocket"))


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way: for what, who asks, through which transport, and of which workspace."""

    operation: str
    workspace: Workspace
    by: Identity
    via: Transport


ALWAYS: tuple[Code, ...] = (
    *("AUTH_ERROR", "SESSION_EXPIRED", "IDENTITY_MISMATCH", "STALE_EPOCH"),
    *("NOT_PERMITTED", "VALIDATION_ERROR", "PAYLOAD_TOO_LARGE"),
)
"""What any operation may be refused with: whose token it is, and whether the request is sound."""

WRITING: tuple[Code, ...] = ("KEY_REUSED", "LIMIT_REACHED", "UNAVAILABLE", "UNKNOWN_OUTCOME")
"""What any operation that writes may be refused with as well: another request had the key, or the journal cannot."""

FOR_PEOPLE = frozenset((Scope.DECIDE, Scope.MANAGE))
"""Scopes that no agent's token carries: it is refused with `HUMAN_REQUIRED`."""

Handler = Callable[[Call, Any], Awaitable[BaseModel | Refusal]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What callers can ask for, with everything that a transport has to know about it."""

    name: str
    params: type[BaseModel]
    result: type[BaseModel]
    scope: Scope
    transports: frozenset[Transport]
    summary: str
    writes: bool
    refuses: tuple[Code, ...]
    handler: Handler

    @property
    def refusals(self) -> frozenset[Code]:
        """Every code that it may be refused with."""
        own: set[Code] = {*ALWAYS, *self.refuses}
        own.update(WRITING if self.writes else ())
        own.update(("HUMAN_REQUIRED",) if self.scope in FOR_PEOPLE else ())
        return frozenset(own)


OPERATIONS: dict[str, Operation] = {}


def operation(
    *,
    params: type[BaseModel],
    result: type[BaseModel],
    scope: Scope,
    transports: frozenset[Transport] = EVERYWHERE,
    writes: bool = False,
    refuses: tuple[Code, ...] = (),
) -> Callable[[Handler], Handler]:
    """Declare the decorated function as the operation of its name; its docstring is the description.

    `refuses` are the codes of its own, beside those that every operation has.
    """

    def declare(handler: Handler) -> Handler:
        name = handler.__name__
        assert name not in OPERATIONS, f"operation {name} is declared twice"
        summary = (handler.__doc__ or "").strip()
        OPERATIONS[name] = Operation(name, params, result, scope, transports, summary, writes, refuses, handler)
        return handler

    return declare
