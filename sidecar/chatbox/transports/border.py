"""What every network transport checks before anything else: where a request came from, and who sends it."""

from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie

from chatbox.domain.refusal import Refusal
from chatbox.domain.values import Frozen, Identity, Scope
from chatbox.operations.door import Door

_BEARER = "bearer "


class Place(Frozen):
    """Where the server listens: the only hosts and origins that requests may name.

    Checking Origin alone does not stop DNS rebinding, so both are exact lists, port included.
    """

    port: int

    @property
    def hosts(self) -> frozenset[str]:
        """The Host headers that mean this server."""
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]"))

    @property
    def origins(self) -> frozenset[str]:
        """The Origin headers of this server's own pages."""
        return frozenset(f"http://{host}" for host in self.hosts)

    @property
    def cookie(self) -> str:
        """The page's session cookie. Browsers share cookies among ports, so the name tells them apart."""
        return f"chatbox_{self.port}"


def refused(place: Place, hosts: Sequence[str], origins: Sequence[str]) -> Refusal | None:
    """`None` when the request names this server as its only host and comes from nowhere else."""
    if len(hosts) != 1 or hosts[0].lower() not in place.hosts:
        return Refusal(code="NOT_PERMITTED", message="The Host header must name this server: use 127.0.0.1.")
    if any(origin.lower() not in place.origins for origin in origins):
        return Refusal(code="NOT_PERMITTED", message="Requests from other origins are not taken.")
    return None


def cookie_of(place: Place, header: str | None) -> str | None:
    """The page's session token, when the Cookie header has it."""
    try:
        jar: SimpleCookie = SimpleCookie(header or "")
    except CookieError:
        return None
    found = jar.get(place.cookie)
    return found.value if found else None


def sender(door: Door, place: Place, headers: Mapping[str, str]) -> Identity | Refusal:
    """Who sends a request with these (lower-case) headers."""
    authorization = headers.get("authorization", "")
    session = headers.get("x-agent-token")
    if authorization.lower().startswith(_BEARER):
        by = door.identify(authorization[len(_BEARER) :].strip())
        if isinstance(by, Refusal) or session is None or Scope.ADMIT not in by.scopes:
            return by
        return door.identify(session)
    token = session or cookie_of(place, headers.get("cookie"))
    if token is None:
        return Refusal(
            code="AUTH_ERROR",
            message="Send `Authorization: Bearer <token>`; agents find theirs in .agentchat/token.",
        )
    return door.identify(token)
