"""What a workspace's people can do with rooms, in verbs of meaning; `app` says how a room gets its listener."""

from dataclasses import dataclass
from typing import Literal, Protocol

TunnelKind = Literal["cloudflared", "ngrok"]
Reach = Literal["machine", "network", "internet"]

LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
"""This machine, as it is called on itself."""


def reach_of(host: str | None, tunnel: TunnelKind | None) -> Reach:
    """From where others can come."""
    if tunnel is not None:
        return "internet"
    return "machine" if host is None or host.strip("[]").lower() in LOOPBACK else "network"


@dataclass(frozen=True, slots=True)
class Wish:
    """A room that somebody wants. The same `key` again means the same room."""

    name: str
    password: str | None = None
    host: str | None = None
    port: int = 0
    tunnel: TunnelKind | None = None
    key: str | None = None

    @property
    def reach(self) -> Reach:
        """From where it can be reached."""
        return reach_of(self.host, self.tunnel)


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room that is open, and how it is. `url` has no slash at its end; `opened` is in microseconds UTC."""

    id: str
    name: str
    url: str
    password: str
    reach: Reach
    opened: int
    messages: int
    waiting: int
    tunnel: TunnelKind | None
    tunnel_lost: bool


class CannotOpen(Exception):  # noqa: N818 - an expected outcome
    """There is no such room now; the message says why and what to do."""


class Hosting(Protocol):
    """Rooms beside a workspace. They vanish with its owner."""

    async def open(self, wish: Wish) -> OpenRoom:
        """Open a room and let others reach it as wished. Raises `CannotOpen`."""

    async def close(self, identity: str) -> bool:
        """Let everybody in it go; `False` when no such room is open."""

    def all(self) -> list[OpenRoom]:
        """The rooms that are open, oldest first."""
