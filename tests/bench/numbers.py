"""Medians, percentiles, and what a run of the generator reports."""

import statistics
from collections.abc import Sequence

from pydantic import BaseModel


class Spread(BaseModel):
    """Latencies in milliseconds."""

    p50: float
    p99: float
    count: int


class Spec(BaseModel):
    """What one run of the generator does. `pid` is the server's, whose CPU it watches."""

    system: str
    port: int
    pid: int
    mode: str = "rate"
    token: str = ""
    clients: int = 1
    listeners: int = 0
    per_second: int = 100
    payload: int = 300
    keyed: bool = False
    agents: bool = False
    warm_seconds: float = 1.0
    seconds: float = 3.0


class Run(BaseModel):
    """What it measured. The CPU figures are shares of one core during the measured time."""

    rate: float
    latency: Spread
    generator_cpu: float
    server_cpu: float


class Value(BaseModel):
    """A figure of ChatBox alone, or of one ChatBox by another; the median of `values` counts."""

    name: str
    unit: str
    values: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def spread(nanoseconds: Sequence[int]) -> Spread:
    """p50 and p99 of durations in nanoseconds."""
    assert nanoseconds, "nothing was measured"
    ordered = sorted(nanoseconds)
    return Spread(
        p50=ordered[len(ordered) // 2] / 1e6,
        p99=ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] / 1e6,
        count=len(ordered),
    )


def median(values: Sequence[float]) -> float:
    """The middle."""
    return statistics.median(values)


def of_runs(runs: Sequence[Run]) -> Run:
    """The median of each figure over several runs."""
    return Run(
        rate=median([run.rate for run in runs]),
        latency=Spread(
            p50=median([run.latency.p50 for run in runs]),
            p99=median([run.latency.p99 for run in runs]),
            count=sum(run.latency.count for run in runs),
        ),
        generator_cpu=median([run.generator_cpu for run in runs]),
        server_cpu=median([run.server_cpu for run in runs]),
    )
