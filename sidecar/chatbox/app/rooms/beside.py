"""Rooms beside a workspace: on its own port for this machine, on a listener of their own for everybody else.

Only a listener of its own ever leaves the machine, and it knows one room: a tunnel to the workspace's port would lead
to everything that answers there.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from chatbox.app.rooms.ways import Entered, NoEntrance, Way
from chatbox.rooms.hosting import CannotOpen, OpenRoom, Wish
from chatbox.rooms.room import Clock, Limits, Room
from chatbox.rooms.rooms import Rooms, TooMany
from chatbox.tunnels.tunnel import Noted, unnoted

_log = logging.getLogger("chatbox.rooms")


@dataclass(slots=True)
class Held:
    """A room that was opened here, and the listener that leaves the machine, if it has one."""

    room: Room
    wish: Wish
    entered: Entered | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class RoomsBeside:
    """Implements `Hosting`. Its life is an `async with`; the listeners run in tasks of its own."""

    def __init__(self, clock: Clock, port: int, noted: Noted = unnoted, limits: Limits | None = None) -> None:
        """`port` is the workspace's."""
        self.rooms = Rooms(clock, limits)
        self._port = port
        self._noted = noted
        self._held: dict[str, Held] = {}
        self._tasks = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        """Ready to open rooms."""
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close every room and wait for its listener."""
        self.end()
        await self._tasks.__aexit__(None, None, None)

    def end(self) -> None:
        """Close every room: held polls are answered and streams end, so that the server can."""
        self.rooms.close_all()
        self._held.clear()

    async def open(self, wish: Wish) -> OpenRoom:
        """See `Hosting.open`."""
        asked_before = next((h for h in self._held.values() if wish.key is not None and h.wish.key == wish.key), None)
        if asked_before is not None:
            await asked_before.settled.wait()
            if asked_before.room.closed.is_set():
                raise CannotOpen("The room was closed before it could be reached: try again.")
            return self._shown(asked_before)
        try:
            room = self.rooms.open(wish.name, wish.password)
        except TooMany as full:
            raise CannotOpen("As many rooms as may are open: close one with `chatbox room close`.") from full
        held = self._held[room.id] = Held(room, wish)
        try:
            if wish.reach != "machine":
                held.entered = await self._entered(held)
        finally:
            held.settled.set()
        return self._shown(held)

    async def close(self, identity: str) -> bool:
        """See `Hosting.close`."""
        held = self._held.pop(identity, None)
        if held is None:
            return False
        self.rooms.close(held.room)
        return True

    def all(self) -> list[OpenRoom]:
        """See `Hosting.all`."""
        return [self._shown(held) for held in self._held.values() if held.settled.is_set()]

    async def _entered(self, held: Held) -> Entered:
        ready: asyncio.Future[Entered] = asyncio.get_running_loop().create_future()
        self._tasks.create_task(self._keep(held, ready))
        try:
            return await ready
        except NoEntrance as failed:
            raise CannotOpen(str(failed)) from failed
        except asyncio.CancelledError:
            # Nobody waits for it any more, so nobody would know its password.
            self.rooms.close(held.room)
            raise

    async def _keep(self, held: Held, ready: asyncio.Future[Entered]) -> None:
        """Keep a room's own listener until the room closes. Whatever goes wrong closes that room and nothing else."""
        from chatbox.app.rooms.entering import entering  # noqa: PLC0415 - only for rooms that leave the machine

        room, wish = held.room, held.wish
        way = Way(port=wish.port, host=wish.host, tunnel=wish.tunnel, noted=self._noted)
        try:
            async with entering(lambda identity: room if identity == room.id else None, room, way) as entered:
                if not ready.done():
                    ready.set_result(entered)
                await room.closed.wait()
        except NoEntrance as failed:
            if not ready.done():
                ready.set_exception(failed)
        except Exception:  # noqa: BLE001 - the workspace and the other rooms go on
            _log.exception("the listener of room %s failed", room.id)
            if not ready.done():
                ready.set_exception(NoEntrance("The room's listener failed: see ChatBox's log."))
        finally:
            self._held.pop(room.id, None)
            self.rooms.close(room)

    def _shown(self, held: Held) -> OpenRoom:
        room, entered = held.room, held.entered
        tunnel = entered.tunnel if entered else None
        return OpenRoom(
            id=room.id,
            name=room.name,
            url=entered.url if entered else f"http://127.0.0.1:{self._port}/rooms/{room.id}",
            password=room.password.text,
            reach=held.wish.reach,
            opened=room.opened,
            messages=room.log.total,
            waiting=room.waiting,
            tunnel=held.wish.tunnel,
            tunnel_lost=tunnel is not None and tunnel.ended.is_set(),
        )
