"""The one way into an operation, for every transport and for callers in the same process."""

from typing import Any

from pydantic import BaseModel, ValidationError

from chatbox.domain.chain import storable
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity, Scope
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import Call, Operation, Transport
from chatbox.operations.workspace import Workspace


async def invoke(
    workspace: Workspace, by: Identity, via: Transport, name: str, params: dict[str, Any]
) -> BaseModel | Refusal:
    """Check that `by` may ask for `name` here and now and that `params` are sound; then do it."""
    operation = OPERATIONS.get(name)
    if operation is None or via not in operation.transports:
        return Refusal(code="NOT_FOUND", message=f"There is no operation {name!r} here.")
    now = workspace.current(by)
    if isinstance(now, Refusal):
        return now
    if operation.scope not in now.scopes:
        return _not_permitted(operation, now)
    checked = _checked(operation, params)
    if isinstance(checked, Refusal):
        return checked
    return await operation.handler(Call(name, workspace, now, via), checked)


def _checked(operation: Operation, params: dict[str, Any]) -> BaseModel | Refusal:
    try:
        checked = operation.params.model_validate(params)
    except ValidationError as error:
        return Refusal(code=_code(error), message=_sentence(operation.name, error))
    if not storable(params):
        return Refusal(
            code="VALIDATION_ERROR", message="Text must be valid Unicode (it holds half of a surrogate pair)."
        )
    return checked


def _code(error: ValidationError) -> Any:
    too_long = any(e["type"] == "string_too_long" and e["loc"][-1] in ("body", "description") for e in error.errors())
    return "PAYLOAD_TOO_LARGE" if too_long else "VALIDATION_ERROR"


def _sentence(name: str, error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the params"
    return f"{name}: {where}: {first['msg']}."


def _not_permitted(operation: Operation, by: Identity) -> Refusal:
    if operation.scope in (Scope.DECIDE, Scope.MANAGE) and by.kind == "agent":
        return Refusal(code="HUMAN_REQUIRED", message=f"Only a person can ask for `{operation.name}`.")
    if Scope.ADMIT in by.scopes:
        return Refusal(
            code="AUTH_ERROR",
            message="The admission token only says `hello`: use the session token it gives.",
        )
    return Refusal(code="NOT_PERMITTED", message=f"This token does not permit `{operation.name}` ({operation.scope}).")
