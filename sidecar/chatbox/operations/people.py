"""Who is asking: sessions of visiting agents, the person's web page, and the end of the process."""

from typing import Annotated

from pydantic import Field

from chatbox import __version__
from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Scope
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.wire import (
    Channel,
    Done,
    Nothing,
    Params,
    ParticipantName,
    Whoami,
    Wire,
    WritingParams,
)


class HelloParams(WritingParams):
    """An agent introduces itself with the admission token."""

    name: ParticipantName
    phase: str = ""
    default_channels: Annotated[list[Channel], Field(max_length=100, default_factory=list)]


class HelloResult(Wire):
    """Send `session_token` with every later request."""

    agent: str
    phase: str
    subscribed: list[str]
    session_token: str


class SessionResult(Wire):
    """Send `session_token` from now on; the one before it runs out by itself."""

    session_token: str


class LinkResult(Wire):
    """A link to the page that works once, within a day."""

    url: str


class RotateTokenParams(Params):
    """`replaces` is the SHA-256 (hex) of the token that shall go: asked again, nothing more happens."""

    replaces: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


@operation(params=Nothing, result=Whoami, scope=Scope.READ)
async def whoami(call: Call, _params: Nothing) -> Whoami | Refusal:
    """Who you are here, and what you may do."""
    state = call.workspace.broker.state
    member = state.members.get(call.by.participant)
    return Whoami(
        participant=call.by.participant,
        kind=call.by.kind,
        role=state.role(call.by.participant),
        scopes=sorted(call.by.scopes),
        channels=None if call.by.channels is None else sorted(call.by.channels),
        expires=member.expires if member else None,
        workspace=call.workspace.name,
        journal=state.journal,
        version=__version__,
        head=state.seq,
    )


@operation(
    params=HelloParams,
    result=HelloResult,
    scope=Scope.ADMIT,
    writes=True,
    refuses=("NAME_TAKEN", "WRONG_STATE"),
)
async def hello(call: Call, params: HelloParams) -> HelloResult | Refusal:
    """Introduce yourself and follow channels; answers with your session token."""
    token = await call.workspace.door.admit(call.by, params.name, params.default_channels)
    if isinstance(token, Refusal):
        return token
    followed = [s.channel for s in call.workspace.broker.state.followed_by(params.name)]
    return HelloResult(agent=params.name, phase=params.phase, subscribed=followed, session_token=token)


@operation(
    params=Nothing,
    result=SessionResult,
    scope=Scope.READ,
    transports=NOT_AGENT_TOOLS,
    refuses=("NAME_TAKEN", "WRONG_STATE", "LIMIT_REACHED", "UNAVAILABLE", "UNKNOWN_OUTCOME"),
)
async def renew_session(call: Call, _params: Nothing) -> SessionResult | Refusal:
    """Get a new session token before yours expires."""
    token = await call.workspace.door.renew(call.by)
    return token if isinstance(token, Refusal) else SessionResult(session_token=token)


@operation(
    params=RotateTokenParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    refuses=("DIGEST_MISMATCH", "WRONG_STATE"),
)
async def rotate_token(call: Call, params: RotateTokenParams) -> Done | Refusal:
    """Replace the agents' admission token; the one before it still admits until the next rotation."""
    return call.workspace.door.rotate(params.replaces) or Done()


@operation(params=Nothing, result=LinkResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS, refuses=("HUMAN_REQUIRED",))
async def link(call: Call, _params: Nothing) -> LinkResult | Refusal:
    """Make a new link to the web page for yourself, with what you may do here; it works once. For people."""
    if call.by.kind != "person":
        return Refusal(code="HUMAN_REQUIRED", message="Only a person can ask for `link`.")
    return LinkResult(url=call.workspace.door.link(call.by))


@operation(params=Nothing, result=Done, scope=Scope.MANAGE, transports=NOT_AGENT_TOOLS)
async def stop(call: Call, _params: Nothing) -> Done | Refusal:
    """End the process that owns this workspace, after the turns that run."""
    call.workspace.stopping.set()
    return Done()
