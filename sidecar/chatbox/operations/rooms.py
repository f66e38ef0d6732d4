"""Password rooms beside this workspace, for people: open one, see which are open, close one.

A room is no channel: whoever is in it sees nothing of the workspace, and nothing of it is written down.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Scope
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.wire import Done, Nothing, Params, Wire, WritingParams
from chatbox.rooms.hosting import CannotOpen, Hosting, OpenRoom, Reach, TunnelKind, Wish
from chatbox.rooms.invitation import invitation, link
from chatbox.rooms.password import is_weak
from chatbox.rooms.rooms import NAME_CHARACTERS_MAX

PASSWORD_CHARACTERS_MAX = 1_000


def _is_unicode(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        msg = "it holds half of a surrogate pair"
        raise ValueError(msg) from error
    return text


class OpenRoomParams(WritingParams):
    """Without a password a strong one is made. `host` and `tunnel` let others in, and only to this room."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)] = "Room"
    password: (
        Annotated[str, Field(min_length=1, max_length=PASSWORD_CHARACTERS_MAX), AfterValidator(_is_unicode)] | None
    ) = None
    host: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    port: Annotated[int, Field(ge=0, le=65_535)] = 0
    tunnel: TunnelKind | None = None


class PasswordRoomView(Wire):
    """A room that is open. `reach` says from where: this machine, its network, or the internet."""

    id: str
    name: str
    url: str
    reach: Reach
    opened_at: int
    messages: int
    waiting: int
    tunnel: TunnelKind | None
    tunnel_lost: bool


class OpenRoomResult(PasswordRoomView):
    """The room with what opens it. `link` is for people, `invitation` for whoever is to come."""

    password: str
    link: str
    invitation: str
    is_weak: bool


class ListRoomsResult(Wire):
    """Oldest first."""

    rooms: list[PasswordRoomView]


class CloseRoomParams(Params):
    """Which room."""

    room: str


class RepeatInvitationParams(Params):
    """Which room."""

    room: str


@operation(
    params=OpenRoomParams,
    result=OpenRoomResult,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("WRONG_STATE",),
)
async def open_room(call: Call, params: OpenRoomParams) -> OpenRoomResult | Refusal:
    """Open a password room that any client of agent-chatroom can join. It is in memory, and gone with this process."""
    rooms = _rooms(call)
    if isinstance(rooms, Refusal):
        return rooms
    key = params.client_key and f"{call.by.participant}:{params.client_key}"
    wish = Wish(params.name, params.password, params.host, params.port, params.tunnel, key)
    try:
        found = await rooms.open(wish)
    except CannotOpen as error:
        return Refusal(code="WRONG_STATE", message=str(error))
    return _with_invitation(found)


@operation(
    params=Nothing, result=ListRoomsResult, scope=Scope.MANAGE, transports=NOT_AGENT_TOOLS, refuses=("WRONG_STATE",)
)
async def list_rooms(call: Call, _params: Nothing) -> ListRoomsResult | Refusal:
    """List the password rooms that are open; without their passwords."""
    rooms = _rooms(call)
    return rooms if isinstance(rooms, Refusal) else ListRoomsResult(rooms=[_view(found) for found in rooms.all()])


@operation(
    params=RepeatInvitationParams,
    result=OpenRoomResult,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def repeat_invitation(call: Call, params: RepeatInvitationParams) -> OpenRoomResult | Refusal:
    """Give the invitation to an open password room once more, with its password."""
    rooms = _rooms(call)
    if isinstance(rooms, Refusal):
        return rooms
    found = next((found for found in rooms.all() if found.id == params.room), None)
    return _unknown(rooms, params.room) if found is None else _with_invitation(found)


@operation(
    params=CloseRoomParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def close_room(call: Call, params: CloseRoomParams) -> Done | Refusal:
    """Close a password room: everybody in it is let go, and what was said is gone."""
    rooms = _rooms(call)
    if isinstance(rooms, Refusal):
        return rooms
    if not await rooms.close(params.room):
        return _unknown(rooms, params.room)
    return Done()


def _rooms(call: Call) -> Hosting | Refusal:
    return call.workspace.rooms or Refusal(code="WRONG_STATE", message="Nothing listens here, so there are no rooms.")


def _unknown(rooms: Hosting, room: str) -> Refusal:
    known = ", ".join(found.id for found in rooms.all())
    return Refusal(code="NOT_FOUND", message=f"No room {room!r} is open. Open: {known or 'none'}.")


def _with_invitation(found: OpenRoom) -> OpenRoomResult:
    return OpenRoomResult(
        **_view(found).model_dump(),
        password=found.password,
        link=link(found.url, found.password),
        invitation=invitation(found.url, found.password),
        is_weak=found.reach != "machine" and is_weak(found.password),
    )


def _view(found: OpenRoom) -> PasswordRoomView:
    return PasswordRoomView(
        id=found.id,
        name=found.name,
        url=found.url,
        reach=found.reach,
        opened_at=found.opened,
        messages=found.messages,
        waiting=found.waiting,
        tunnel=found.tunnel,
        tunnel_lost=found.tunnel_lost,
    )
