"""Channels: which there are, who follows them, and how far they have read."""

from chatbox.domain.commands import Acknowledge, CreateChannel, Subscribe, Unsubscribe
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import RoomView
from chatbox.domain.values import Scope, View, WakeRule
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import Channel, Done, Nothing, Seq, Wire, WritingParams


class RoomsResult(Wire):
    """The channels; `cursor` is where events go on."""

    channels: list[RoomView]
    cursor: int


class ChannelParams(WritingParams):
    """One channel."""

    channel: Channel


class SubscribeParams(ChannelParams):
    """A channel to follow; `wake` says which messages wake a supervised agent, `view` how much `listen` tells."""

    view: View | None = None
    wake: WakeRule | None = None


class CreateChannelParams(ChannelParams):
    """A new channel."""

    description: str = ""


class SubscribeResult(Wire):
    """The channel that is followed (or no longer), and how much of it `listen` tells."""

    channel: str
    view: View


class AckParams(ChannelParams):
    """How far the channel has been dealt with."""

    up_to_id: Seq


class AckResult(Wire):
    """The caller's offset now."""

    last_read_id: int


@operation(params=Nothing, result=RoomsResult, scope=Scope.READ)
async def rooms(call: Call, _params: Nothing) -> RoomsResult | Refusal:
    """List the channels with your unread counts."""
    workspace = call.workspace
    cursor = workspace.broker.state.seq
    found = await workspace.reading.channels(call.by.participant)
    return RoomsResult(channels=[one for one in found if call.by.knows(one.name)], cursor=cursor)


@operation(
    params=CreateChannelParams,
    result=Done,
    scope=Scope.POST,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NAME_TAKEN",),
)
async def create_channel(call: Call, params: CreateChannelParams) -> Done | Refusal:
    """Open a new channel."""
    outcome = await submit(call, CreateChannel, params, channel=params.channel, purpose=params.description)
    return outcome if isinstance(outcome, Refusal) else Done()


@operation(params=SubscribeParams, result=SubscribeResult, scope=Scope.READ, writes=True, refuses=("NOT_FOUND",))
async def subscribe(call: Call, params: SubscribeParams) -> SubscribeResult | Refusal:
    """Follow a channel from its end on."""
    outcome = await submit(call, Subscribe, params, channel=params.channel, wake=params.wake, view=params.view)
    return outcome if isinstance(outcome, Refusal) else _followed(call, params.channel)


@operation(params=ChannelParams, result=SubscribeResult, scope=Scope.READ, writes=True)
async def unsubscribe(call: Call, params: ChannelParams) -> SubscribeResult | Refusal:
    """Follow a channel no more."""
    outcome = await submit(call, Unsubscribe, params, channel=params.channel)
    return outcome if isinstance(outcome, Refusal) else _followed(call, params.channel)


@operation(params=AckParams, result=AckResult, scope=Scope.READ, writes=True, refuses=("NOT_FOUND",))
async def ack(call: Call, params: AckParams) -> AckResult | Refusal:
    """You have dealt with a channel up to a message."""
    outcome = await submit(call, Acknowledge, params, channel=params.channel, through=params.up_to_id)
    if isinstance(outcome, Refusal):
        return outcome
    followed = call.workspace.broker.state.subscriptions.get((call.by.participant, params.channel))
    return AckResult(last_read_id=followed.offset if followed else 0)


def _followed(call: Call, channel: str) -> SubscribeResult:
    followed = call.workspace.broker.state.subscriptions.get((call.by.participant, channel))
    return SubscribeResult(channel=channel, view=followed.view if followed else "full")
