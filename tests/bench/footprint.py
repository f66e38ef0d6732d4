"""What an owner costs: memory after the start and after a load, and CPU while nothing happens."""

import time

from tests.bench.figures import Plan, Say, generate
from tests.bench.numbers import Value
from tests.bench.servers import chatbox, new_workspace

SETTLE_SECONDS = 2.0
RSS_STARTED = "memory, after the start"
RSS_LOADED = "memory, after the load"
IDLE = "CPU while idle"


def footprint(plan: Plan, say: Say) -> list[Value]:
    with new_workspace() as workspace, chatbox(workspace) as server:
        time.sleep(SETTLE_SECONDS)
        started = server.rss_mib()
        before, began = server.cpu_seconds(), time.monotonic()
        time.sleep(plan.idle_seconds)
        idle = 100 * (server.cpu_seconds() - before) / (time.monotonic() - began)
        generate(plan.spec(server, mode="rate", clients=64))
        loaded = server.rss_mib()
    say(f"  owner: {started:.0f} MiB after the start, {loaded:.0f} MiB after the load, idle {idle:.2f} % of a core")
    return [
        Value(name=RSS_STARTED, unit="MiB", values=[started]),
        Value(name=RSS_LOADED, unit="MiB", values=[loaded]),
        Value(name=IDLE, unit="% of a core", values=[idle]),
    ]
