"""Cold start: from spawning the process to its first answers."""

import http.client
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import orjson
import psutil

from tests.bench.figures import Plan, Say
from tests.bench.numbers import Value
from tests.bench.servers import (
    READY_SECONDS_MAX,
    CannotMeasure,
    Server,
    Workspace,
    chatbox,
    chatbox_program,
    end,
    new_workspace,
    start_chatbox,
)

UP = "start, `chatbox up`: first health"
INITIALIZED = "start, `chatbox lsp`: initialize"
KNOWN = "start, `chatbox lsp`: first whoami"


def starts(plan: Plan, say: Say) -> list[Value]:
    """Starts of a workspace that exists and is empty."""
    taken: dict[str, list[float]] = {UP: [], INITIALIZED: [], KNOWN: []}
    with new_workspace() as workspace:
        with chatbox(workspace):
            pass
        for number in range(plan.starts):
            server, up = timed_start(workspace)
            end(server.process)
            initialized, known = _start_of_editor(workspace)
            for name, seconds in ((UP, up), (INITIALIZED, initialized), (KNOWN, known)):
                taken[name].append(1e3 * seconds)
            say(f"  start {number + 1}: up {up:.3f} s, lsp initialize {initialized:.3f} s, whoami {known:.3f} s")
    return [Value(name=name, unit="ms", values=values) for name, values in taken.items()]


def timed_start(workspace: Workspace) -> tuple[Server, float]:
    """A server, and the seconds from its spawn until GET /health was answered."""
    began = time.monotonic()
    server = start_chatbox(workspace)
    try:
        _ask_health(server.port)
    except BaseException:
        end(server.process)
        raise
    return server, time.monotonic() - began


def _ask_health(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS_MAX)
    try:
        connection.request("GET", "/health")
        said = connection.getresponse().read()
    finally:
        connection.close()
    if orjson.loads(said)["status"] != "ok":
        raise CannotMeasure(f"ChatBox is not well: {said.decode()}")


def _start_of_editor(workspace: Workspace) -> tuple[float, float]:
    """Seconds from the spawn to the answers of `initialize` and of `chatbox/whoami`; it becomes the owner meanwhile."""
    began = time.monotonic()
    with _editor(workspace) as process:
        _send(process.stdin, {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
        _read_answer(process.stdout, 1)
        initialized = time.monotonic() - began
        _send(process.stdin, {"method": "initialized", "params": {}})
        _send(process.stdin, {"id": 2, "method": "chatbox/whoami", "params": {}})
        _read_answer(process.stdout, 2)
        known = time.monotonic() - began
    return initialized, known


@contextmanager
def _editor(workspace: Workspace) -> Iterator[psutil.Popen]:
    """`chatbox lsp`, killed when it says nothing for too long, so that no read lasts for ever."""
    with (workspace.folder / "editor.log").open("ab") as errors:
        process = psutil.Popen(
            [str(chatbox_program()), "lsp", "--stdio"],
            cwd=workspace.root,
            env=workspace.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    watchdog = threading.Timer(READY_SECONDS_MAX, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.stdin.close()
        try:
            process.wait(READY_SECONDS_MAX)
        except psutil.TimeoutExpired:
            end(process)
        process.stdout.close()


def _send(stdin: IO[bytes], message: dict[str, Any]) -> None:
    body = orjson.dumps({"jsonrpc": "2.0", **message})
    stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    stdin.flush()


def _read_answer(stdout: IO[bytes], number: int) -> None:
    """Read on until request `number` is answered. Raises `CannotMeasure` when it is refused, or nothing more comes."""
    while header := stdout.readline():
        length = 0
        while header.strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
            header = stdout.readline()
        message = orjson.loads(stdout.read(length))
        if message.get("id") == number and "method" not in message:
            if "error" in message:
                raise CannotMeasure(f"chatbox lsp refused: {message['error']}")
            return
    raise CannotMeasure("chatbox lsp ended without an answer")
