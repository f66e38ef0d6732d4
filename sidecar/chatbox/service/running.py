"""The service's process: an owner for each workspace, on one event loop. One that fails ends none of the others."""

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

from chatbox.app.keeping import finish_turns
from chatbox.app.owning import PLAIN, CannotOwn, Options, OwnedAlready, Owner, owning
from chatbox.client.endpoint import Files
from chatbox.ports import ViewsFailed
from chatbox.service.configuration import Configuration, Served
from chatbox.transports.http.server import PortTaken

STOP_SECONDS = 13.0
"""What a stop may take, below the 15 s after which service managers kill."""
FIRST_PAUSE_SECONDS = 1.0
PAUSE_SECONDS_MAX = 10.0

Kind = Literal["owned", "port", "unreadable", "refused", "bug"]

_log = logging.getLogger("chatbox.service")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a workspace could not be owned. `owned` is none: somebody else runs it, and it is taken up afterwards."""

    kind: Kind
    message: str


@dataclass(slots=True)
class _Post:
    """One workspace and how its first start went."""

    served: Served
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Failure | None = None


class Service:
    """All workspaces of a configuration."""

    def __init__(self, configuration: Configuration, workspace: ContextVar[str]) -> None:
        """Make it inside the loop that runs it. `workspace` is told which one a line of the log is about."""
        self._workspace = workspace
        self._general = configuration.service
        self._posts = [_Post(served) for served in configuration.workspace]
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """End everything, after the turns that run."""
        self._stop.set()

    async def run(self) -> Failure | None:
        """Until `stop`, or until every workspace was ended with `chatbox stop`.

        When no workspace can be owned to begin with, that is the end, and the first failure is returned. Later, and
        for some of several, a failed one is tried again: after a second, later after ten.
        """
        async with asyncio.TaskGroup() as tasks:
            kept = [tasks.create_task(self._keep(post)) for post in self._posts]
            failed = await self._failed()
            if failed is not None:
                self.stop()
            ends: list[asyncio.Task[Any]] = [tasks.create_task(self._stop.wait())]
            # Without a workspace it waits to be stopped: an installer may start it before one was named.
            ends += [tasks.create_task(_all(kept))] if kept else []
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if kept:
                _, late = await asyncio.wait(kept, timeout=STOP_SECONDS)
                for task in late:
                    task.cancel()
            ends[0].cancel()
        _log.info("ended")
        return failed

    async def _failed(self) -> Failure | None:
        """The first failure, if every workspace failed; known once each was tried."""
        for post in self._posts:
            await post.tried.wait()
        failures = [post.failure for post in self._posts]
        real = [failure for failure in failures if failure is not None and failure.kind != "owned"]
        return real[0] if real and len(real) == len(failures) else None

    async def _keep(self, post: _Post) -> None:
        """Own the workspace until the end, again and again if need be."""
        self._workspace.set(str(post.served.path))
        pause, told = FIRST_PAUSE_SECONDS, ""
        try:
            while not self._stop.is_set():
                since = asyncio.get_running_loop().time()
                failure = await self._own(post)
                if failure is None:
                    return
                if asyncio.get_running_loop().time() - since > PAUSE_SECONDS_MAX:
                    pause = FIRST_PAUSE_SECONDS
                if failure.message != told:
                    level = logging.INFO if failure.kind == "owned" else logging.ERROR
                    _log.log(level, "%s", failure.message)
                    told = failure.message
                post.failure = failure
                post.tried.set()
                await self._stopped_within(pause)
                pause = min(pause * 2, PAUSE_SECONDS_MAX)
        finally:
            post.tried.set()

    async def _own(self, post: _Post) -> Failure | None:
        """Own it once. `None` means that it was meant to end."""
        served = post.served
        if not served.path.is_dir():
            advice = "make it and start the service again, or `chatbox service configure --remove` it"
            return Failure("unreadable", f"{served.path} is no folder: {advice}")
        options = Options(
            port=served.port, supervise=self._general.agents, as_service=True, person=self._general.person
        )
        try:
            async with owning(Files(served.path), options) as owner:
                _log.info("runs at %s", owner.url)
                for said in owner.notes:
                    _log.warning("%s", said)
                post.failure = None
                post.tried.set()
                await self._until_over(owner)
                if owner.workspace.broker.failed is not None:
                    return Failure("unreadable", owner.workspace.broker.failed)
                await finish_turns(owner)
        except PLAIN as plain:
            return _explained(served, plain)
        except Exception as bug:  # noqa: BLE001 - it ends none of the others
            _log.exception("this is a bug in ChatBox")
            return Failure("bug", f"this is a bug in ChatBox ({type(bug).__name__}): please report the lines above")
        if not self._stop.is_set():
            _log.info("was ended with `chatbox stop`: it comes back when the service starts again")
        return None

    async def _until_over(self, owner: Owner) -> None:
        ends = (self._stop, owner.workspace.stopping, owner.workspace.broker.ended)
        async with asyncio.TaskGroup() as tasks:
            waits = [tasks.create_task(end.wait()) for end in ends]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    async def _stopped_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.wait(tasks)


def _explained(served: Served, error: BaseException) -> Failure:
    match error:
        case OwnedAlready():
            return Failure("owned", f"another process owns {served.path}: it is taken up when that one ends")
        case CannotOwn(__cause__=PortTaken()):
            return Failure("port", f"{served.path}: {error}".replace("--port", "`chatbox service configure --port`"))
        case CannotOwn(__cause__=cause) if not isinstance(cause, OSError | ViewsFailed):
            return Failure("refused", f"{served.path}: {error}")
        case _:
            return Failure("unreadable", f"{served.path}: {error}")
