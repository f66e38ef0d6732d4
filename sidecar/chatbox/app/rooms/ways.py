"""How a room is to be reached, and where it then is. Apart from what does it, which costs a start that opens none."""

from dataclasses import dataclass

from chatbox.rooms.hosting import TunnelKind
from chatbox.tunnels.tunnel import Noted, Tunnel, unnoted


class NoEntrance(Exception):  # noqa: N818 - reads as the fact it states
    """Nothing listens; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Way:
    """How rooms are to be reached. Port 0 takes a free one; `hosts` are further Host headers, as of a proxy."""

    port: int = 0
    host: str | None = None
    tunnel: TunnelKind | None = None
    hosts: tuple[str, ...] = ()
    noted: Noted = unnoted


@dataclass(frozen=True, slots=True)
class Entered:
    """A listener that runs. `url` is where others reach it, without a slash at its end."""

    url: str
    port: int
    tunnel: Tunnel | None
