"""Supervised agents: how they are, whom a message would wake, and what a person tells them."""

from typing import Literal

from chatbox.domain.commands import DirectAgent
from chatbox.domain.guard import turns_left
from chatbox.domain.lifecycle import Lifecycle
from chatbox.domain.refusal import Refusal
from chatbox.domain.shown import AgentView, SupervisorView
from chatbox.domain.values import Scope
from chatbox.domain.wake import Prospect, mentions_in
from chatbox.domain.wake import who_wakes as verdicts
from chatbox.operations.registry import NOT_AGENT_TOOLS, Call, operation
from chatbox.operations.submit import submit
from chatbox.operations.wire import Channel, Done, Nothing, Params, Seq, Wire, WritingParams


class AgentsResult(Wire):
    """With no supervisors, nobody runs anything: say so wherever agents are shown."""

    agents: list[AgentView]
    supervisors: list[SupervisorView]
    cursor: int


class AgentParams(WritingParams):
    """Which agent."""

    agent: str


class WhoWakesParams(Params):
    """A message that is being written."""

    channel: Channel
    body: str = ""
    post_id: Seq | None = None


class WakingView(Wire):
    """Whether the message would wake this agent, and why or why not."""

    agent: str
    wakes: bool
    reason: str
    state: Lifecycle


class WhoWakesResult(Wire):
    """A verdict for each agent that follows the channel, and how many turns the message may lead to."""

    wakings: list[WakingView]
    turns_left: int


@operation(params=Nothing, result=AgentsResult, scope=Scope.READ)
async def agents(call: Call, _params: Nothing) -> AgentsResult | Refusal:
    """List the agents that ChatBox runs, with their state."""
    workspace = call.workspace
    return AgentsResult(
        agents=[
            workspace.agent(agent, call.by)
            for agent in workspace.broker.state.live_agents()
            if workspace.meets(call.by, agent.name)
        ],
        supervisors=workspace.supervisors(call.by),
        cursor=workspace.broker.state.seq,
    )


@operation(params=WhoWakesParams, result=WhoWakesResult, scope=Scope.READ, transports=NOT_AGENT_TOOLS)
async def who_wakes(call: Call, params: WhoWakesParams) -> WhoWakesResult | Refusal:
    """Preview whom a message would wake; the dispatch uses the same rules."""
    workspace = call.workspace
    state = workspace.broker.state
    author = None
    if params.post_id is not None:
        post = await workspace.reading.message(params.post_id)
        author = post.author if post and call.by.knows(post.channel) else None
    channel = state.channels.get(params.channel)
    if channel is None or not call.by.knows(params.channel):
        return WhoWakesResult(wakings=[], turns_left=0)
    is_person = call.by.kind == "person"
    prospect = Prospect(
        author=call.by.participant,
        channel=params.channel,
        body=params.body or "…",
        mentions=mentions_in(params.body),
        root=state.seq + 1 if is_person else channel.root,
        depth=0 if is_person else channel.depth + 1,
        thread_author=author,
    )
    limits = workspace.broker.limits
    found = verdicts(state, limits, prospect)
    return WhoWakesResult(
        wakings=[WakingView(agent=v.agent, wakes=v.wakes, reason=v.reason, state=v.state) for v in found],
        turns_left=turns_left(state, limits, prospect.root),
    )


@operation(
    params=AgentParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def wake(call: Call, params: AgentParams) -> Done | Refusal:
    """Give an agent a turn now."""
    return await _direct(call, params, "wake")


@operation(
    params=AgentParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def pause(call: Call, params: AgentParams) -> Done | Refusal:
    """Park an agent: it runs no turn until it is resumed; a running one is given up."""
    return await _direct(call, params, "pause")


@operation(
    params=AgentParams,
    result=Done,
    scope=Scope.MANAGE,
    transports=NOT_AGENT_TOOLS,
    writes=True,
    refuses=("NOT_FOUND", "WRONG_STATE"),
)
async def resume(call: Call, params: AgentParams) -> Done | Refusal:
    """Let a parked agent go on; it wakes at once when it owes an answer."""
    return await _direct(call, params, "resume")


async def _direct(call: Call, params: AgentParams, action: Literal["wake", "pause", "resume"]) -> Done | Refusal:
    outcome = await submit(call, DirectAgent, params, agent=params.agent, action=action)
    return outcome if isinstance(outcome, Refusal) else Done()
