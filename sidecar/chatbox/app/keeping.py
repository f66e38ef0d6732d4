"""Staying in touch with a workspace's broker: owning it when nobody does, else being a client, whatever happens."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Literal

from chatbox.app.owning import CannotOwn, Options, OwnedAlready, Owner, owning
from chatbox.client.endpoint import Files, Unreadable, person_token, read_endpoint
from chatbox.client.machine import START
from chatbox.operations.caller import Caller, Lost, Refused
from chatbox.operations.catalogue import OPERATIONS
from chatbox.operations.workspace import STOPPED
from chatbox.ports import JournalFailed
from chatbox.supervisor.declared import BadDeclaration

if TYPE_CHECKING:
    from chatbox.client.remote import RemoteCaller

Standing = Literal["owner", "client", "reconnecting", "lost"]

RETRY_SECONDS = 0.1
SILENT_OWNER_SECONDS = 30.0
UNAVAILABLE_SECONDS = 5.0
TURNS_SECONDS = 10.0

_log = logging.getLogger("chatbox.keeper")


class Keeper:
    """One caller over whatever comes and goes underneath. Requests wait while nothing is there, and are repeated.

    A request that changes something gets a client key when it has none, so that repeating it happens once.
    """

    def __init__(self, files: Files, options: Options, report: Callable[[Standing, str, str], None]) -> None:
        """`report` is told (standing, message, url) whenever it changes."""
        self._files = files
        self._options = options
        self._report = report
        self._caller: Caller | None = None
        self._changed = asyncio.Event()
        self._leaving = asyncio.Event()
        self._halted: str | None = None

    async def run(self) -> None:
        """Keep in touch until `leave`, or until there is nothing to be done about a failure."""
        silent_since: float | None = None
        loop = asyncio.get_running_loop()
        while not self._leaving.is_set() and self._halted is None:
            try:
                async with owning(self._files, self._options) as owner:
                    silent_since = None
                    await self._own(owner)
            except OwnedAlready:
                silent_since = silent_since or loop.time()
                if await self._be_client():
                    silent_since = None
                elif loop.time() - silent_since > SILENT_OWNER_SECONDS:
                    self._halt(
                        f"This machine's service owns {self._files.root} and does not answer, or not to you: "
                        f"`{START}` as an administrator, then restart."
                        if self._files.by_service
                        else f"The owner of {self._files.folder} does not answer, or not to you: end it, then restart."
                    )
            except PermissionError as denied:
                joined = "join the group of the service's account and log in again"
                todo = joined if self._files.by_service else "make it yours"
                self._halt(f"{denied.filename} cannot be read ({denied.strerror}): {todo}, then restart.")
            except (CannotOwn, JournalFailed, BadDeclaration, Unreadable) as failure:
                self._halt(str(failure))
            except Exception as bug:
                _log.exception("the keeper failed")
                self._halt(f"ChatBox failed ({type(bug).__name__}): see {self._files.log}, then restart.")
                raise

    async def leave(self) -> None:
        """Let go, once no turn runs and nobody else is connected."""
        self._leaving.set()

    async def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """See `Caller.call`. Raises `Refused` with `UNAVAILABLE` when there is nothing to wait for."""
        params = _keyed(operation, params)
        loop = asyncio.get_running_loop()
        unavailable_since: float | None = None
        while True:
            caller = await self._present()
            try:
                return await caller.call(operation, params)
            except Lost:
                self._lose(caller)
            except Refused as refused:
                if refused.code not in ("UNAVAILABLE", "UNKNOWN_OUTCOME"):
                    raise
                unavailable_since = unavailable_since or loop.time()
                if loop.time() - unavailable_since > UNAVAILABLE_SECONDS:
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    async def follow(self, after: int | None) -> AsyncIterator[dict[str, Any]]:
        """See `Caller.follow`: without gap or repetition, also when the broker moves."""
        while True:
            caller = await self._present()
            try:
                if after is None:
                    after = (await caller.call("whoami", {}))["head"]
                async for events in caller.follow(after):
                    after = events["cursor"]
                    yield events
            except Lost:
                _log.info("following again after %s", after)
                self._lose(caller)
            except Refused as refused:
                if refused.code not in ("UNAVAILABLE", "UNKNOWN_OUTCOME"):
                    raise
            await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        """See `Caller.close`."""
        await self.leave()

    async def _own(self, owner: Owner) -> None:
        if owner.person is None:
            self._halt(" ".join(owner.notes))
            return
        self._have(owner.caller(owner.person, "lsp"), "owner", " ".join(owner.notes), owner.url)
        broker = owner.workspace.broker
        async with asyncio.TaskGroup() as waits:
            ends = [waits.create_task(e.wait()) for e in (broker.ended, owner.workspace.stopping, self._leaving)]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for end in ends:
                end.cancel()
        if self._leaving.is_set():
            await _linger(owner)
        elif broker.failed is not None:
            self._halt(broker.failed)
        else:
            await finish_turns(owner)
            self._halt("ChatBox was stopped with `chatbox stop`: restart it when you want it back.")

    async def _be_client(self) -> bool:
        """Be a client until the owner goes away; `False` when it does not answer (yet)."""
        from chatbox.client.remote import RemoteCaller  # noqa: PLC0415 - an owner starts without it

        endpoint = read_endpoint(self._files.person_endpoint)
        token = person_token(self._files)
        if token is None:
            self._halt(f"Your token is missing ({self._files.person_token}): put it back, then restart.")
            return True
        try:
            caller = await RemoteCaller.connect(endpoint.url if endpoint else "http://127.0.0.1:0", token)
        except Lost:
            await asyncio.sleep(RETRY_SECONDS)
            return False
        except Refused as refused:
            # What answers may be another workspace's owner on a port that was ours once: wait until ours says where.
            _log.info("%s does not know us: %s", endpoint, refused.message)
            await asyncio.sleep(RETRY_SECONDS)
            return False
        self._have(caller, "client", "", endpoint.url if endpoint else "")
        reason = await self._until_gone(caller)
        await caller.close()
        if reason == STOPPED:
            self._halt("ChatBox was stopped with `chatbox stop`: restart it when you want it back.")
        elif not self._leaving.is_set():
            self._lose(caller)
        return True

    async def _until_gone(self, caller: "RemoteCaller") -> str:
        async with asyncio.TaskGroup() as waits:
            gone = waits.create_task(caller.closed())
            left = waits.create_task(self._leaving.wait())
            await asyncio.wait((gone, left), return_when=asyncio.FIRST_COMPLETED)
            left.cancel()
            if gone.done():
                return gone.result()
            gone.cancel()
            return ""

    async def _present(self) -> Caller:
        while self._caller is None:
            if self._halted is not None:
                raise Refused("UNAVAILABLE", self._halted)
            await self._changed.wait()
        return self._caller

    def _have(self, caller: Caller, standing: Standing, message: str, url: str) -> None:
        self._caller = caller
        self._turn_page()
        self._report(standing, message, url)

    def _lose(self, caller: Caller) -> None:
        if self._caller is caller:
            self._caller = None
            self._report("reconnecting", "The owner of this workspace went away: finding a new one.", "")

    def _halt(self, why: str) -> None:
        self._caller, self._halted = None, why
        self._turn_page()
        self._report("lost", why, "")

    def _turn_page(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


async def finish_turns(owner: Owner) -> None:
    """Begin no further turn, and give those that run a moment."""
    if owner.supervisor is None:
        return
    owner.supervisor.rest()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TURNS_SECONDS):
            while owner.busy:  # noqa: ASYNC110 - looked at for ten seconds at most
                await asyncio.sleep(RETRY_SECONDS)


async def _linger(owner: Owner) -> None:
    """Stay while turns run or others are connected: reloading a window kills no turn and leaves no orphan."""
    # Looked at, not waited for: this lasts for one turn or one other window, and ends with the process.
    while (owner.busy or owner.workspace.presence.connected > 0) and not owner.workspace.stopping.is_set():  # noqa: ASYNC110
        await asyncio.sleep(RETRY_SECONDS)


def _keyed(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    declared = OPERATIONS.get(operation)
    if declared is None or "client_key" not in declared.params.model_fields or params.get("client_key"):
        return params
    return {**params, "client_key": uuid.uuid4().hex}
