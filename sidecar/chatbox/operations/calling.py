"""The one way into an operation, for every transport and for callers in the same process."""

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chatbox.domain.chain import storable
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import CHANNEL_NAME, NAME, Identity, Scope
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.registry import FOR_PEOPLE, Call, Operation, Transport
from chatbox.operations.wire import BODY_BYTES_MAX, TOO_LONG
from chatbox.operations.workspace import Workspace

_NAMES = {
    NAME: "A name is 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or a digit",
    CHANNEL_NAME: "A channel is # and 1 to 64 small letters, digits and dashes, such as #general: `rooms` lists them",
}
"""What is said instead of a pattern, which not every model reads well."""


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
        return Refusal(code=_code(error), message=_sentence(operation, error))
    if not storable(params):
        return Refusal(
            code="VALIDATION_ERROR", message="Text must be valid Unicode (it holds half of a surrogate pair)."
        )
    return checked


def _code(error: ValidationError) -> Any:
    return "PAYLOAD_TOO_LARGE" if any(_is_too_large(one) for one in error.errors()) else "VALIDATION_ERROR"


def _is_too_large(error: ErrorDetails) -> bool:
    return error["type"] == "string_too_long" and error["ctx"]["max_length"] == BODY_BYTES_MAX


def _sentence(operation: Operation, error: ValidationError) -> str:
    """Which argument is wrong, and what would be right: whoever reads it is to get it right the next time."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the params"
    right = first["msg"]
    if _is_too_large(first):
        right = TOO_LONG
    elif first["type"] == "string_pattern_mismatch":
        right = _NAMES.get(first["ctx"]["pattern"], right)
    elif first["type"] == "extra_forbidden":
        fields = operation.params.model_fields
        takes = sorted(fields.keys() - {"client_key"}, key=lambda name: (not fields[name].is_required(), name))
        right += f": leave it out, {operation.name} takes {', '.join(takes) or 'nothing'}"
    return f"{operation.name}: {where}: {right}."


def _not_permitted(operation: Operation, by: Identity) -> Refusal:
    if operation.scope in FOR_PEOPLE and by.kind == "agent":
        return Refusal(code="HUMAN_REQUIRED", message=f"Only a person can ask for `{operation.name}`.")
    if Scope.ADMIT in by.scopes:
        return Refusal(
            code="AUTH_ERROR",
            message="The admission token only says `hello`: use the session token it gives.",
        )
    if operation.scope is Scope.ADMIT:
        return Refusal(
            code="NOT_PERMITTED",
            message=f"You are {by.participant} already: only the token in .agentchat/token says `{operation.name}`.",
        )
    return Refusal(code="NOT_PERMITTED", message=f"This token does not permit `{operation.name}` ({operation.scope}).")
