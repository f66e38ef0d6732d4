"""uvicorn without its signal handlers, its logs and its ten wake-ups a second; on loopback unless told otherwise."""

import asyncio
import contextlib
import errno
import platform
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

import uvicorn
from starlette.types import ASGIApp

from chatbox.transports.http.patience import PatientProtocol

HEADER_LINE_BYTES_MAX = 64 * 1024
ENDING_SECONDS = 3

if sys.platform == "win32":
    # uvicorn asks `platform` for the system's name, and that asks WMI: half a second, 4 MB, and a service that may not
    # be up yet at a boot. Without WMI it asks Windows itself.
    vars(platform)["_wmi"] = None


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


def listen_beyond(host: str, port: int) -> list[socket.socket]:
    """The same, and on `host` as well, which others can reach. Raises `PortTaken`, and `OSError` for no such host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    held: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found):
            held.append(_bound(family, address, port))
            port = int(held[0].getsockname()[1])
        for family, loopback in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            # Taken where `host` means every address of the machine.
            with contextlib.suppress(PortTaken, OSError):
                held.append(_bound(family, loopback, port))
    except BaseException:
        for one in held:
            one.close()
        raise
    return held


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

    def __init__(
        self,
        app: ASGIApp,
        socket_protocol: Callable[..., asyncio.Protocol] | Literal["none"],
        body_seconds: float | None = None,
        connections_max: int | None = None,
    ) -> None:
        """`socket_protocol` takes over the connections that ask for a WebSocket.

        The head of a request has a deadline always, its body after `body_seconds`.
        """
        config = uvicorn.Config(
            app,
            http=partial(PatientProtocol, body_seconds),  # type: ignore[arg-type]  # so does this one
            ws=socket_protocol,  # type: ignore[arg-type]  # a factory serves as well as a class
            lifespan="off",
            # Nobody's word about who they are counts before it was checked whose it is.
            proxy_headers=False,
            limit_concurrency=connections_max,
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
