"""A listener that serves rooms and nothing else, on this machine, its network, or through a tunnel."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager

import psutil

from chatbox.app.failing import plainly
from chatbox.app.rooms.ways import Entered, NoEntrance, Way
from chatbox.rooms.hosting import LOOPBACK, TunnelKind
from chatbox.rooms.room import Room
from chatbox.transports.http.server import PortTaken, Server, listen, listen_beyond
from chatbox.transports.rooms.application import RoomsApplication
from chatbox.transports.rooms.entrance import Entrance
from chatbox.tunnels.tunnel import Program, TunnelFailed, running

# What strangers send wrongly is their matter; only what fails inside is told.
logging.getLogger("uvicorn.error").setLevel(logging.ERROR)

BODY_SECONDS = 20.0
CONNECTIONS_MAX = 1_000
"""Whoever is let in from outside must not hold more than this."""

EVERY_ADDRESS = ("0.0.0.0", "::", "*", "")  # noqa: S104 - compared with, not bound to


@asynccontextmanager
async def entering(find: Callable[[str], Room | None], first: Room | None, way: Way) -> AsyncIterator[Entered]:
    """Serve rooms while in here; close them before leaving, so that nobody is held. Raises `NoEntrance`."""
    with plainly(NoEntrance):
        async with _entering(find, first, way) as entered:
            yield entered


@asynccontextmanager
async def _entering(find: Callable[[str], Room | None], first: Room | None, way: Way) -> AsyncIterator[Entered]:
    async with AsyncExitStack() as stack:
        # What looks up names or reads whole programs does so in threads: everybody else would stand still meanwhile.
        sockets = await asyncio.to_thread(_sockets, way)
        for held in sockets:
            stack.callback(held.close)
        port = int(sockets[0].getsockname()[1])
        names = set() if way.host is None else await asyncio.to_thread(own_names, way.host)
        entrance = Entrance(port, names, way.hosts)
        await stack.enter_async_context(_serving(RoomsApplication(find, entrance, first), sockets))
        tunnel = None
        if way.tunnel is not None:
            try:
                program = await asyncio.to_thread(stack.enter_context, _program(way.tunnel, port))
                tunnel = await stack.enter_async_context(running(program, way.noted))
            except TunnelFailed as failed:
                raise NoEntrance(str(failed)) from failed
            entrance.announce(tunnel.host)
        yield Entered(tunnel.url if tunnel else _url(way.host, port), port, tunnel)


@asynccontextmanager
async def _serving(app: RoomsApplication, sockets: list[socket.socket]) -> AsyncIterator[None]:
    server = Server(app, "none", BODY_SECONDS, CONNECTIONS_MAX)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.serve(sockets))
        try:
            yield
        finally:
            server.end()


def own_names(host: str) -> set[str]:
    """This machine's names and addresses, and what it was asked to listen on."""
    name = socket.gethostname().lower()
    addresses = {
        one.address.partition("%")[0]
        for found in psutil.net_if_addrs().values()
        for one in found
        if one.family in (socket.AF_INET, socket.AF_INET6)
    }
    asked = set() if host in EVERY_ADDRESS else {host.strip("[]")}
    return {name, f"{name.partition('.')[0]}.local", socket.getfqdn().lower(), *addresses, *asked}


def _sockets(way: Way) -> list[socket.socket]:
    try:
        return listen(way.port) if way.host is None else listen_beyond(way.host.strip("[]*") or "0.0.0.0", way.port)  # noqa: S104
    except PortTaken as taken:
        msg = f"{taken}: end that program, or choose another port with --port"
        raise NoEntrance(msg) from taken
    except OSError as error:
        msg = f"nothing can listen on {way.host} ({error.strerror}): name an address of this machine, or 0.0.0.0"
        raise NoEntrance(msg) from error


def _program(kind: TunnelKind, port: int) -> AbstractContextManager[Program]:
    from chatbox.tunnels import cloudflared, ngrok  # noqa: PLC0415 - an owner that opens no tunnel starts without them

    match kind:
        case "cloudflared":
            return cloudflared.program(port)
        case "ngrok":
            return ngrok.program(port)


def _url(host: str | None, port: int) -> str:
    """An address that works from where guests are."""
    if host is None:
        return f"http://localhost:{port}"
    name = _address() if host in EVERY_ADDRESS else host.strip("[]")
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _address() -> str:
    """This machine's address in its network: the first that is neither loopback nor made up for want of a network."""
    for found in psutil.net_if_addrs().values():
        for one in found:
            if one.family == socket.AF_INET and one.address not in LOOPBACK and not one.address.startswith("169.254."):
                return str(one.address)
    return socket.gethostname()
