"""Asking the owner of a workspace: where it answers, as whom, and what becomes of a broken connection.

A command never becomes the owner, and never falls back to a token that is not the asker's: inside a turn
(`AGENTCHAT_TOKEN` is set) it speaks as that agent, else as the person of this machine.
"""

import asyncio
import http.client
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import orjson

from chatbox.cli.exits import UNCERTAIN, Exit, Failed, cannot_read, refused
from chatbox.client.endpoint import Endpoint, Files, Unreadable, person_token, read_endpoint
from chatbox.client.machine import START
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Lost, Refused

T = TypeVar("T")

ANSWER_SECONDS = 30.0
RECONNECT_SECONDS = 10.0
RETRY_SECONDS = 0.1
HEALTH_SECONDS = 2.0

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Asking:
    """One asker's connection, made again once when it breaks. Get one from `connected`."""

    def __init__(self, files: Files, token: str, caller: RemoteCaller) -> None:
        """Take over an open connection."""
        self.head: int = caller.identity.get("head", 0)
        self._files = files
        self._token = token
        self._caller = caller

    async def read(self, operation: str, **params: Any) -> dict[str, Any]:
        """The operation's result. Raises `Failed`."""
        return await self._ask(operation, params)

    async def parts(
        self, operation: str, onward: Callable[[dict[str, Any]], dict[str, Any] | None], **params: Any
    ) -> list[dict[str, Any]]:
        """All answers of a read that is within a budget: `onward` says what an answer's next one is asked with."""
        found = [await self.read(operation, **params)]
        while (more := onward(found[-1])) is not None:
            found.append(await self.read(operation, **{**params, **more}))
        return found

    async def write(self, operation: str, **params: Any) -> dict[str, Any]:
        """The same for one that changes something: a repeated request happens once."""
        return await self._ask(operation, {**params, "client_key": uuid.uuid4().hex})

    async def events(self, after: int) -> AsyncIterator[dict[str, Any]]:
        """Everything that happens behind `after`, also across a change of owner. Raises `Failed`."""
        while True:
            try:
                async for found in self._caller.follow(after):
                    after = found["cursor"]
                    for event in found["events"]:
                        yield event
            except Lost:
                await self._connect_again()
            except Refused as refusal:
                raise refused(refusal.code, refusal.message) from refusal

    async def close(self) -> None:
        """Hang up."""
        await self._caller.close()

    async def _ask(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self._once(operation, params)
        except Lost:
            await self._connect_again()
        except Refused as refusal:
            if refusal.code not in UNCERTAIN:
                raise refused(refusal.code, refusal.message) from refusal
            await self._connect_again()
        try:
            return await self._once(operation, params)
        except Lost as lost:
            raise _unknown(self._files) from lost
        except Refused as refusal:
            raise refused(refusal.code, refusal.message) from refusal

    async def _once(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._caller.call(operation, params)
        except TimeoutError as late:
            message = (
                f"the owner of {self._files.root} has not answered for {ANSWER_SECONDS:g} s: look at {self._files.log}"
            )
            raise Failed(Exit.NOT_RUNNING, "NO_ANSWER", message) from late

    async def _connect_again(self) -> None:
        """Find whoever owns the workspace now, within ten seconds."""
        await self._caller.close()
        try:
            async with asyncio.timeout(RECONNECT_SECONDS):
                while True:
                    endpoint = read_endpoint(_announced(self._files))
                    try:
                        if endpoint is not None:
                            self._caller = await RemoteCaller.connect(_url(self._files, endpoint), self._token)
                            return
                    except Lost:
                        pass
                    except Refused as refusal:
                        raise refused(refusal.code, refusal.message) from refusal
                    await asyncio.sleep(RETRY_SECONDS)
        except TimeoutError as gone:
            raise _unknown(self._files) from gone


@asynccontextmanager
async def connected(files: Files) -> AsyncIterator[Asking]:
    """A connection to the workspace's owner as whoever runs this command. Raises `Failed`."""
    try:
        if not files.endpoint.exists():
            raise nothing_runs(files)
        token = asker_token(files)
        endpoint = read_endpoint(_announced(files))
    except PermissionError as denied:
        raise _for_others(files, denied) from denied
    if endpoint is None:
        raise _not_yours(files)
    url = _url(files, endpoint)
    try:
        caller = await RemoteCaller.connect(url, token)
    except Lost as lost:
        raise nothing_runs(files) from lost
    except Refused as refusal:
        raise refused(refusal.code, refusal.message) from refusal
    asking = Asking(files, token, caller)
    try:
        yield asking
    finally:
        await asking.close()


def ask(files: Files, work: Callable[[Asking], Awaitable[T]]) -> T:
    """What `work` makes of a connection."""

    async def run() -> T:
        async with connected(files) as asking:
            return await work(asking)

    return asyncio.run(run())


def asker_token(files: Files) -> str:
    """The token of whoever runs this command. Raises `Failed`."""
    token = os.environ.get("AGENTCHAT_TOKEN")
    if token:
        return token
    try:
        token = person_token(files)
    except Unreadable as unreadable:
        raise Failed(Exit.UNREADABLE, "UNREADABLE", str(unreadable)) from unreadable
    if token is None:
        message = (
            f"your token is not in {files.person_token}, so nobody knows that you are the person here: put it back, "
            "or end ChatBox and make a new one with `chatbox up --new-person-token`"
        )
        raise Failed(Exit.NOT_PERMITTED, "AUTH_ERROR", message)
    return token


def health(files: Files) -> tuple[Endpoint, dict[str, Any]] | None:
    """Where the workspace's owner answers and what it says of itself; `None` when nobody answers."""
    try:
        endpoint = read_endpoint(_announced(files))
    except PermissionError as denied:
        raise _for_others(files, denied) from denied
    if endpoint is None:
        return None
    address = urlsplit(_url(files, endpoint))
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=HEALTH_SECONDS)
    try:
        connection.request("GET", "/health")
        said = orjson.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return (endpoint, said) if isinstance(said, dict) and "status" in said and "version" in said else None


def nothing_runs(files: Files) -> Failed:
    """Nobody owns this workspace."""
    start = (
        f"the service that owns it, with `{START}` as an administrator" if files.by_service else "it with `chatbox up`"
    )
    return Failed(Exit.NOT_RUNNING, "NOT_RUNNING", f"nothing is running in {files.root}: start {start}")


def _not_yours(files: Files) -> Failed:
    """Somebody announced a room here, but not to this user."""
    message = (
        f"{files.endpoint} says that {files.root} is running, but whoever runs it has not told you: it belongs to "
        "another user or state folder. If nothing runs there, delete that file"
    )
    return Failed(Exit.NOT_PERMITTED, "AUTH_ERROR", message)


def _for_others(files: Files, denied: PermissionError) -> Failed:
    """What others may read was not meant for whoever asks."""
    if not files.by_service:
        return cannot_read(denied)
    message = (
        f"{files.root} belongs to this machine's service, and its room is not for you yet: "
        "let an administrator add you to the group of its account, then log in again"
    )
    return Failed(Exit.NOT_PERMITTED, "AUTH_ERROR", message)


def _announced(files: Files) -> Path:
    """The file that says where to ask. Agents can write the workspace's: a person's token goes by that person's own."""
    return files.endpoint if os.environ.get("AGENTCHAT_TOKEN") else files.person_endpoint


def _url(files: Files, endpoint: Endpoint) -> str:
    """The owner's address. A token goes to no other machine, whatever the file says."""
    if urlsplit(endpoint.url).scheme != "http" or urlsplit(endpoint.url).hostname not in _LOOPBACK:
        message = f"{_announced(files)} names {endpoint.url}, which is not this machine: delete it, then `chatbox up`"
        raise Failed(Exit.NOT_PERMITTED, "NOT_PERMITTED", message)
    return endpoint.url


def _unknown(files: Files) -> Failed:
    message = (
        f"the owner of {files.root} went away and has not come back, so what was asked may or may not be done: "
        "start it with `chatbox up`, look, then ask again"
    )
    return Failed(Exit.NOT_RUNNING, "LOST", message)
