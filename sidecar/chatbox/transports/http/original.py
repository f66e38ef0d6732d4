"""The paths of the system before this one, so that its agents go on: `POST /chat` instead of `POST /api/chat`.

They differ from `/api` in one thing: who asks may stand in the body as well. Headers go first.
"""

from collections.abc import Mapping
from typing import Any

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Identity
from chatbox.operations.door import Door
from chatbox.transports.border import Place, sender

POSTED = (
    *("hello", "chat", "start_post", "reply", "listen", "subscribe", "unsubscribe", "approve", "deny"),
    *("pin_post", "unpin_post", "close_post", "resolve_message", "unresolve_message", "ack"),
)
"""Operations that the original had at the root. `/ack` was missing there."""

ASKED = ("rooms", "get_post")
"""Operations that it answered to a GET, with their arguments in the query."""

CREDENTIALS = ("auth_token", "session_token", "agent_name")
"""Fields of a body that say who asks."""

RENAMED = {"get_post": {"id": "post_id"}}
"""What the arguments in a query are called here."""


def named(operation: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The params that a query stands for."""
    names = RENAMED.get(operation, {})
    return {names.get(name, name): value for name, value in query.items()}


def identified(
    door: Door, place: Place, headers: Mapping[str, str], body: Mapping[str, Any]
) -> tuple[Identity, dict[str, Any]] | Refusal:
    """Who asks, and what is left of the body without that."""
    said = {name: value for name in CREDENTIALS if isinstance(value := body.get(name), str) and value}
    signed = dict(headers)
    if "auth_token" in said and "authorization" not in signed:
        signed["authorization"] = f"Bearer {said['auth_token']}"
    if "session_token" in said and "x-agent-token" not in signed:
        signed["x-agent-token"] = said["session_token"]
    by = sender(door, place, signed)
    if isinstance(by, Refusal):
        return by
    rest = {name: value for name, value in body.items() if name not in CREDENTIALS and value is not None}
    name = by.participant or rest.get("name")
    if "agent_name" in said and isinstance(name, str) and said["agent_name"] != name:
        return Refusal(
            code="IDENTITY_MISMATCH", message=f"Your token says that you are {name}: leave `agent_name` out."
        )
    return by, rest
