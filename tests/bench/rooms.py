"""Password rooms: from sending a message to its arrival, in the original client's own loop and at 100 event streams.

The original's client is the unmodified one from the registry. It rests for half a second after each message, so it is
measured while its poll is held.
"""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import orjson
import psutil

from tests.bench.figures import Plan, Say
from tests.bench.numbers import Value, spread
from tests.bench.servers import READY_SECONDS_MAX, ROOT, CannotMeasure, end, new_workspace

ORIGINAL = ROOT / ".cache" / "agent-chatroom"
PASSWORD = "k7mq-2wxt-9hpn-d4vz"
LISTENERS = 100
BETWEEN_SECONDS = 0.1
RESTING_SECONDS = 0.9
"""The original client sleeps 0.5 s after a message, and asks again."""

LOOP = """
import sys, time
from agent_chatroom.client import listen_poll
listen_poll(*sys.argv[1:], lambda message: print(time.monotonic_ns() - int(message["text"]), flush=True))
"""

BARE = """
import socket, sys, time
held = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while sent := held.recv(64):
    print(time.monotonic_ns() - int(sent), flush=True)
"""
"""What the machine itself takes: two programs that rest as long, and nothing between them."""

POLL_P50 = "room: message to the original client, p50"
POLL_MOST = "room: message to the original client, slowest"
BARE_P50 = "room: the same rest, then a bare socket, p50"
BARE_MOST = "room: the same rest, then a bare socket, slowest"
STREAMS_P50 = f"room: message to {LISTENERS} event streams, p50"
STREAMS_P99 = f"room: message to {LISTENERS} event streams, p99"
STREAMS_LAST = f"room: message to the last of {LISTENERS} event streams, slowest"


def rooms(plan: Plan, say: Say) -> list[Value]:
    posts = 10 * plan.rounds
    with _a_room() as port:
        polled = _original_client(port, posts)
    say(f"  room, original client: {len(polled)} messages, {min(polled) / 1e6:.2f} to {max(polled) / 1e6:.2f} ms")
    bare = _bare(posts)
    say(f"  a bare socket after the same rest: {min(bare) / 1e6:.2f} to {max(bare) / 1e6:.2f} ms")
    with _a_room() as port:
        each, last = _event_streams(port, 10 * posts)
    streamed = spread(each)
    say(f"  room, {LISTENERS} streams: {streamed.count} arrivals, p50 {streamed.p50:.2f} ms, p99 {streamed.p99:.2f} ms")
    return [
        Value(name=POLL_P50, unit="ms", values=[spread(polled).p50]),
        Value(name=POLL_MOST, unit="ms", values=[max(polled) / 1e6]),
        Value(name=BARE_P50, unit="ms", values=[spread(bare).p50]),
        Value(name=BARE_MOST, unit="ms", values=[max(bare) / 1e6]),
        Value(name=STREAMS_P50, unit="ms", values=[streamed.p50]),
        Value(name=STREAMS_P99, unit="ms", values=[streamed.p99]),
        Value(name=STREAMS_LAST, unit="ms", values=[max(last) / 1e6]),
    ]


@contextmanager
def _a_room() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])
    command = [sys.executable, "-m", "chatbox.cli.agent_chat", "serve", "--password", PASSWORD, "--port", str(port)]
    with new_workspace() as workspace:
        process = psutil.Popen(
            command, env=workspace.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _until_answered(port)
            yield port
        finally:
            end(process)


def _until_answered(port: int) -> None:
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        try:
            _Poster(port).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise CannotMeasure("the room does not answer")


class _Poster:
    """One kept connection that says things; each text begins with the time at which it was sent."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS_MAX)
        self._connection.connect()

    def post(self) -> int:
        sent = time.monotonic_ns()
        body = orjson.dumps({"agent": "bench", "text": str(sent)})
        headers = {"Content-Type": "application/json", "X-Room-Password": PASSWORD}
        self._connection.request("POST", "/messages", body, headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise CannotMeasure(f"the room answered {answer.status}")
        return sent

    def close(self) -> None:
        self._connection.close()


def _original_client(port: int, posts: int) -> list[int]:
    """Nanoseconds from sending to the callback of the original's `listen_poll`."""
    if not (ORIGINAL / "agent_chatroom").is_dir():
        raise CannotMeasure("agent-chatroom is not installed: run `npm run check -- ruff`")
    command = [sys.executable, "-c", LOOP, f"http://127.0.0.1:{port}", PASSWORD]
    client = psutil.Popen(command, env={"PYTHONPATH": str(ORIGINAL)}, stdout=subprocess.PIPE, text=True)
    taken: list[int] = []
    try:
        for _ in range(posts):
            time.sleep(RESTING_SECONDS)
            # Anew each time: the room lets go of a connection that is silent for so long.
            poster = _Poster(port)
            poster.post()
            poster.close()
            taken.append(int(client.stdout.readline()))
    finally:
        end(client)
    return taken


def _bare(posts: int) -> list[int]:
    """Nanoseconds from sending to having received."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        command = [sys.executable, "-c", BARE, str(server.getsockname()[1])]
        client = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
        held, _ = server.accept()
    taken: list[int] = []
    try:
        with held:
            for _ in range(posts):
                time.sleep(RESTING_SECONDS)
                held.sendall(str(time.monotonic_ns()).encode())
                taken.append(int(client.stdout.readline()))
    finally:
        end(client)
    return taken


def _event_streams(port: int, posts: int) -> tuple[list[int], list[int]]:
    """Nanoseconds to each of the listeners, and of each message to the last of them."""
    command = [sys.executable, "-m", "tests.bench.room_listeners", str(port), PASSWORD, str(LISTENERS), str(posts)]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout.readline() != "listening\n":
            raise CannotMeasure("the listeners did not connect")
        poster = _Poster(port)
        for _ in range(posts):
            poster.post()
            time.sleep(BETWEEN_SECONDS)
        poster.close()
        found = orjson.loads(process.stdout.readline())
    finally:
        end(process)
    by_message: dict[str, list[int]] = found
    return [one for arrivals in by_message.values() for one in arrivals], [max(one) for one in by_message.values()]
