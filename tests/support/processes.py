"""The real program in processes of its own, in a workspace and with a home of its own. Every wait ends."""

import asyncio
import http.client
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

BOUND_SECONDS = 30.0
"""How long anything may take on a machine that runs other tests at the same time."""

LINK = re.compile(r"http://127\.0\.0\.1:\d+/#code=[\w-]{43}")


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return orjson.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """What it printed on stderr, as the JSON of a failure."""
        found: dict[str, str] = orjson.loads(self.err)["error"]
        return found


class Running:
    """A command that runs, and the lines of its stdout."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Begins to read."""
        self.process = process
        self.lines: list[str] = []
        self._arriving: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def line(self, wanted: Callable[[str], object]) -> str:
        """The next line that is `wanted`; those before it are in `lines`."""
        while True:
            try:
                line = self._arriving.get(timeout=BOUND_SECONDS)
            except queue.Empty:
                msg = f"waited {BOUND_SECONDS} s; so far: {self.lines}"
                raise AssertionError(msg) from None
            if line is None:
                msg = f"it ended with {self.process.wait(BOUND_SECONDS)}: {self.lines} {self._stderr()}"
                raise AssertionError(msg)
            self.lines.append(line)
            if wanted(line):
                return line

    def end(self, how: signal.Signals = signal.SIGINT) -> Ended:
        """Send a signal and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.ended()

    def ended(self) -> Ended:
        """Wait for the end."""
        code = self.process.wait(BOUND_SECONDS)
        self._reader.join(BOUND_SECONDS)
        while not self._arriving.empty():
            line = self._arriving.get_nowait()
            if line is not None:
                self.lines.append(line)
        return Ended(code, "".join(self.lines), self._stderr())

    def close(self) -> None:
        """Kill it if it still runs, and let go of its pipes."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(BOUND_SECONDS)
        self._reader.join(BOUND_SECONDS)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._arriving.put(line)
        self._arriving.put(None)

    def _stderr(self) -> str:
        assert self.process.stderr is not None
        return "" if self.process.stderr.closed else self.process.stderr.read()


class Place:
    """A workspace and the person in front of it."""

    def __init__(self, folder: Path) -> None:
        """Everything lies in `folder`: `ws` is the workspace, `home` the person's."""
        self.root = folder / "ws"
        self.state = folder / "ws" / ".agentchat"
        self.root.mkdir(exist_ok=True)
        (folder / "home").mkdir(exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AGENTCHAT_")}
        self.environment = {**kept, "HOME": str(folder / "home"), "XDG_STATE_HOME": str(folder / "home" / "state")}
        self._running: list[Running] = []

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Ended:
        """Run one command to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "chatbox", *arguments],
            cwd=self.root,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=BOUND_SECONDS,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Running:
        """Start one command that goes on."""
        return self._start(["-m", "chatbox", *arguments], cwd or self.root, environment)

    def python(self, code: str) -> Running:
        """Start a program of the test's own, in the workspace."""
        return self._start(["-c", code], self.root, {})

    def _start(self, arguments: list[str], cwd: Path, environment: dict[str, str]) -> Running:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=cwd,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._running.append(Running(process))
        return self._running[-1]

    def up(self, *arguments: str) -> Running:
        """Start `chatbox up` and wait until it runs."""
        running = self.start("up", *arguments)
        running.line(LINK.search)
        return running

    def endpoint(self) -> dict[str, Any]:
        """What the owner wrote about itself."""
        found: dict[str, Any] = orjson.loads((self.state / "endpoint.json").read_bytes())
        return found

    def person_token(self) -> Path:
        """The file with the person's token."""
        (found,) = Path(self.environment["XDG_STATE_HOME"]).rglob("*.token")
        return found

    def ask(self, operation: str, token: str, **params: object) -> dict[str, Any]:
        """An operation over HTTP, for what has no command; an `error` is an answer, too."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self._http("POST", f"/api/{operation}", orjson.dumps(params), headers)

    def health(self) -> dict[str, Any]:
        """What the owner says without a token."""
        return self._http("GET", "/health", b"", {})

    def _http(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        address = urlsplit(self.endpoint()["url"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=BOUND_SECONDS)
        try:
            connection.request(method, path, body, headers)
            found: dict[str, Any] = orjson.loads(connection.getresponse().read())
        finally:
            connection.close()
        return found

    def close(self) -> None:
        """End whatever still runs."""
        for running in self._running:
            running.close()


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A workspace whose processes end with the test."""
    found = Place(folder)
    try:
        yield found
    finally:
        found.close()


async def output_of(
    *command: str | Path, within: float, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """The exit code of a program and what it printed, on both channels; it is ended after `within` seconds."""
    pipe = asyncio.subprocess
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=env, stdin=pipe.DEVNULL, stdout=pipe.PIPE, stderr=pipe.STDOUT
    )
    try:
        async with asyncio.timeout(within):
            out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, out.decode()
