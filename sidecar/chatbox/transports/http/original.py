"""The paths of the system before this one, so that its agents go on: `POST /chat` instead of `POST /api/chat`.

They differ from `/api` in what scripts of that system rely on: who asks may stand in the body as well (headers go
first), an answer has a `status`, a message its old names beside ours, and whoever writes to a channel makes it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, create_model

from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import MessageView
from chatbox.domain.values import SECOND, Identity
from chatbox.operations.calling import invoke
from chatbox.operations.door import Door
from chatbox.operations.listening import LISTEN_MS_MAX
from chatbox.operations.workspace import Workspace
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

MAKING_CHANNELS = ("chat", "start_post", "subscribe")
"""Operations that made the channel which they named."""

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


class OriginalMessage(MessageView):
    """A message with its former names beside ours: `ts` counts seconds since 1970."""

    ts: float
    in_reply_to: int | None
    msg_type: str
    closed_resolution: str | None

    @classmethod
    def of(cls, message: MessageView) -> "OriginalMessage":
        """The same message."""
        return cls(
            **dict(message),
            ts=message.at / SECOND,
            in_reply_to=message.thread,
            msg_type=message.post_type or message.kind,
            closed_resolution=message.resolution,
        )


_FORMER: dict[Any, Any] = {MessageView: OriginalMessage, list[MessageView]: list[OriginalMessage]}


@cache
def former(result: type[BaseModel]) -> type[BaseModel]:
    """The shape of a result at these paths."""
    changed = {name: _FORMER[f.annotation] for name, f in result.model_fields.items() if f.annotation in _FORMER}
    fields: dict[str, Any] = {name: (annotation, ...) for name, annotation in changed.items()}
    fields["status"] = (Literal["ok"], "ok")
    return create_model(f"Original{result.__name__}", __base__=result, __doc__=result.__doc__, **fields)


def told(answer: BaseModel) -> BaseModel:
    """A result in its former shape."""
    return former(type(answer))(**{name: _told(value) for name, value in answer})


def _told(value: Any) -> Any:
    if isinstance(value, MessageView):
        return OriginalMessage.of(value)
    if isinstance(value, list):
        return [_told(one) for one in value]
    return value


def refused(refusal: Refusal) -> dict[str, Any]:
    """What stands beside `error` in a refusal."""
    return {"status": "error", "code": refusal.code, "message": refusal.message}


async def ask(workspace: Workspace, by: Identity, name: str, params: dict[str, Any]) -> BaseModel | Refusal:
    """Ask for the operation. A channel that nobody knew is made first, and a longer wait than ours is cut to ours."""
    if isinstance(wait := params.get("timeout_ms"), int):
        params = {**params, "timeout_ms": min(wait, LISTEN_MS_MAX)}
    answer = await invoke(workspace, by, "http", name, params)
    if isinstance(answer, Refusal):
        if answer.code != "NOT_FOUND" or name not in MAKING_CHANNELS:
            return answer
        made = await invoke(workspace, by, "http", "create_channel", {"channel": params["channel"]})
        answer = answer if isinstance(made, Refusal) else await invoke(workspace, by, "http", name, params)
    return answer if isinstance(answer, Refusal) else told(answer)
