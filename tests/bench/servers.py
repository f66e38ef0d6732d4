"""The two servers under test: ChatBox as a real process, and Redis. Each ends with its `with` block."""

import contextlib
import os
import platform
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import orjson
import psutil

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench"
READY_SECONDS_MAX = 60.0
END_SECONDS_MAX = 30.0
MEMORY_FILESYSTEMS = frozenset(("tmpfs", "ramfs", "devtmpfs"))


class CannotMeasure(Exception):  # noqa: N818 - reads as the fact it states
    """The bench cannot run; the message says what to do."""


@dataclass(frozen=True)
class Workspace:
    """A workspace with a home of its own, so that no file of this user is touched."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "project"

    @property
    def endpoint(self) -> Path:
        return self.root / ".agentchat" / "endpoint.json"

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        # No PYTHONDONTWRITEBYTECODE: an installed program has its bytecode, and a cold start needs it.
        return {
            **kept,
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "PYTHONPATH": str(ROOT),
            # Without it ChatBox would look upward, find this checkout and own it.
            "AGENTCHAT_WORKSPACE": str(self.root),
        }

    @property
    def person_token(self) -> str:
        (found,) = (self.folder / "state" / "chatbox" / "people").glob("*.token")
        return found.read_text(encoding="ascii").strip()

    @property
    def agents_token(self) -> str:
        return (self.root / ".agentchat" / "token").read_text(encoding="ascii").strip()


@dataclass
class Server:
    """A running server."""

    process: psutil.Popen
    port: int
    workspace: Workspace | None = None

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    def rss_mib(self) -> float:
        return float(self.process.memory_info().rss) / 2**20

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait(END_SECONDS_MAX)


@contextlib.contextmanager
def scratch(prefix: str) -> Iterator[Path]:
    """A folder on a real disk, removed at the end."""
    CACHE.mkdir(parents=True, exist_ok=True)
    kind = filesystem(CACHE)
    if kind in MEMORY_FILESYSTEMS:
        raise CannotMeasure(f"{CACHE} is on {kind}, where fsync costs nothing: run the bench on a real disk.")
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}-", dir=CACHE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def filesystem(path: Path) -> str:
    """The type of the file system that holds `path`."""
    mounts = sorted(psutil.disk_partitions(all=True), key=lambda part: len(part.mountpoint), reverse=True)
    for part in mounts:
        if path.resolve().is_relative_to(part.mountpoint):
            return str(part.fstype)
    return "unknown"


@contextlib.contextmanager
def new_workspace() -> Iterator[Workspace]:
    """An empty one."""
    with scratch("workspace") as folder:
        workspace = Workspace(folder)
        workspace.root.mkdir()
        yield workspace


def chatbox_program() -> Path:
    """The installed command, of the environment that runs the bench."""
    return Path(sys.executable).with_name("chatbox")


def chatbox_command() -> list[str]:
    """`chatbox up` where it exists, else the stand-in."""
    program = chatbox_program()
    if program.exists() and (ROOT / "sidecar" / "chatbox" / "cli" / "main.py").exists():
        return [str(program), "up", "--port", str(free_port()), "--no-supervise"]
    return [sys.executable, "-m", "tests.bench.owner"]


@contextlib.contextmanager
def chatbox(workspace: Workspace, command: Sequence[str] | None = None) -> Iterator[Server]:
    """ChatBox owning `workspace`, ready."""
    server = start_chatbox(workspace, command)
    try:
        yield server
    finally:
        end(server.process)


def start_chatbox(
    workspace: Workspace, command: Sequence[str] | None = None, ready_seconds_max: float = READY_SECONDS_MAX
) -> Server:
    """Start it and wait until it has said where it answers."""
    workspace.endpoint.unlink(missing_ok=True)
    log = workspace.folder / "server.log"
    with log.open("ab") as output:
        process = psutil.Popen(
            list(command or chatbox_command()),
            cwd=workspace.root,
            env=workspace.environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        port = _announced_port(process, workspace.endpoint, ready_seconds_max)
    except CannotMeasure:
        end(process)
        said = log.read_text(errors="replace")[-2_000:]
        raise CannotMeasure(f"ChatBox does not start:\n{said}") from None
    return Server(process, port, workspace)


def _announced_port(process: psutil.Popen, endpoint: Path, seconds_max: float) -> int:
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline and process.poll() is None:
        if endpoint.exists():
            return int(str(orjson.loads(endpoint.read_bytes())["url"]).rsplit(":", 1)[1])
        time.sleep(0.001)
    raise CannotMeasure("it ended, or did not get ready")


@contextlib.contextmanager
def redis_server() -> Iterator[Server]:
    """Redis with an fsync before every answer, alone on a free port."""
    program = shutil.which("redis-server")
    if program is None:
        raise CannotMeasure("redis-server is missing. As root: apt-get install --yes redis-server")
    with scratch("redis") as folder:
        port = free_port()
        settings = {
            "port": str(port),
            "bind": "127.0.0.1",
            "dir": str(folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            # A rewrite of the log in the middle of a run would be held against Redis.
            "auto-aof-rewrite-percentage": "0",
        }
        arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
        process = psutil.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for_port(process, port)
            yield Server(process, port)
        finally:
            end(process)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _wait_for_port(process: psutil.Popen, port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise CannotMeasure("redis-server does not start.")


def end(process: psutil.Popen) -> None:
    """Ask a process to end; after half a minute make it."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS_MAX)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait()


def versions() -> Mapping[str, str]:
    """What was measured with what."""
    redis = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=False)
    return {
        "chatbox": metadata.version("chatbox"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "redis": redis.stdout.split("v=")[-1].split()[0] if redis.stdout else "missing",
        "redis-py": metadata.version("redis"),
    }


def machine() -> Mapping[str, str]:
    """What it was measured on."""
    cpus = Path("/proc/cpuinfo")
    said = cpus.read_text(encoding="utf-8") if cpus.exists() else ""
    models = [line.partition(":")[2].strip() for line in said.splitlines() if line.startswith("model name")]
    return {
        "processor": f"{os.cpu_count()} × {models[0] if models else platform.machine()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "system": platform.platform(),
        "file system": filesystem(CACHE),
    }
