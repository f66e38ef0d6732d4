"""Who speaks in a tool call. Headers decide; the arguments of the original protocol may only confirm them.

MCP is an agents' transport: whoever speaks here, nothing beyond reading and posting can be asked for.
"""

from collections.abc import Mapping
from typing import Any

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import AGENT_SCOPES, Identity, Scope
from chatbox.operations.door import ADMITTED, Door
from chatbox.operations.registry import Operation

CREDENTIALS = ("agent_name", "session_token", "auth_token")
"""Arguments that every tool takes beside those of its operation."""

_SCOPES = frozenset((Scope.ADMIT, *AGENT_SCOPES))


def speaker(door: Door, connection: Identity, operation: Operation, arguments: Mapping[str, Any]) -> Identity | Refusal:
    """The identity that a call over `connection` has, with the scopes that MCP leaves it."""
    given = {name: value for name in CREDENTIALS if isinstance(value := arguments.get(name), str) and value}
    if operation.scope is Scope.ADMIT:
        by = _newcomer(door, connection, given, arguments.get("name"))
    else:
        by = _participant(door, connection, given)
    if isinstance(by, Refusal):
        return by
    name = by.participant or arguments.get("name")
    if "agent_name" in given and isinstance(name, str) and given["agent_name"] != name:
        return Refusal(
            code="IDENTITY_MISMATCH", message=f"Your token says that you are {name}: leave `agent_name` out."
        )
    return _bounded(by)


def reader(connection: Identity) -> Identity | Refusal:
    """The identity of a request that is no tool call: it has no arguments, so the connection must say who it is."""
    if Scope.ADMIT in connection.scopes:
        return Refusal(code="AUTH_ERROR", message="Say `hello`, then connect with the session token it gives.")
    return _bounded(connection)


def _bounded(by: Identity) -> Identity:
    return by.model_copy(update={"scopes": by.scopes & _SCOPES})


def _newcomer(door: Door, connection: Identity, given: Mapping[str, str], name: object) -> Identity | Refusal:
    if "auth_token" in given:
        return door.identify(given["auth_token"])
    if Scope.ADMIT in connection.scopes:
        return connection
    if name != connection.participant or connection.epoch is not None:
        return Refusal(
            code="WRONG_STATE",
            message=f"You are {connection.participant} here already: go on with `subscribe`.",
        )
    # Agents are told to begin with `hello`, also where the shim has said it for them.
    return ADMITTED


def _participant(door: Door, connection: Identity, given: Mapping[str, str]) -> Identity | Refusal:
    if "session_token" not in given:
        return connection
    session = door.identify(given["session_token"])
    if Scope.ADMIT in connection.scopes:
        return session
    if isinstance(session, Refusal) or session.participant != connection.participant:
        return Refusal(
            code="IDENTITY_MISMATCH",
            message=f"This connection speaks for {connection.participant}: leave `session_token` out.",
        )
    return connection
