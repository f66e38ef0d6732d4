"""Asking each workspace of a service whether it answers: not its manager's word, but its own, with its version."""

import asyncio
import http.client
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from chatbox.client.endpoint import Files, read_endpoint
from chatbox.service.configuration import Served

ANSWER_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.05
PAUSE_SECONDS_MAX = 1.0


@dataclass(frozen=True, slots=True)
class Health:
    """How one workspace is. `said` is for people."""

    path: str
    port: int
    healthy: bool
    said: str
    version: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


async def ask(served: Iterable[Served], version: str | None, wait_seconds: float = 0.0) -> list[Health]:
    """Each workspace, asked until it is healthy or `wait_seconds` are over. `version` is the only one that counts."""
    deadline = asyncio.get_running_loop().time() + wait_seconds
    return list(await asyncio.gather(*(_until(one, version, deadline) for one in served)))


async def _until(served: Served, version: str | None, deadline: float) -> Health:
    loop = asyncio.get_running_loop()
    pause = FIRST_PAUSE_SECONDS
    while True:
        found = await asyncio.to_thread(_once, served, version)
        left = deadline - loop.time()
        if found.healthy or left <= 0:
            return found
        # Another process has no event to wait for.
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 2, PAUSE_SECONDS_MAX)


def _once(served: Served, version: str | None) -> Health:
    said = _health(served.port)
    if isinstance(said, str):
        return _bad(served, said)
    answered = str(said.get("version"))
    if said.get("status") != "ok":
        return _bad(served, str(said.get("detail") or said.get("status")), answered)
    if version is not None and answered != version:
        return _bad(served, f"ChatBox {answered} answers there, not {version}", answered)
    if not _announces(served):
        return _bad(served, f"another workspace answers on port {served.port}: choose another port", answered)
    return Health(str(served.path), served.port, healthy=True, said=f"ChatBox {answered} answers", version=answered)


def _bad(served: Served, said: str, version: str | None = None) -> Health:
    return Health(str(served.path), served.port, healthy=False, said=said, version=version)


def _health(port: int) -> dict[str, Any] | str:
    """What answers on the port, or why nothing does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/health")
        said = orjson.loads(connection.getresponse().read())
    except ValueError:
        return f"another program answers on port {port}: choose another port"
    except ConnectionRefusedError:
        return f"nothing listens on port {port}"
    except (OSError, http.client.HTTPException) as error:
        return f"port {port} does not answer ({str(error) or type(error).__name__})"
    finally:
        connection.close()
    if isinstance(said, dict) and {"status", "version"} <= said.keys():
        return said
    return f"another program answers on port {port}: choose another port"


def _announces(served: Served) -> bool:
    """Whether this workspace's owner says that it is at this port. What only the service may read is believed."""
    try:
        endpoint = read_endpoint(Files(served.path).endpoint)
    except OSError:
        return True
    return endpoint is not None and urlsplit(endpoint.url).port == served.port
