"""The load generator, a process of its own: a `Spec` as JSON in the first argument, a `Run` as JSON on stdout.

Every run is bounded by its own seconds. Each client has one request outstanding. Times are CLOCK_MONOTONIC.
"""

import asyncio
import contextlib
import itertools
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import psutil
import redis.asyncio

from tests.bench.numbers import Run, Spec, spread
from tests.bench.peers import Peer, chatbox_peer, redis_command, redis_peer, require, rpc

STAMP_DIGITS = 20
CONNECTS_AT_ONCE = 16


class Window:
    """The measured part of a run; what is recorded outside it does not count."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._server = psutil.Process(spec.pid)
        self._taken: list[int] = []
        self.open = False
        self.over = False

    def record(self, nanoseconds: int) -> None:
        if self.open:
            self._taken.append(nanoseconds)

    async def measure(self) -> Run:
        """Let the load run through the warm-up and the measured time."""
        await asyncio.sleep(self._spec.warm_seconds)
        self.open = True
        began, own, server = time.monotonic(), time.process_time(), self._server_seconds()
        await asyncio.sleep(self._spec.seconds)
        self.open = False
        wall = time.monotonic() - began
        self.over = True
        return Run(
            rate=len(self._taken) / wall,
            latency=spread(self._taken),
            generator_cpu=(time.process_time() - own) / wall,
            server_cpu=(self._server_seconds() - server) / wall,
        )

    def _server_seconds(self) -> float:
        times = self._server.cpu_times()
        return float(times.user + times.system)


async def rate(spec: Spec, stream: str) -> Run:
    """As many posts as the clients get answered."""
    window = Window(spec)
    if spec.system == "redis-py":
        return await _rate_of_redis_py(spec, window, stream)
    async with connected(spec, spec.clients) as peers:
        for number, peer in enumerate(peers):
            _keep_posting(peer, window, _requests(spec, stream, number))
        return await window.measure()


def _keep_posting(peer: Peer, window: Window, request: Callable[[], bytes]) -> None:
    sent = 0

    def heard(answer: bytes) -> None:
        nonlocal sent
        now = time.monotonic_ns()
        if b'"error"' in answer or answer.startswith(b"-"):
            raise SystemExit(f"refused: {answer.decode()}")
        window.record(now - sent)
        if not window.over:
            sent = time.monotonic_ns()
            peer.send(request())

    peer.heard = heard
    sent = time.monotonic_ns()
    peer.send(request())


def _requests(spec: Spec, stream: str, number: int) -> Callable[[], bytes]:
    """What client `number` sends; made once, unless every request must differ."""
    body = "x" * spec.payload
    if spec.system == "redis-lean":
        fixed = redis_command("XADD", stream, "*", "body", body)
        return lambda: fixed
    params: dict[str, object] = {"channel": "#general", "body": body}
    if not spec.keyed:
        fixed = rpc("chatbox/chat", params)
        return lambda: fixed
    counter = itertools.count()
    return lambda: rpc("chatbox/chat", {**params, "client_key": f"{stream}-{number}-{next(counter)}"})


async def _rate_of_redis_py(spec: Spec, window: Window, stream: str) -> Run:
    fields: dict[object, object] = {"body": b"x" * spec.payload}

    async def keep_posting(client: "redis.asyncio.Redis") -> None:
        while not window.over:
            sent = time.monotonic_ns()
            await client.xadd(stream, fields)  # type: ignore[arg-type]  # redis-py's dict is invariant
            window.record(time.monotonic_ns() - sent)

    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        for _ in range(spec.clients):
            client = redis.asyncio.Redis(port=spec.port, single_connection_client=True, socket_timeout=None)
            tasks.create_task(keep_posting(await stack.enter_async_context(client)))
        return await window.measure()


async def delivery(spec: Spec, stream: str) -> Run:
    """From sending a post, a fixed number a second, to each listener's receipt."""
    window = Window(spec)
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        if spec.system == "redis-py":
            listening = [tasks.create_task(_listen_with_redis_py(spec, window, stream)) for _ in range(spec.listeners)]
        else:
            listening = []
            for peer in await stack.enter_async_context(connected(spec, spec.listeners)):
                await _listen(spec, peer, window, stream)
        (poster,) = await stack.enter_async_context(connected(spec, 1))
        posting = tasks.create_task(_post_steadily(spec, poster, stream))
        run = await window.measure()
        for task in (posting, *listening):
            task.cancel()
    return run


