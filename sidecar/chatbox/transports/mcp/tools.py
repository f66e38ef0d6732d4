"""From the declarations of operations to MCP tools.

Every agent pays for the list on every turn, so schemas say what a caller must know and nothing else.
"""

from typing import Any

import orjson
from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Scope
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Operation
from chatbox.operations.wire import Whoami

_FOR_PROGRAMS = frozenset(
    ("client_key", "digest", "wake", "cursor", "journal", "kind", "version", "head", "workspace", "attachments")
)
"""Accepted and answered, but not worth a model's attention."""

_FOR_PEOPLE = frozenset(("role", "channels", "expires"))
"""What `whoami` says of people only."""

_UNLISTED = ("agents", "history")
"""Can be called, but are not worth their price in the list: `listen` with `since_id` reads a channel's past."""

_REQUIRED = {"hello": ["name", "phase", "default_channels"]}
"""What the original required and we do without: agents that know it go on, and models fill it in."""

_BOUNDS = frozenset(
    ("minimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")
)
"""Not shown: whoever passes one is refused with a sentence, which costs only then."""

TOOLS: dict[str, Operation] = {name: op for name, op in OPERATIONS.items() if "mcp" in op.transports}


def declared() -> list[Tool]:
    """Every operation that is worth its place in the list, as a tool."""
    return [_tool(operation) for name, operation in TOOLS.items() if name not in _UNLISTED]


def said(answer: BaseModel | Refusal) -> CallToolResult:
    """A result, or a refusal that the model can read and react to."""
    if isinstance(answer, Refusal):
        error = {"code": answer.code, "message": answer.message}
        return _result(f"{answer.code}: {answer.message}", {"error": error}, is_error=True)
    plain = answer.model_dump(mode="json")
    return _result(orjson.dumps(plain).decode(), plain, is_error=False)


def _result(text: str, structured: dict[str, Any], *, is_error: bool) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=structured, is_error=is_error
    )


def _tool(operation: Operation) -> Tool:
    return Tool(
        name=operation.name,
        description=operation.summary,
        input_schema=_input_schema(operation),
        output_schema=_output_schema(
            operation.result, _FOR_PROGRAMS | _FOR_PEOPLE if operation.result is Whoami else _FOR_PROGRAMS
        ),
        annotations=_annotations(operation),
    )


def _annotations(operation: Operation) -> ToolAnnotations:
    """Only what differs from the defaults of the protocol."""
    if not operation.writes:
        return ToolAnnotations(read_only_hint=True, open_world_hint=False)
    # Some clients refuse destructive tools unattended; nothing here takes anything away.
    return ToolAnnotations(destructive_hint=False, open_world_hint=False)


def _input_schema(operation: Operation) -> dict[str, Any]:
    whole = operation.params.model_json_schema()
    shown = {name: one for name, one in whole.get("properties", {}).items() if name not in _FOR_PROGRAMS}
    # The one bound that a model would else try, since it waits for nothing better to do.
    properties = {
        name: _slim(one, _BOUNDS - {"maximum"} if name == "timeout_ms" else _BOUNDS) for name, one in shown.items()
    }
    # `auth_token` is accepted everywhere, but only a newcomer has a use for it.
    credentials = ("auth_token",) if operation.scope is Scope.ADMIT else ("agent_name", "session_token")
    properties |= {name: {"type": "string"} for name in credentials}
    schema = {"type": "object", "properties": properties}
    required = _REQUIRED.get(operation.name, whole.get("required"))
    return schema | ({"required": required} if required else {})


def _output_schema(result: type[BaseModel], hidden: frozenset[str]) -> dict[str, Any]:
    """The result's own fields; what lies deeper is not described, for its price.

    Nothing is required, so that a refusal fits as well: the TypeScript SDK checks errors against this schema, too.
    """
    whole = result.model_json_schema(mode="serialization")
    kinds = {f"#/$defs/{name}": {"type": one["type"]} for name, one in whole.get("$defs", {}).items()}
    properties = {name: _shallow(one, kinds) for name, one in whole["properties"].items() if name not in hidden}
    return {"type": "object", "properties": properties}


def _slim(schema: dict[str, Any], bounds: frozenset[str]) -> dict[str, Any]:
    """Without titles, `null` and empty defaults (leaving an argument out says the same) and `bounds`."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(options) == 1:
        schema = {name: one for name, one in schema.items() if name != "anyOf"} | options[0]
    noise = bounds | {"title", "description"} | (set() if schema.get("default") else {"default"})
    slim = {name: one for name, one in schema.items() if name not in noise}
    if "enum" in slim:
        del slim["type"]
    if "items" in slim:
        slim["items"] = _slim(slim["items"], bounds)
    return slim


def _shallow(schema: dict[str, Any], kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if "$ref" in schema:
        return kinds[schema["$ref"]]
    if "anyOf" in schema:
        return {"type": [_shallow(one, kinds)["type"] for one in schema["anyOf"]]}
    return {name: one for name, one in schema.items() if name == "type"}
