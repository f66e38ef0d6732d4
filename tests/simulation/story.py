"""What happens in a world: first anything, then nothing but what must still happen, until it rests."""

from collections import Counter
from collections.abc import Callable
from typing import Literal

from chatbox.domain import commands as c
from chatbox.domain.chain import Verifier
from chatbox.domain.values import SECOND, Verdict

from tests.simulation.broker_process import LEASE
from tests.simulation.checking import Violation, must
from tests.simulation.world import AGENTS, CHANNELS, GUEST, ROUNDS_MAX, Run, World
from tests.support.simulated import ADA, agent_identity, comparable, fold

STEPS = 80
MESSAGES = 5
"""How often people and visitors speak in one story."""


def tell(world: World) -> Counter[str]:
    """The whole story of one seed. Raises `Violation`; returns what happened how often."""
    for _ in range(STEPS):
        happening = world.random.choices(HAPPENINGS, WEIGHTS)[0]
        happening(world)
    come_to_rest(world)
    compare_with_replay(world)
    return world.counts + world.checker.seen


def deliver_some(world: World) -> None:
    """Any of the requests under way, in any order; some of them twice; the broker may die of it."""
    count = min(len(world.network), world.random.randint(1, 4))
    chosen = world.random.sample(world.network, count)
    for request in chosen:
        if world.random.random() < 0.15:
            world.count("doubled")
        else:
            world.network.remove(request)
    crash = world.random.choices((None, "before", "after"), (86, 6, 8))[0] if chosen else None
    world.deliver(chosen, crash)


def answers_arrive(world: World) -> None:
    """Some answers arrive, some are lost."""
    arriving, world.returning = world.returning, []
    for request, answer in arriving:
        if world.random.random() < 0.2:
            world.count("answer lost")
        else:
            world.hear(request, answer)


def ask_again(world: World) -> None:
    """Whoever has no answer repeats the request."""
    world.network.extend(r for r in world.waiting.values() if world.random.random() < 0.5)


def somebody_speaks(world: World) -> None:
    if world.counts["spoke"] < MESSAGES:
        world.count("spoke")
        by = world.random.choice((ADA, ADA, GUEST))
        world.ask(c.PostMessage(by=by, said=world.words()))


def somebody_reads(world: World) -> None:
    channel = world.random.choice(CHANNELS)
    through = world.broker.state.channels[channel].last
    world.ask(c.Acknowledge(by=world.random.choice((ADA, GUEST)), channel=channel, through=through), keyed=False)


def somebody_decides(world: World) -> None:
    """With the right words before their eyes, with others, or without looking; not everybody may."""
    approvals = list(world.broker.state.approvals.values())
    if approvals:
        approval = world.random.choice(approvals)
        digest = world.random.choice((approval.digest, None, "other words"))
        verdict: Verdict = "approved" if world.random.random() < 0.5 else "denied"
        by = world.identity()
        world.ask(c.DecideApproval(by=by, approval=approval.id, verdict=verdict, reason="", via="sim", digest=digest))


def a_person_directs(world: World) -> None:
    actions: tuple[Literal["pause", "resume"], ...] = ("pause", "resume", "resume")
    action: Literal["wake", "pause", "resume"] = world.random.choice(actions)
    if action == "resume" and world.counts["woken by hand"] < 1:
        world.count("woken by hand")
        action = "wake"
    world.ask(c.DirectAgent(by=ADA, agent=world.random.choice(AGENTS), action=action))


def the_declaration_changes(world: World) -> None:
    """An agent is taken out of the file, or put back."""
    live = {agent.name for agent in world.broker.state.live_agents()}
    names = AGENTS if len(live) < len(AGENTS) else world.random.choice((AGENTS[:1], AGENTS[1:]))
    world.deliver([])
    world.write([world.declare(names)])


def a_supervisor_looks(world: World) -> None:
    """Two supervisors watch the same agents: both claim."""
    for agent in world.broker.state.live_agents():
        if agent.state == "waking" and world.random.random() < 0.7:
            name = world.random.choice(("s1", "s2"))
            token = f"{agent.name} {world.requests}"
            world.ask(c.ClaimTurn(agent=agent.name, supervisor=name, credential=token), keyed=False)


