"""What a supervisor asks for: to be known, a turn to run, and to end it.

Shown only to callers in the same process: supervisors elsewhere need a lease that survives a cut connection.
"""

from chatbox.domain.commands import ClaimTurn, FailTurn, FinishTurn
from chatbox.domain.entries import TurnStarted
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import Brief
from chatbox.domain.values import FailureCause, MessageKind, PostType, Scope, Tier, Utterance
from chatbox.operations.registry import Call, Transport, operation
from chatbox.operations.submit import submit
from chatbox.operations.tokens import digest_of, new_token
from chatbox.operations.wire import Body, Channel, Done, Params, Seq, Title, Wire

LOCAL: frozenset[Transport] = frozenset(("local",))


class AttendParams(Params):
    """A supervisor and the agents it runs."""

    supervisor: str
    agents: list[str]


class ClaimParams(Params):
    """Which agent's turn."""

    supervisor: str
    agent: str


class ClaimResult(Wire):
    """The turn, or nothing when there is none to run. `token` speaks for the agent while the turn lasts."""

    turn: int | None
    epoch: int
    attempt: int
    token: str
    brief: Brief | None


class Said(Wire):
    """One thing that a turn says: a chat or post in `channel`, or a reply to `post_id`."""

    kind: MessageKind = "chat"
    body: Body
    channel: Channel | None = None
    post_id: Seq | None = None
    title: Title | None = None
    type: PostType | None = None
    tier: Tier = 0


class TurnParams(Params):
    """One attempt at a turn."""

    agent: str
    epoch: int


class FinishParams(TurnParams):
    """How a turn ends well."""

    said: tuple[Said, ...] = ()


class FailParams(TurnParams):
    """How a turn ends badly."""

    cause: FailureCause = "crashed"
    error: str


@operation(params=AttendParams, result=Done, scope=Scope.SUPERVISE, transports=LOCAL)
async def attend(call: Call, params: AttendParams) -> Done | Refusal:
    """Say that a supervisor runs these agents from now on."""
    call.workspace.presence.attend(params.supervisor, params.agents)
    return Done()


@operation(params=AttendParams, result=Done, scope=Scope.SUPERVISE, transports=LOCAL)
async def leave(call: Call, params: AttendParams) -> Done | Refusal:
    """Say that a supervisor runs nothing any more."""
    call.workspace.presence.leave(params.supervisor)
    return Done()


@operation(
    params=ClaimParams,
    result=ClaimResult,
    scope=Scope.SUPERVISE,
    transports=LOCAL,
    writes=True,
    refuses=("WRONG_STATE",),
)
async def claim_turn(call: Call, params: ClaimParams) -> ClaimResult | Refusal:
    """Take an agent's turn; whoever asks first gets it."""
    token = new_token()
    outcome = await submit(
        call,
        ClaimTurn,
        params,
        agent=params.agent,
        supervisor=params.supervisor,
        credential=digest_of(token),
    )
    if isinstance(outcome, Refusal):
        return outcome
    started = next((r for r in outcome.entries if isinstance(r.entry, TurnStarted)), None)
    if started is None or not isinstance(started.entry, TurnStarted):
        return ClaimResult(turn=None, epoch=0, attempt=0, token="", brief=None)
    call.workspace.presence.beat(params.agent, started.entry.epoch)
    brief = await call.workspace.brief(started.seq, started.entry)
    return ClaimResult(
        turn=started.seq,
        epoch=started.entry.epoch,
        attempt=started.entry.attempt,
        token=token,
        brief=brief,
    )


@operation(params=TurnParams, result=Done, scope=Scope.SUPERVISE, transports=LOCAL)
async def heartbeat(call: Call, params: TurnParams) -> Done | Refusal:
    """Say that a turn is still running; without it, the turn counts as lost after the lease."""
    call.workspace.presence.beat(params.agent, params.epoch)
    return Done()


@operation(
    params=FinishParams, result=Done, scope=Scope.SUPERVISE, transports=LOCAL, writes=True, refuses=("NOT_FOUND",)
)
async def finish_turn(call: Call, params: FinishParams) -> Done | Refusal:
    """End a turn with what it says: replies, acknowledgement and sleep are one append."""
    said = tuple(
        Utterance(
            kind=one.kind,
            body=one.body,
            channel=one.channel,
            thread=one.post_id,
            title=one.title,
            post_type=one.type,
            tier=one.tier,
        )
        for one in params.said
    )
    outcome = await submit(call, FinishTurn, params, agent=params.agent, epoch=params.epoch, said=said)
    return outcome if isinstance(outcome, Refusal) else Done()


@operation(
    params=FailParams, result=Done, scope=Scope.SUPERVISE, transports=LOCAL, writes=True, refuses=("WRONG_STATE",)
)
async def fail_turn(call: Call, params: FailParams) -> Done | Refusal:
    """End a turn without an answer; it is tried again after a rest."""
    outcome = await submit(
        call,
        FailTurn,
        params,
        agent=params.agent,
        epoch=params.epoch,
        cause=params.cause,
        error=params.error,
    )
    return outcome if isinstance(outcome, Refusal) else Done()
