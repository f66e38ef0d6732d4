"""The language server that an editor starts. It knows a caller, and nothing of where the broker runs.

`initialize` is answered before anything else of ChatBox is imported: that takes as long again as pygls itself.
"""

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

import cattrs
from lsprotocol import converters
from pygls.exceptions import JsonRpcException
from pygls.io_ import StdinAsyncReader, StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from chatbox import __version__
from chatbox.transports import jsonrpc

if TYPE_CHECKING:
    from chatbox.operations.caller import Caller

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

_log = logging.getLogger("chatbox.lsp")


class EditorServer:
    """One editor on stdin and stdout."""

    def __init__(self, prepare: "Callable[[EditorServer], Caller]") -> None:
        """`prepare` makes the caller once the editor is ready to hear; it may take its time."""
        self._prepare = prepare
        self._server = LanguageServer("chatbox", __version__, converter_factory=_plain_converter)
        self._caller: Caller | None = None
        self._following: asyncio.Task[None] | None = None
        self._gone = threading.Event()
        self._orphaned = asyncio.Event()

    @property
    def orphaned(self) -> bool:
        """Whether the editor died and somebody else holds its pipe: a thread still waits in stdin."""
        return self._orphaned.is_set()

    async def serve(self) -> None:
        """Answer the editor until it goes away: its pipe ends, or the process that it said it is."""
        self._server.feature("initialized")(lambda _params: self._begin())
        protocol = self._server.protocol
        protocol.set_writer(StdoutWriter(sys.stdout.buffer))
        reader = StdinAsyncReader(sys.stdin.buffer, self._server.thread_pool)
        try:
            with contextlib.suppress(BrokenPipeError, SystemExit):
                reading = run_async(stop_event=self._gone, reader=reader, protocol=protocol, logger=_log)
                await self._until_orphaned(reading)
        finally:
            self._gone.set()
            if self._following is not None:
                self._following.cancel()

    async def _until_orphaned(self, reading: Coroutine[Any, Any, None]) -> None:
        ended: BaseException | None = None
        async with asyncio.TaskGroup() as tasks:
            heard = tasks.create_task(_kept(reading))
            orphaned = tasks.create_task(self._orphaned.wait())
            await asyncio.wait((heard, orphaned), return_when=asyncio.FIRST_COMPLETED)
            ended = heard.result() if heard.done() else None
            heard.cancel()
            orphaned.cancel()
        if ended is not None:
            raise ended

    def _watch(self) -> None:
        """Hear of the end of the process that the editor said it is. One that is not seen from here is not watched."""
        import psutil  # noqa: PLC0415 - see the module's docstring

        loop = asyncio.get_running_loop()

        def wait(editor: psutil.Process) -> None:
            editor.wait()
            with contextlib.suppress(RuntimeError):
                # The loop may have ended first.
                loop.call_soon_threadsafe(self._orphaned.set)

        if self._server.process_id is not None:
            with contextlib.suppress(psutil.Error):
                editor = psutil.Process(self._server.process_id)
                threading.Thread(target=wait, args=(editor,), daemon=True).start()

    def report(self, standing: str, message: str, url: str) -> None:
        """Tell the editor where the broker is."""
        self._notify("chatbox/status", {"state": standing, "message": message, "url": url})

    def _begin(self) -> None:
        """The editor listens: load the operations. What it asks meanwhile waits in the pipe."""
        from chatbox.operations.catalogue import OPERATIONS  # noqa: PLC0415 - see the module's docstring

        self._watch()
        self._caller = self._prepare(self)
        for name, declared in OPERATIONS.items():
            if "lsp" in declared.transports:
                self._answer(f"{jsonrpc.PREFIX}{name}", partial(self._call, name))
        self._answer("chatbox/follow", self._follow)
        self._answer("chatbox/unfollow", self._unfollow)

    def _answer(self, method: str, handler: Handler) -> None:
        async def answer(params: dict[str, Any] | None) -> dict[str, Any]:
            return await handler(params or {})

        # pygls marks the functions it is given, which bound methods do not allow: hence one of our own.
        self._server.feature(method)(answer)

    async def _call(self, name: str, params: dict[str, Any]) -> dict[str, Any]:
        from chatbox.operations.caller import Refused  # noqa: PLC0415 - see the module's docstring

        assert self._caller is not None, "requests come after `initialized`"
        try:
            return await self._caller.call(name, params)
        except Refused as refused:
            code = jsonrpc.INVALID_PARAMS if refused.code == "VALIDATION_ERROR" else jsonrpc.REFUSED
            raise JsonRpcException(refused.message, code=code, data={"code": refused.code}) from refused

    async def _follow(self, params: dict[str, Any]) -> dict[str, Any]:
        assert self._caller is not None, "requests come after `initialized`"
        after = params.get("after")
        head = (await self._call("whoami", {}))["head"]
        start = head if after is None else after
        if not isinstance(start, int) or not 0 <= start <= head:
            data = {"code": "VALIDATION_ERROR"}
            raise JsonRpcException(f"`after` must be 0 to {head}.", code=jsonrpc.INVALID_PARAMS, data=data)
        await self._unfollow({})
        answering = asyncio.current_task()
        assert answering is not None, "pygls runs every handler as a task"
        answered = asyncio.Event()
        # pygls sends the answer in a callback of this task that it added before, and callbacks run in that order.
        answering.add_done_callback(lambda _: answered.set())
        self._following = asyncio.get_running_loop().create_task(self._tell(self._caller, start, answered))
        return {"cursor": start}

    async def _unfollow(self, _params: dict[str, Any]) -> dict[str, Any]:
        if self._following is not None:
            self._following.cancel()
            self._following = None
        return {}

    async def _tell(self, caller: "Caller", after: int, answered: asyncio.Event) -> None:
        await answered.wait()
        async for events in caller.follow(after):
            self._notify("chatbox/events", events)

    def _notify(self, method: str, params: dict[str, Any]) -> None:
        if self._gone.is_set():
            return
        try:
            self._server.protocol.notify(method, params)
        except BrokenPipeError:
            self._gone.set()


async def _kept(reading: Coroutine[Any, Any, None]) -> BaseException | None:
    """What ended it, as a value: pygls ends with `SystemExit`, which would end a group of tasks as well."""
    try:
        await reading
    except (BrokenPipeError, SystemExit) as ended:
        return ended
    return None


def _plain_converter() -> cattrs.Converter:
    """Pygls 2.1 would rename fields of custom params (`from` becomes `_0`): they stay plain dicts here."""
    converter = converters.get_converter()
    for kind in (JsonRPCRequestMessage, JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(kind, _as_it_is)
    return converter


def _as_it_is(message: dict[str, Any], kind: type) -> Any:
    names = ("id", "method", "jsonrpc", "params", "result")
    held = {name: message.get(name) for name in names if name in kind.__annotations__}
    return kind(**held)
