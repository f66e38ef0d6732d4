"""All rooms of one process, by id."""

import re
import secrets

from chatbox.rooms.hashing import Worker
from chatbox.rooms.password import Password, strong_password
from chatbox.rooms.room import Clock, Limits, Room

ROOMS_MAX = 32
NAME_CHARACTERS_MAX = 60
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class TooMany(Exception):  # noqa: N818 - reads as the fact it states
    """There is no place for another room."""


class Taken(Exception):  # noqa: N818 - reads as the fact it states
    """A room with this id is open."""


class Rooms:
    """The rooms that are open."""

    def __init__(self, clock: Clock, limits: Limits | None = None) -> None:
        """`limits` are those of each room."""
        self._clock = clock
        self._limits = limits
        self._open: dict[str, Room] = {}
        self._worker = Worker()

    def open(self, name: str, password: str | None = None, identity: str | None = None) -> Room:
        """A new room. Without an id it gets one that nobody guesses; without a password, a strong one.

        Raises `TooMany` and `Taken`.
        """
        if len(self._open) >= ROOMS_MAX:
            raise TooMany
        identity = identity or f"{_slug(name)}-{secrets.token_hex(4)}"
        assert ID.fullmatch(identity), "an id is a part of an address"
        if identity in self._open:
            raise Taken
        room = Room(identity, name, Password(password or strong_password()), self._clock, self._worker, self._limits)
        self._open[identity] = room
        return room

    def find(self, identity: str) -> Room | None:
        """The open room with this id."""
        return self._open.get(identity)

    def all(self) -> list[Room]:
        """Every open room, oldest first."""
        return list(self._open.values())

    def close(self, room: Room) -> None:
        """Let everybody in it go and forget it."""
        self._open.pop(room.id, None)
        room.close()

    def close_all(self) -> None:
        """The same for every room."""
        for room in self.all():
            self.close(room)


def _slug(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return words[:40].strip("-") or "room"