def a_turn_goes_on(world: World) -> None:
    """A turn says something on its way, ends well, ends badly, dies in silence, or freezes and thaws."""
    if not world.runs:
        return
    run = world.random.choice(world.runs)
    what = world.random.choices(("finish", "say", "fail", "die", "freeze"), (8, 3, 2, 1, 3))[0]
    if run.frozen and world.random.random() < 0.4:
        thaw(world, run)
    if run.frozen or run.finishing:
        return
    if what == "finish":
        finish(world, run)
    elif what == "say":
        world.ask(c.PostMessage(by=agent_identity(run.agent, run.epoch), said=world.words()), run=run)
    elif what == "fail":
        failed = c.FailTurn(agent=run.agent, epoch=run.epoch, cause="crashed", error="it broke")
        world.runs.remove(run)
        world.ask(failed, keyed=False)
    elif what == "die":
        world.runs.remove(run)
    elif what == "freeze":
        run.frozen = True


def thaw(world: World, run: Run) -> None:
    """A frozen turn goes on as if nothing had happened; perhaps it was given up long ago."""
    run.frozen = False
    live = world.broker.state.agents[run.agent]
    world.count("thawed" if live.turn is not None and live.epoch == run.epoch else "zombie")


def finish(world: World, run: Run) -> None:
    run.finishing = True
    world.ask(c.FinishTurn(agent=run.agent, epoch=run.epoch, said=world.said()), run=run, keyed=False)


def time_passes(world: World) -> None:
    """A little, or so much that leases end. Whoever is alive gives a sign of it."""
    world.now += world.random.choice((1, 5, LEASE // SECOND + 1)) * SECOND
    for run in world.runs:
        if not run.frozen:
            world.broker.beat(run.agent, run.epoch, world.now)
    world.deliver([])


def the_clock_jumps(world: World) -> None:
    world.count("clock jumped")
    world.skew = world.random.choice((0, -3_600, 86_400)) * SECOND


def a_snapshot_is_kept(world: World) -> None:
    world.broker.snapshot()


def the_broker_restarts(world: World) -> None:
    world.count("restarted from a snapshot" if world.disk.snapshot else "restarted from entry 1")
    world.restart()


CHANCES: dict[Callable[[World], None], int] = {
    deliver_some: 20,
    answers_arrive: 14,
    ask_again: 5,
    somebody_speaks: 7,
    somebody_reads: 2,
    somebody_decides: 4,
    a_person_directs: 3,
    the_declaration_changes: 1,
    a_supervisor_looks: 12,
    a_turn_goes_on: 14,
    time_passes: 6,
    the_clock_jumps: 1,
    a_snapshot_is_kept: 1,
    the_broker_restarts: 1,
}
HAPPENINGS = list(CHANCES)
WEIGHTS = list(CHANCES.values())


def come_to_rest(world: World) -> None:
    """No more faults, no more people: everything under way must come to its end by itself."""
    world.skew = 0
    for _ in range(ROUNDS_MAX):
        for run in world.runs:
            if run.frozen:
                thaw(world, run)
            if not run.finishing:
                finish(world, run)
        a_supervisor_looks(world)
        world.network = list(world.waiting.values())
        world.deliver(world.network)
        arriving, world.returning, world.network = world.returning, [], []
        for request, answer in arriving:
            world.hear(request, answer)
        restless = [a.name for a in world.broker.state.live_agents() if a.state not in ("asleep", "parked")]
        if not (restless or world.waiting or world.runs):
            world.checker.at_rest()
            return
        if not world.waiting and not world.runs:
            rests = [a.retry_at for a in world.broker.state.live_agents() if a.retry_at is not None]
            world.now = max(world.now + LEASE, min(rests, default=0))
    raise Violation("the world does not come to rest")


def compare_with_replay(world: World) -> None:
    """The state, however often it was recovered, is the fold from entry 1, and the chain verifies."""
    verifier = Verifier()
    for sealed in world.disk.sealed:
        verifier.check(sealed)
    must(not verifier.unexplained, f"unexplained: {verifier.unexplained}")
    must(
        comparable(fold(world.disk.sealed)) == comparable(world.broker.state),
        "the state is not the fold of the journal",
    )
