"""The programs as processes: our `agent-chat`, and the unmodified agent-chatroom 0.2.0 from the registry."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import BOUND_SECONDS, Ended, Running

ROOT = Path(__file__).resolve().parents[2]
ORIGINAL = ROOT / ".cache" / "agent-chatroom"
"""Installed by the set-up (`npm run check`) from `agent-chatroom.lock`."""

_SERVE = "import sys; from agent_chatroom import server; server.serve(sys.argv[1], int(sys.argv[2]))"


class Programs:
    """Both commands in a folder of their own; whatever still runs ends with the test."""

    def __init__(self, folder: Path) -> None:
        assert (ORIGINAL / "agent_chatroom").is_dir(), "agent-chatroom is not installed: run `npm run check -- ruff`"
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self.folder = folder
        self.environment = {**kept, "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
        self._running: list[Running] = []

    def ours(self, *arguments: str, **environment: str) -> Running:
        return self._start([sys.executable, "-m", "chatbox.cli.agent_chat", *arguments], environment)

    def python(self, code: str, *arguments: str, **environment: str) -> Running:
        return self._start([sys.executable, "-c", code, *arguments], environment)

    def original(self, *arguments: str) -> Running:
        return self._start([sys.executable, "-m", "agent_chatroom.client", *arguments], {"PYTHONPATH": str(ORIGINAL)})

    def serve(self, password: str, *arguments: str, **environment: str) -> int:
        """Our server; the port that it listens on."""
        port = free_port()
        # With `=` a password that looks like an option stays a password.
        running = self.ours("serve", f"--password={password}", "--port", str(port), *arguments, **environment)
        running.line(lambda line: line.startswith("📋"))
        return port

    def serve_original(self, password: str) -> int:
        """The original server; the port that it listens on."""
        port = free_port()
        self._start([sys.executable, "-c", _SERVE, password, str(port)], {"PYTHONPATH": str(ORIGINAL)})
        _until_answered(port)
        return port

    def last(self) -> Running:
        """What was started last."""
        return self._running[-1]

    def close(self) -> None:
        for running in self._running:
            running.close()

    def _start(self, command: list[str], environment: Mapping[str, str]) -> Running:
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._running.append(Running(process))
        return self._running[-1]


@contextmanager
def programs(folder: Path) -> Iterator[Programs]:
    found = Programs(folder)
    try:
        yield found
    finally:
        found.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def ended(running: Running) -> Ended:
    """What became of a command that ends by itself."""
    return running.ended()


def _until_answered(port: int) -> None:
    """The original prints that it is there before it listens."""
    until = time.monotonic() + BOUND_SECONDS
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
    msg = "the original did not start"
    raise AssertionError(msg)
