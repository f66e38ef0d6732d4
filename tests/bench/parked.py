"""The answer to `/health` while many agents wait in a `listen` of their own."""

import http.client
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack

import orjson

from tests.bench.figures import Plan, Say
from tests.bench.numbers import Value, spread
from tests.bench.servers import CannotMeasure, Server, chatbox, new_workspace

PARKED = 200
ASKED_A_ROUND = 200
LISTEN_MS = 45_000
ANSWER_SECONDS_MAX = 60.0

HEALTH_P50 = f"/health beside {PARKED} parked listens, p50"
HEALTH_P99 = f"/health beside {PARKED} parked listens, p99"


def health_beside_parked(plan: Plan, say: Say) -> list[Value]:
    """p50 and p99 of each round: one connection that asks again and again."""
    rounds = []
    with new_workspace() as workspace, chatbox(workspace) as server, ExitStack() as stack:
        session = _session(server)
        parked = [stack.enter_context(_parked(server.port, session)) for _ in range(PARKED)]
        _let_them_park(server.port, session)
        for _ in range(plan.rounds):
            rounds.append(spread(_asked(server.port, ASKED_A_ROUND)))
            say(f"  /health, {PARKED} parked: p50 {rounds[-1].p50:.2f} ms, p99 {rounds[-1].p99:.2f} ms")
        if any(_has_answer(one) for one in parked):
            raise CannotMeasure(f"a listen was answered meanwhile: it is to last {LISTEN_MS} ms")
    return [
        Value(name=HEALTH_P50, unit="ms", values=[one.p50 for one in rounds]),
        Value(name=HEALTH_P99, unit="ms", values=[one.p99 for one in rounds]),
    ]


def _session(server: Server) -> str:
    assert server.workspace is not None
    asked = {"name": "bench", "default_channels": ["#general"]}
    return str(_call(server.port, server.workspace.agents_token, "hello", asked)["session_token"])


def _call(port: int, token: str, operation: str, params: Mapping[str, object]) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", f"/api/{operation}", orjson.dumps(params), headers)
    answer = connection.getresponse()
    said: dict[str, object] = orjson.loads(answer.read())
    connection.close()
    if answer.status != http.client.OK:
        raise CannotMeasure(f"{operation} was refused: {said}")
    return said


def _parked(port: int, session: str) -> socket.socket:
    """A connection whose request has been sent, and has no answer yet."""
    body = orjson.dumps({"channels": ["#general"], "timeout_ms": LISTEN_MS})
    head = (
        f"POST /api/listen HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {session}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(head.encode("ascii") + body)
    return connection


def _let_them_park(port: int, session: str) -> None:
    """One more that waits for a moment: it was sent after all the others, so they are parked when it is over."""
    _call(port, session, "listen", {"channels": ["#general"], "timeout_ms": 1_000})


def _asked(port: int, times: int) -> list[int]:
    """Nanoseconds from asking to the whole answer, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    taken = []
    for _ in range(times):
        began = time.monotonic_ns()
        connection.request("GET", "/health")
        answer = connection.getresponse()
        answer.read()
        taken.append(time.monotonic_ns() - began)
        if answer.status != http.client.OK:
            raise CannotMeasure(f"/health answered {answer.status}")
    connection.close()
    return taken


def _has_answer(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1))
    except BlockingIOError:
        return False
