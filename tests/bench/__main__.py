"""`npm run bench`: the figures of ChatBox beside those of Redis Streams, measured in the same run.

It measures; nothing here asserts a time. Everything it starts, it ends.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import orjson

from tests.bench.figures import SYSTEMS, Figure, Pair, Plan, deliveries, posts
from tests.bench.servers import CannotMeasure, chatbox, new_workspace, redis_server, versions

BUSY_LOAD = 1.5
"""The bench itself keeps server and generator busy: about one a core on the smallest machines."""

FIGURES = {"posts": posts, "delivery": deliveries}


def main() -> int:
    asked = _arguments()
    # An exception unwinds the `with` blocks, which end the servers.
    signal.signal(signal.SIGTERM, _end)
    plan = Plan.of(quick=asked.quick)
    try:
        found = _measure([asked.only] if asked.only else list(FIGURES), plan)
    except CannotMeasure as why:
        print(f"bench: {why}", file=sys.stderr)
        return 1
    _table(found)
    load = os.getloadavg()[0]
    if load > BUSY_LOAD * (os.cpu_count() or 1):
        print(f"\nThe machine was busy (load {load:.1f}): no basis for a verdict. Run again when it is quiet.")
    if asked.json:
        plain = [
            {"name": f.name, "runs": {s: [r.model_dump() for r in runs] for s, runs in f.runs.items()}} for f in found
        ]
        Path(asked.json).write_bytes(
            orjson.dumps({"versions": dict(versions()), "load": load, "figures": plain}, option=orjson.OPT_INDENT_2)
        )
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="npm run bench --", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs, coarser figures")
    parser.add_argument("--only", choices=sorted(FIGURES), help="one group of figures")
    parser.add_argument("--json", metavar="FILE", help="also write every run to FILE")
    return parser.parse_args()


def _measure(names: list[str], plan: Plan) -> list[Figure]:
    found: list[Figure] = []
    with new_workspace() as workspace, chatbox(workspace) as mine, redis_server() as theirs:
        for name in names:
            found += FIGURES[name](Pair(mine, theirs), plan, lambda line: print(line, flush=True))
    return found


def _table(found: list[Figure]) -> None:
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


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())
