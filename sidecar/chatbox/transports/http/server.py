"""uvicorn on loopback, without its signal handlers, its logs and its ten wake-ups a second."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp

HEADER_LINE_BYTES_MAX = 64 * 1024
ENDING_SECONDS = 3


class PortTaken(Exception):  # noqa: N818 - reads as the fact it states
    """Somebody else listens on the port that was asked for."""


def listen(port: int) -> list[socket.socket]:
    """Sockets on 127.0.0.1 and, where the machine has it, ::1, on the same port; 0 takes a free one.

    Raises `PortTaken`.
    """
    first = _bound(socket.AF_INET, "127.0.0.1", port)
    chosen = first.getsockname()[1]
    try:
        return [first, _bound(socket.AF_INET6, "::1", chosen)]
    except (PortTaken, OSError):
        return [first]


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it answers wait 40 ms.
    held = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Elsewhere it lets a new owner listen at once; on Windows it would let a stranger share the port.
    if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
        held.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind((host, port))
        held.listen(512)
    except OSError as error:
        held.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            msg = f"port {port} is taken by another program"
            raise PortTaken(msg) from error
        raise
    held.settimeout(0)
    return held


class Server(uvicorn.Server):
    """Serves until `end` is called."""

    def __init__(self, app: ASGIApp, socket_protocol: Callable[..., asyncio.Protocol]) -> None:
        """`socket_protocol` takes over the connections that ask for a WebSocket."""
        config = uvicorn.Config(
            app,
            http="h11",
            ws=socket_protocol,  # type: ignore[arg-type]  # a factory serves as well as a class
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            h11_max_incomplete_event_size=HEADER_LINE_BYTES_MAX,
            timeout_graceful_shutdown=ENDING_SECONDS,
        )
        super().__init__(config)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Let `serve` return."""
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        """Wait for the end; uvicorn's own loop would wake ten times a second to look at the clock."""
        await self._ending.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[Any]:
        """Signals are the composition root's business."""
        yield
