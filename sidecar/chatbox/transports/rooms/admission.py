"""Who may enter a room: whoever sends its password, or the room's own page with the cookie it got for it."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from chatbox.rooms.room import Room, Wait
from chatbox.transports.rooms import answers
from chatbox.transports.rooms.entrance import Entrance, is_own_page, source

PASSWORD_HEADER = b"x-room-password"


async def refused(room: Room, entrance: Entrance, request: Request) -> Response | None:
    """`None` when the request may enter."""
    guess = guess_of(request)
    if guess:
        return await judged(room, guess, source(entrance, request))
    if is_own_page(request) and room.sessions.knows(cookie_of(room, entrance, request)):
        return None
    return answers.wrong_password()


async def judged(room: Room, guess: bytes, whence: str) -> Response | None:
    """`None` when `guess` is the password."""
    match await room.admits(guess, whence):
        case Wait() as wait:
            return answers.guessed_too_often(wait)
        case True:
            return None
        case _:
            return answers.wrong_password()


def guess_of(request: Request) -> bytes:
    """The password that was sent: the header, or the query when that is absent or empty."""
    sent = next((value for name, value in request.scope["headers"] if name == PASSWORD_HEADER), b"")
    return sent or query(request, "password").encode("utf-8", "surrogatepass")


def query(request: Request, name: str, default: str = "") -> str:
    """The first value of a parameter of the query; an empty one is none."""
    sent: bytes = request.scope["query_string"]
    return parse_qs(sent.decode("latin-1")).get(name, [default])[0]


def cookie_name(room: Room, entrance: Entrance) -> str:
    """Browsers share cookies among the ports of a machine, so the name tells them apart."""
    return f"room_{entrance.port}_{room.id}"


def cookie_of(room: Room, entrance: Entrance, request: Request) -> str:
    """The page's cookie, or nothing."""
    try:
        jar: SimpleCookie = SimpleCookie(request.headers.get("cookie", ""))
    except CookieError:
        return ""
    found = jar.get(cookie_name(room, entrance))
    return found.value if found else ""
