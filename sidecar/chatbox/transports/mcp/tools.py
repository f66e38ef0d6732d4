"""From the declarations of operations to MCP tools.

Every agent pays for the list on every turn, so schemas say what a caller must know and nothing else.
"""

from typing import Any

import orjson
from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel

from chatbox.domain.refusal import Refusal
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Operation
from chatbox.transports.mcp.speaker import CREDENTIALS

_FOR_PROGRAMS = ("client_key",)
"""Accepted, but not worth a model's attention."""

_JSON_INTEGERS = 2**53

TOOLS: dict[str, Operation] = {name: op for name, op in OPERATIONS.items() if "mcp" in op.transports}


def declared() -> list[Tool]:
    """Every operation that MCP shows, as a tool."""
    return [_tool(operation) for operation in TOOLS.values()]


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
        input_schema=_input_schema(operation.params),
        output_schema=_output_schema(operation.result),
        annotations=ToolAnnotations(
            read_only_hint=not operation.writes,
            # Some clients refuse destructive tools unattended; nothing here takes anything away.
            destructive_hint=False,
            idempotent_hint=not operation.writes,
            open_world_hint=False,
        ),
    )


def _input_schema(params: type[BaseModel]) -> dict[str, Any]:
    whole = params.model_json_schema()
    shown = {name: one for name, one in whole.get("properties", {}).items() if name not in _FOR_PROGRAMS}
    properties = {name: _slim(one) for name, one in shown.items()}
    properties |= {name: {"type": "string"} for name in CREDENTIALS}
    schema = {"type": "object", "properties": properties}
    required = whole.get("required")
    return schema | ({"required": required} if required else {})


def _output_schema(result: type[BaseModel]) -> dict[str, Any]:
    """The result's own fields; what lies deeper is not described, for its price.

    Nothing is required, so that a refusal fits as well: the TypeScript SDK checks errors against this schema, too.
    """
    whole = result.model_json_schema(mode="serialization")
    kinds = {f"#/$defs/{name}": {"type": one["type"]} for name, one in whole.get("$defs", {}).items()}
    properties = {name: _shallow(one, kinds) for name, one in whole["properties"].items()}
    return {"type": "object", "properties": properties}


def _slim(schema: dict[str, Any]) -> dict[str, Any]:
    """Without titles, `null` (leaving an argument out says the same) and the bounds of JSON itself."""
    options = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(options) == 1:
        schema = {name: one for name, one in schema.items() if name != "anyOf"} | options[0]
    noise = {"title", "description"} | ({"default"} if schema.get("default") is None else set())
    slim = {name: one for name, one in schema.items() if name not in noise and one != _JSON_INTEGERS}
    if "items" in slim:
        slim["items"] = _slim(slim["items"])
    return slim


def _shallow(schema: dict[str, Any], kinds: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if "$ref" in schema:
        return kinds[schema["$ref"]]
    if "anyOf" in schema:
        return {"anyOf": [_shallow(one, kinds) for one in schema["anyOf"]]}
    if "items" in schema:
        return {"type": "array", "items": _shallow(schema["items"], kinds)}
    return {name: one for name, one in schema.items() if name == "type"}
