"""`npm run bench`: the figures of ChatBox beside those of Redis Streams, measured in the same run.

It measures; nothing here asserts a time. Everything it starts, it ends.
"""

import argparse
import os
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from tests.bench.figures import SYSTEMS, Figure, Pair, Plan, Say, deliveries, posts
from tests.bench.footprint import footprint
from tests.bench.history import compared_with_empty, recoveries
from tests.bench.numbers import Value
from tests.bench.parked import health_beside_parked
from tests.bench.results import Measured
from tests.bench.rooms import rooms
from tests.bench.servers import CannotMeasure, chatbox, machine, new_workspace, redis_server, versions
from tests.bench.starting import starts

BUSY_LOAD = 1.5
"""The bench itself keeps server and generator busy: about one a core on the smallest machines."""

AGAINST_REDIS = {"posts": posts, "delivery": deliveries}
ALONE: dict[str, Callable[[Plan, Say], list[Value]]] = {
    "start": starts,
    "footprint": footprint,
    "parked": health_beside_parked,
    "rooms": rooms,
    "history": compared_with_empty,
    "recovery": recoveries,
}


def main() -> int:
    asked = _arguments()
    # An exception unwinds the `with` blocks, which end the servers.
    signal.signal(signal.SIGTERM, _end)
    plan = Plan.of(quick=asked.quick)
    names = [asked.only] if asked.only else [*AGAINST_REDIS, *ALONE]
    if not (asked.only or asked.million):
        names.remove("recovery")
    try:
        figures = _measure_both([name for name in names if name in AGAINST_REDIS], plan)
        values = [value for name in names if name in ALONE for value in ALONE[name](plan, _say)]
    except CannotMeasure as why:
        print(f"bench: {why}", file=sys.stderr)
        return 1
    _table(figures)
    _list(values)
    load = os.getloadavg()[0]
    busy = load > BUSY_LOAD * (os.cpu_count() or 1)
    if busy:
        print(f"\nThe machine was busy (load {load:.1f}): no basis for a verdict. Run again when it is quiet.")
    if asked.json:
        measured = Measured(
            date=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
            command=shlex.join(["npm", "run", "bench", "--", *sys.argv[1:]]),
            machine=machine(),
            versions=versions(),
            load=load,
            busy=busy,
            figures=figures,
            values=values,
        )
        Path(asked.json).write_text(measured.model_dump_json(indent=2), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm run bench --", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs, coarser figures")
    parser.add_argument("--only", choices=sorted([*AGAINST_REDIS, *ALONE]), help="one group of figures")
    parser.add_argument("--million", action="store_true", help="also the recovery of a million messages")
    parser.add_argument("--json", metavar="FILE", help="also write every run to FILE, for tests.bench.report")
    return parser.parse_args()


def _measure_both(names: list[str], plan: Plan) -> list[Figure]:
    if not names:
        return []
    found: list[Figure] = []
    with new_workspace() as workspace, chatbox(workspace) as mine, redis_server() as theirs:
        for name in names:
            found += AGAINST_REDIS[name](Pair(mine, theirs), plan, _say)
    return found


def _say(line: str) -> None:
    print(line, flush=True)


def _table(found: list[Figure]) -> None:
    if not found:
        return
    print(f"\n{'':26}{'system':12}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}{'server µs each':>16}{'ratio':>8}")
    for figure in found:
        for system in SYSTEMS:
            run = figure.of(system)
            each = 1e6 * run.server_cpu / run.rate
            ratio = "" if system == "chatbox" else f"{figure.ratio(system):8.2f}"
            bound = "  its generator was the limit" if figure.generator_bound(system) else ""
            label = figure.name if system == "chatbox" else ""
            print(
                f"{label:26}{system:12}{run.rate:12,.0f}{run.latency.p50:10.2f}{run.latency.p99:10.2f}"
                f"{each:16.0f}{ratio:>8}{bound}"
            )


def _list(values: list[Value]) -> None:
    print()
    for value in values:
        spread = f"{min(value.values):,.2f} to {max(value.values):,.2f}, {len(value.values)} runs"
        print(f"{value.name:60}{value.median:12,.2f} {value.unit} ({spread})")


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