async def _post_steadily(spec: Spec, peer: Peer, stream: str) -> None:
    """Open loop: a late answer holds up nothing."""
    loop = asyncio.get_running_loop()
    filler = "x" * (spec.payload - STAMP_DIGITS)
    due = loop.time()
    while True:
        body = f"{time.monotonic_ns():0{STAMP_DIGITS}d}{filler}"
        if spec.system == "chatbox":
            peer.send(rpc("chatbox/chat", {"channel": "#general", "body": body}))
        else:
            peer.send(redis_command("XADD", stream, "*", "body", body))
        due += 1 / spec.per_second
        await asyncio.sleep(max(0.0, due - loop.time()))


async def _listen(spec: Spec, peer: Peer, window: Window, stream: str) -> None:
    if spec.system == "chatbox":
        require(await peer.ask(rpc("chatbox/follow", {})))
        peer.heard = lambda message: _stamped(message, b'"body":"', window)
        return

    def heard(reply: bytes) -> None:
        _stamped(reply, b"\r\nbody\r\n$%d\r\n" % spec.payload, window)
        # [[stream, [[id, fields] …]]]: the last id is the one before the last "body".
        last = reply.rfind(b"*2\r\n$4\r\nbody")
        newest = reply[:last].rsplit(b"\r\n", 2)[-2]
        peer.send(redis_command("XREAD", "BLOCK", "0", "STREAMS", stream, newest))

    peer.heard = heard
    peer.send(redis_command("XREAD", "BLOCK", "0", "STREAMS", stream, "0-0"))


def _stamped(message: bytes, before: bytes, window: Window) -> None:
    """Record the age of every stamp that stands right behind `before`."""
    now = time.monotonic_ns()
    at = message.find(before)
    while at >= 0:
        start = at + len(before)
        stamp = message[start : start + STAMP_DIGITS]
        if stamp.isdigit():
            window.record(now - int(stamp))
        at = message.find(before, start)


async def _listen_with_redis_py(spec: Spec, window: Window, stream: str) -> None:
    async with redis.asyncio.Redis(port=spec.port, single_connection_client=True, socket_timeout=None) as client:
        newest = b"0-0"
        while True:
            streams: Any = await client.xread({stream: newest}, block=0)
            for _, messages in streams:
                for number, fields in messages:
                    window.record(time.monotonic_ns() - int(fields[b"body"][:STAMP_DIGITS]))
                    newest = number


@contextlib.asynccontextmanager
async def connected(spec: Spec, count: int) -> AsyncIterator[list[Peer]]:
    """`count` connections, closed at the end."""
    peers: list[Peer] = []
    try:
        for first in range(0, count, CONNECTS_AT_ONCE):
            some = range(first, min(count, first + CONNECTS_AT_ONCE))
            peers += await asyncio.gather(*(_peer(spec, number) for number in some))
        yield peers
    finally:
        for peer in peers:
            peer.close()


def _peer(spec: Spec, number: int) -> Awaitable[Peer]:
    if spec.system != "chatbox":
        return redis_peer(spec.port)
    return _agent(spec, number) if spec.agents else chatbox_peer(spec.port, spec.token)


async def _agent(spec: Spec, number: int) -> Peer:
    """A visiting agent that follows the channel; `spec.token` is then the admission token."""
    door = await chatbox_peer(spec.port, spec.token)
    name = f"agent-{number}"
    said = require(await door.ask(rpc("chatbox/hello", {"name": name, "default_channels": ["#general"]})))
    door.close()
    return await chatbox_peer(spec.port, str(said["session_token"]))


def main() -> None:
    spec = Spec.model_validate_json(sys.argv[1])
    stream = f"bench-{uuid.uuid4().hex[:12]}"
    work = rate if spec.mode == "rate" else delivery
    try:
        import uvloop  # noqa: PLC0415 - absent on Windows
    except ImportError:
        run = asyncio.run(work(spec, stream))
    else:
        run = uvloop.run(work(spec, stream))
    sys.stdout.write(run.model_dump_json())


if __name__ == "__main__":
    main()
