"""Who else is here: people that the owner lets in with less than everything, and how that is taken back."""

from typing import Annotated

from pydantic import Field

from chatbox.domain.commands import DismissParticipant, InvitePerson
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import ParticipantView
from chatbox.domain.state import Participant
from chatbox.domain.values import SECOND, InvitedRole, Scope
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import Channel, Done, Nothing, ParticipantName, Wire, WritingParams

DAY_SECONDS = 24 * 3600
DAYS_MAX = 365
CHANNELS_MAX = 100


class InviteParams(WritingParams):
    """Whom to let in, as what, for how many days, and to which channels (left out: to all, also later ones)."""

    name: ParticipantName
    role: InvitedRole = "member"
    channels: Annotated[list[Channel], Field(min_length=1, max_length=CHANNELS_MAX)] | None = None
    days: Annotated[int, Field(ge=1, le=DAYS_MAX)] = 30


class InviteResult(Wire):
    """A link for the invited person that works once, within a day; and when what it leads to ends."""

    url: str
    expires: int


class DismissParams(WritingParams):
    """Whom to let go: an invited person, or a visiting agent."""

    name: ParticipantName


class ParticipantsResult(Wire):
    """Everybody with a name here."""

    participants: list[ParticipantView]


@operation(
    params=InviteParams,
    result=InviteResult,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NAME_TAKEN", "NOT_FOUND", "WRONG_STATE"),
)
async def invite(call: Call, params: InviteParams) -> InviteResult | Refusal:
    """Let a person in, or change what an invited one may do; every call makes a new link, and ends earlier ones."""
    workspace = call.workspace
    outcome = await submit(
        call,
        InvitePerson,
        params,
        person=params.name,
        role=params.role,
        channels=None if params.channels is None else tuple(params.channels),
        expires=workspace.broker.now() + params.days * DAY_SECONDS * SECOND,
    )
    if isinstance(outcome, Refusal):
        return outcome
    member = workspace.broker.state.members.get(params.name)
    if member is None:
        return Refusal(code="WRONG_STATE", message=f"{params.name} was dismissed meanwhile: invite them again.")
    # They come again by themselves, as what they are now.
    workspace.door.let_go(params.name)
    return InviteResult(url=workspace.door.invitation(member), expires=member.expires)


@operation(
    params=DismissParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def dismiss(call: Call, params: DismissParams) -> Done | Refusal:
    """End all sessions and links of an invited person or a visiting agent at once; what they said stays."""
    outcome = await submit(call, DismissParticipant, params, participant=params.name)
    if isinstance(outcome, Refusal):
        return outcome
    call.workspace.door.let_go(params.name)
    return Done()


@operation(params=Nothing, result=ParticipantsResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS)
async def participants(call: Call, _params: Nothing) -> ParticipantsResult | Refusal:
    """List everybody with a name here, for mentions."""
    met = await call.workspace.met_by(call.by)
    views = [_view(call, participant) for participant in met]
    return ParticipantsResult(participants=sorted(views, key=lambda view: view.name))


def _view(call: Call, participant: Participant) -> ParticipantView:
    state = call.workspace.broker.state
    member = state.members.get(participant.name) if Scope.MANAGE in call.by.scopes else None
    return ParticipantView(
        id=participant.name,
        name=participant.name,
        kind=participant.kind,
        role=state.role(participant.name),
        channels=None if member is None or member.channels is None else sorted(member.channels),
        expires=member.expires if member else None,
    )
