"""`python -m tests.bench.report FILE …` makes docs/performance.md, on stdout, of what `npm run bench -- --json` wrote.

Several files are put one after the other: the recovery, say, behind the default run.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import SYSTEMS
from tests.bench.footprint import IDLE, RSS_LOADED, RSS_STARTED
from tests.bench.parked import HEALTH_P50, HEALTH_P99
from tests.bench.results import Measured
from tests.bench.rooms import BARE_MOST, BARE_P50, POLL_MOST, POLL_P50, STREAMS_LAST, STREAMS_P50, STREAMS_P99
from tests.bench.starting import INITIALIZED, KNOWN, UP


@dataclass(frozen=True)
class Target:
    """What a figure should be: at most `limit`, or at least."""

    limit: float
    at_least: bool = False

    def shown(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {_number(self.limit)}"

    def verdict(self, value: float) -> str:
        """Whether it was reached, or by how much not."""
        if value >= self.limit if self.at_least else value <= self.limit:
            return "yes"
        return f"no, {100 * abs(value - self.limit) / self.limit:.0f} % {'below' if self.at_least else 'above'}"


TARGETS: dict[str, Target | None] = {
    # ChatBox's own p50 in ms, and its rate as a part of Redis'.
    "posts, 1 client, chatbox": Target(1.2),
    "posts, 64 clients, redis-py": Target(0.4, at_least=True),
    "delivery, 1 listener, chatbox": Target(2.5),
    UP: None,
    INITIALIZED: Target(700),
    KNOWN: None,
    RSS_STARTED: None,
    RSS_LOADED: None,
    IDLE: Target(0.5),
    HEALTH_P50: None,
    HEALTH_P99: Target(20),
    POLL_P50: Target(50),
    POLL_MOST: None,
    BARE_P50: None,
    BARE_MOST: None,
    STREAMS_P50: None,
    STREAMS_P99: Target(100),
    STREAMS_LAST: None,
    "recovery of 1,000,000 messages": Target(5),
}
"""By name; a figure without one is only told."""


def report(runs: Sequence[Measured]) -> str:
    lines = [
        "# Performance",
        "",
        "Made by `python -m tests.bench.report` from what `npm run bench -- --json FILE` measured: each figure is the",
        "median of its runs. Redis writes with `appendfsync always`; both make every post durable before they answer.",
    ]
    for run in runs:
        lines += ["", *_of_one(run)]
    return "\n".join(lines) + "\n"


def _of_one(run: Measured) -> Iterator[str]:
    yield f"## {run.date}"
    yield ""
    yield f"- command: `{run.command}`"
    yield from (f"- {name}: {said}" for name, said in run.machine.items())
    yield f"- versions: {', '.join(f'{name} {version}' for name, version in run.versions.items())}"
    busy = ": the machine was busy, so this is no basis for a verdict" if run.busy else ""
    yield f"- load at the end: {run.load:.1f}{busy}"
    if run.figures:
        yield ""
        yield from _against_redis(run)
    if run.values:
        yield ""
        yield from _alone(run)


def _against_redis(run: Measured) -> Iterator[str]:
    yield from _head(
        "figure", "system", "per second", "p50 ms", "p99 ms", "server µs each", "ChatBox by it", "target", "reached"
    )
    for figure in run.figures:
        for system in SYSTEMS:
            of = figure.of(system)
            ratio = None if system == "chatbox" else figure.ratio(system)
            bound = " (its generator was the limit)" if figure.generator_bound(system) else ""
            yield _row(
                figure.name,
                system + bound,
                f"{of.rate:,.0f}",
                f"{of.latency.p50:.2f}",
                f"{of.latency.p99:.2f}",
                f"{1e6 * of.server_cpu / of.rate:.0f}",
                "" if ratio is None else f"{ratio:.2f}",
                *_judged(f"{figure.name}, {system}", of.latency.p50 if ratio is None else ratio),
            )


def _alone(run: Measured) -> Iterator[str]:
    yield from _head("figure", "median", "unit", "lowest", "highest", "runs", "target", "reached")
    for value in run.values:
        yield _row(
            value.name,
            _number(value.median),
            value.unit,
            _number(min(value.values)),
            _number(max(value.values)),
            str(len(value.values)),
            *_judged(value.name, value.median),
        )


def _judged(name: str, value: float | None) -> tuple[str, str]:
    target = TARGETS.get(name)
    if target is None or value is None:
        return "", ""
    return target.shown(), target.verdict(value)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield _row(*("---" for _ in cells))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.bench.report FILE …")
    sys.stdout.write(report([Measured.model_validate_json(Path(name).read_bytes()) for name in sys.argv[1:]]))
