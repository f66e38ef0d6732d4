"""The figures, each measured for ChatBox and for Redis in turn (A B A B …), so that a busy machine is busy for both.

Redis is asked by two clients. `redis-py` is the Python client that the targets name; where it uses up its own core, the
figure is the client's and not Redis'. `redis-lean` is driven exactly as ChatBox is, and is the harder comparison.
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.numbers import Run, Spec, median, of_runs
from tests.bench.servers import ROOT, CannotMeasure, Server

RUN_SECONDS_MAX = 180
SYSTEMS = ("chatbox", "redis-lean", "redis-py")
BUSY = 0.9
"""A generator beyond this share of a core measures itself."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How long and how often."""

    rounds: int
    warm_seconds: float
    seconds: float
    starts: int = 7
    pairs: int = 5
    idle_seconds: float = 60.0
    messages: int = 100_000
    messages_recovered: int = 1_000_000

    @classmethod
    def of(cls, *, quick: bool) -> "Plan":
        return cls(3, 0.3, 1.0, 3, 2, 10.0, messages_recovered=100_000) if quick else cls(5, 1.0, 4.0)

    def spec(self, server: Server, *, mode: str, system: str = "chatbox", clients: int = 1, listeners: int = 0) -> Spec:
        return Spec(
            system=system,
            port=server.port,
            pid=server.pid,
            token=server.workspace.person_token if server.workspace else "",
            mode=mode,
            clients=clients,
            listeners=listeners,
            warm_seconds=self.warm_seconds,
            seconds=self.seconds,
        )


@dataclass(frozen=True)
class Pair:
    """Both servers, running at the same time; only one is loaded."""

    chatbox: Server
    redis: Server

    def server(self, system: str) -> Server:
        return self.chatbox if system == "chatbox" else self.redis


@dataclass(frozen=True)
class Figure:
    """One load, run against every system in each round."""

    name: str
    runs: dict[str, list[Run]]

    def of(self, system: str) -> Run:
        return of_runs(self.runs[system])

    def ratio(self, other: str) -> float:
        """ChatBox by the other, the median of the rounds: of rates, or of a delivery's p50."""
        rounds = list(zip(self.runs["chatbox"], self.runs[other], strict=True))
        if self.name.startswith("delivery"):
            return median([mine.latency.p50 / theirs.latency.p50 for mine, theirs in rounds])
        return median([mine.rate / theirs.rate for mine, theirs in rounds])

    def generator_bound(self, system: str) -> bool:
        return self.of(system).generator_cpu > BUSY


def generate(spec: Spec) -> Run:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.load", spec.model_dump_json()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    if done.returncode != 0:
        raise CannotMeasure(f"the load generator failed ({spec.system}, {spec.mode}):\n{done.stderr[-2_000:]}")
    return Run.model_validate_json(done.stdout)


def compare(name: str, plan: Plan, specs: dict[str, Spec], say: Say) -> Figure:
    """Run the systems in turn, `plan.rounds` times."""
    runs: dict[str, list[Run]] = {system: [] for system in specs}
    for number in range(plan.rounds):
        for system, spec in specs.items():
            run = generate(spec)
            runs[system].append(run)
            say(
                f"  {name}, round {number + 1}: {system} {run.rate:,.0f}/s, p50 {run.latency.p50:.2f} ms, "
                f"p99 {run.latency.p99:.2f} ms, CPU server {run.server_cpu:.0%} generator {run.generator_cpu:.0%}"
            )
    return Figure(name, runs)


def posts(pair: Pair, plan: Plan, say: Say) -> list[Figure]:
    """Durable posts a second."""
    return [
        compare(
            f"posts, {_clients(count)}",
            plan,
            {one: plan.spec(pair.server(one), system=one, mode="rate", clients=count) for one in SYSTEMS},
            say,
        )
        for count in (1, 8, 64)
    ]


def deliveries(pair: Pair, plan: Plan, say: Say) -> list[Figure]:
    """From sending a post to a listener's receipt, at 100 posts a second."""
    return [
        compare(
            f"delivery, {count} listener{'s' if count > 1 else ''}",
            plan,
            {one: plan.spec(pair.server(one), system=one, mode="delivery", listeners=count) for one in SYSTEMS},
            say,
        )
        for count in (1, 50)
    ]


def _clients(count: int) -> str:
    return f"{count} client{'s' if count > 1 else ''}"
