"""A home in which a service of one's own is configured and run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import Place, Running


class Home(Place):
    """A place whose person has a service; each of `roots` is a workspace that it may own."""

    def __init__(self, folder: Path) -> None:
        """`ws` is the first workspace, `other room` the second."""
        super().__init__(folder)
        self.environment.pop("XDG_CONFIG_HOME", None)
        self.environment.pop("CHATBOX_SERVICE_CONFIG", None)
        self.other = folder / "other room ü"
        self.other.mkdir(exist_ok=True)
        self.configuration = folder / "home" / ".config" / "chatbox" / "service.toml"
        self.log = folder / "home" / "state" / "chatbox" / "log" / "service.log"

    def configured(self, *roots: Path) -> dict[Path, int]:
        """Configure the service for the workspaces; their ports, which nobody had a moment ago."""
        ports = {}
        for root in roots:
            ports[root] = free_port()
            done = self.run("service", "configure", "--workspace", str(root), "--port", str(ports[root]))
            assert done.code == 0, done.err
        return ports

    def serve(self, *arguments: str) -> Running:
        """Run the service until every workspace answers."""
        running = self.start("service", "run", *arguments)
        done = self.run("service", "health", "--wait", "25")
        assert done.code == 0, (done.err, running.process.poll())
        return running


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Nothing is configured or runs yet."""
    found = Home(tmp_path)
    try:
        yield found
    finally:
        found.close()
