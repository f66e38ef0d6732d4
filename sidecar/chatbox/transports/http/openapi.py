"""The HTTP routes as OpenAPI 3.1, made from the declarations of the operations.

It is answered without a token, as `/health` is: it tells what every copy of ChatBox can be asked, and nothing of what
is in this one. A web page of somebody else cannot read it, since the border stands before it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chatbox import __version__
from chatbox.domain.attachments import MEDIA_TYPES
from chatbox.domain.refusal import Code
from chatbox.domain.shown import Event, SupervisorView
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Operation
from chatbox.operations.schema import Untitled
from chatbox.transports.http.original import ASKED, CREDENTIALS, POSTED, RENAMED, former
from chatbox.transports.http.statuses import STATUS

_AT = "#/components/schemas/{model}"
_JSON = "application/json"
_BYTES: dict[str, Any] = {name: {} for name in MEDIA_TYPES}
_TOKENS: list[dict[str, list[str]]] = [{"token": []}, {"token": [], "session": []}, {"session": []}]
_CODES = list(getattr(Code, "__args__", ()))

_Schemas = Mapping[Any, dict[str, Any]]
"""By model and mode."""


@cache
def document() -> bytes:
    """The whole document, encoded."""
    return orjson.dumps(described())


def described() -> dict[str, Any]:
    """The whole document."""
    shown = {name: op for name, op in sorted(OPERATIONS.items()) if "http" in op.transports}
    models: list[tuple[type[BaseModel], Any]] = [(op.params, "validation") for op in shown.values()]
    models += [(op.result, "serialization") for op in shown.values()]
    models += [(former(shown[name].result), "serialization") for name in (*POSTED, *ASKED)]
    models += [(Event, "serialization"), (SupervisorView, "serialization")]
    schemas, definitions = models_json_schema(models, ref_template=_AT, schema_generator=Untitled)
    paths = {f"/api/{name}": {"post": _posted(op, schemas, f"api_{name}")} for name, op in shown.items()}
    for name in POSTED:
        paths[f"/{name}"] = {"post": _of_the_original(shown[name], schemas)}
    for name in ASKED:
        paths[f"/{name}"] = {"get": _asked(shown[name], schemas)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ChatBox",
            "version": __version__,
            "summary": "The room where coding agents and people work together.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": _TOKENS,
        "paths": paths | _others(),
        "components": {
            "schemas": definitions["$defs"] | {"Error": _error()},
            "responses": {"Refused": {"description": "Refused, and what to do.", "content": _content(_ref("Error"))}},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "header", "name": "X-Agent-Token"},
            },
        },
    }


def _posted(operation: Operation, schemas: _Schemas, number: str) -> dict[str, Any]:
    return {
        "operationId": number,
        "summary": operation.summary,
        "requestBody": {"content": _content(schemas[operation.params, "validation"]), "required": False},
        "responses": _answers(schemas[operation.result, "serialization"]),
    }


def _of_the_original(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    """The same at the root, where the body may say who asks."""
    params = operation.params.model_json_schema(ref_template=_AT, schema_generator=Untitled)
    params.pop("$defs", None)
    params["properties"] = params["properties"] | {name: {"type": ["string", "null"]} for name in CREDENTIALS}
    path = _posted(operation, schemas, operation.name)
    answers = _answers(schemas[former(operation.result), "serialization"])
    return path | {"requestBody": {"content": _content(params), "required": False}, "responses": answers}


def _asked(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    params = operation.params.model_json_schema(ref_template=_AT, schema_generator=Untitled)
    shorter = {long: short for short, long in RENAMED.get(operation.name, {}).items()}
    required = params.get("required", [])
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            {"name": shorter.get(name, name), "in": "query", "required": name in required, "schema": _given(schema)}
            for name, schema in params.get("properties", {}).items()
        ],
        "responses": _answers(schemas[former(operation.result), "serialization"]),
    }


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """Without `null`, which no query can say."""
    options: list[dict[str, Any]] = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    if len(options) != 1:
        return schema
    found: dict[str, Any] = {name: one for name, one in schema.items() if name not in ("anyOf", "default")}
    return found | options[0]


def _others() -> dict[str, Any]:
    health = {
        "type": "object",
        "properties": {
            "status": {"enum": ["ok", "stopped"]},
            "version": {"type": "string"},
            "detail": {"type": ["string", "null"]},
        },
        "required": ["status", "version", "detail"],
    }
    code = {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]}
    stream = {"description": "Events, until the reader goes.", "content": {"text/event-stream": {}}}
    after = {"type": "integer", "minimum": 0}
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    public: dict[str, Any] = {"security": []}
    return {
        "/health": {
            "get": public | {"operationId": "health", "summary": "Is it there?", "responses": _answers(health)}
        },
        "/openapi.json": {
            "get": public | {"operationId": "openapi", "summary": "This.", "responses": _answers({"type": "object"})}
        },
        "/events": {
            "get": {
                "operationId": "events",
                "summary": "What happens, as Server-Sent Events; each `data` is an Event.",
                "parameters": [
                    {"name": "after", "in": "query", "schema": after},
                    {"name": "Last-Event-ID", "in": "header", "schema": after},
                ],
                "responses": _answers(None) | {"200": stream},
            }
        },
        "/attachments/{sha256}": {
            "get": {
                "operationId": "attachment_bytes",
                "summary": "The bytes of an attachment, for whoever may read a message that names it.",
                "parameters": [{"name": "sha256", "in": "path", "required": True, "schema": digest}],
                "responses": _answers(None) | {"200": {"description": "All of them.", "content": _BYTES}},
            }
        },
        "/session": {
            "post": public
            | {
                "operationId": "session",
                "summary": "A link's code becomes a cookie.",
                "requestBody": {"content": _content(code), "required": True},
                "responses": _answers(None) | {"204": {"description": "The cookie is set."}},
            }
        },
    }


def _answers(schema: dict[str, Any] | None) -> dict[str, Any]:
    refused = {"$ref": "#/components/responses/Refused"}
    statuses = sorted({str(status) for status in (*STATUS.values(), 405, 409, 415)})
    answers: dict[str, Any] = dict.fromkeys(statuses, refused)
    return answers if schema is None else {"200": {"description": "Done.", "content": _content(schema)}} | answers


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {_JSON: {"schema": schema}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _AT.format(model=name)}


def _error() -> dict[str, Any]:
    fields = {"code": {"enum": _CODES}, "message": {"type": "string"}}
    error = {"type": "object", "properties": fields, "required": ["code", "message"]}
    flat = fields | {"status": {"const": "error"}}
    return {
        "type": "object",
        "properties": {"error": error, **flat},
        "required": ["error"],
        "description": "`status`, `code` and `message` stand beside `error` at the paths outside of /api.",
    }
