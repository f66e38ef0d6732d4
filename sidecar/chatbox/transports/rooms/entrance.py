"""Under which names rooms are reached, and which requests come from the room's own page."""

import ipaddress
from collections.abc import Collection

from starlette.requests import Request

from chatbox.rooms.hosting import LOOPBACK

DEFAULT_PORT = 80


class Entrance:
    """One listener: the only Host headers that mean it.

    A name that an attacker's server resolves to this machine is none of them, so no page elsewhere can make a
    browser speak to a room as if it were that page's own server.
    """

    def __init__(self, port: int, names: Collection[str] = (), hosts: Collection[str] = ()) -> None:
        """`names` are this machine's, valid with its `port`; `hosts` are whole Host headers, as of a proxy."""
        self.port = port
        self._names = LOOPBACK | {name.lower() for name in names}
        self._hosts = {host.lower() for host in hosts}
        self._tunnels: set[str] = set()

    def announce(self, host: str) -> None:
        """A tunnel leads here under this host."""
        self._tunnels.add(host.lower())

    def admits(self, hosts: Collection[str]) -> bool:
        """Whether these are the Host headers of a request to this listener."""
        if len(hosts) != 1:
            return False
        host = next(iter(hosts)).lower()
        if host in self._tunnels or host in self._hosts:
            return True
        name, port = _split(host)
        return name in self._names and port == self.port

    def is_tunnel(self, host: str) -> bool:
        """Whether a request with this Host came through a tunnel, which speaks HTTPS to the outside."""
        return host.lower() in self._tunnels


def source(entrance: Entrance, request: Request) -> str:
    """Where a request comes from, for counting guesses: an address, or the network of one that has many.

    Through a tunnel every peer is this machine. Then the tunnel says who it was: it puts its own word last.
    """
    peer = request.client.host if request.client else ""
    if entrance.is_tunnel(request.headers.get("host", "")):
        said = request.headers.get("cf-connecting-ip") or request.headers.get("x-forwarded-for", "").rpartition(",")[2]
        peer = said.strip() or peer
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer[:64]
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address.packed, 64), strict=False))
    return str(address)


def is_own_page(request: Request) -> bool:
    """Whether a browser vouches that the room's own page sent this. Only then does a cookie count.

    `Origin` is on every POST and on reading across origins; `Sec-Fetch-Site` tells the rest, also for another port
    of this machine, which counts as the same site and brings cookies along.
    """
    origins = request.headers.getlist("origin")
    own = request.headers.get("host", "").lower()
    if any(origin.lower() not in (f"http://{own}", f"https://{own}") for origin in origins):
        return False
    if request.method != "GET" and not origins:
        return False
    return request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _split(host: str) -> tuple[str, int]:
    """A Host header's name and port; addresses in one spelling."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, str(DEFAULT_PORT)
    if not port.isascii() or not port.isdigit() or len(port) > 5:  # noqa: PLR2004 - the digits of 65535
        return "", 0
    if name.startswith("[") and name.endswith("]"):
        try:
            return ipaddress.IPv6Address(name[1:-1]).compressed, int(port)
        except ValueError:
            return "", 0
    # An IPv6 address belongs in brackets.
    return ("" if ":" in name else name), int(port)
