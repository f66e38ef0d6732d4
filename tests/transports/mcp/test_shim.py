"""The stdio shim as a process: its manners, and what it does when the server goes away."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import orjson
import pytest
from chatbox.transports.mcp.line import Line, NotAdmitted
from mcp import Client, MCPError

from tests.transports.mcp.room import ADMISSION, ERAS, PERSON, SHIM, Era, Memory, room, shim_of, tell

HOUR = 3600


@pytest.mark.parametrize("era", ERAS)
async def test_with_a_name_the_agent_is_introduced_and_needs_no_token(tmp_path: Path, era: Era) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        Client(shim_of(here.url, ADMISSION, "bob"), mode=era) as bob,
    ):
        assert (await tell(bob, "whoami"))["participant"] == "bob"
        await tell(bob, "subscribe", channel="#general")
        await tell(bob, "chat", channel="#general", body="hello")


@pytest.mark.parametrize("era", ERAS)
async def test_a_server_that_comes_back_goes_unnoticed(tmp_path: Path, era: Era) -> None:
    memory = Memory(tmp_path)
    async with AsyncExitStack() as clients:
        async with room(memory) as here:
            client = Client(shim_of(here.url, await here.session("bob", "#general")), mode=era)
            bob = await clients.enter_async_context(client)
            await tell(bob, "chat", channel="#general", body="before")
        async with room(memory):
            await tell(bob, "chat", channel="#general", body="after")
            found = await tell(bob, "history", channel="#general")
    assert [m["body"] for m in found["messages"]] == ["before", "after"]


@pytest.mark.parametrize("era", ERAS)
async def test_an_expired_session_is_renewed_by_its_name(tmp_path: Path, era: Era) -> None:
    memory = Memory(tmp_path)
    async with room(memory) as here, Client(shim_of(here.url, ADMISSION, "bob"), mode=era) as bob:
        await tell(bob, "subscribe", channel="#general")
        memory.clock.advance(25 * HOUR)
        assert (await tell(bob, "whoami"))["participant"] == "bob"


@pytest.mark.parametrize(("token", "code"), [("guess", "AUTH_ERROR"), (PERSON, "NOT_PERMITTED")])
async def test_who_is_not_let_in_is_told_why(tmp_path: Path, token: str, code: str) -> None:
    async with room(Memory(tmp_path)) as here:
        line = Line(here.url, token, "bob")
        with pytest.raises(NotAdmitted, match=f"{code}: "):
            await line.hello()
        await line.aclose()


async def test_stdout_has_nothing_but_the_protocol_and_the_end_of_stdin_ends_it(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here:
        process = await started(here.url, await here.session("bob"), None)
        assert process.stdin is not None
        assert process.stdout is not None
        params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        opening = {"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": params}
        process.stdin.write(b"not json\n" + orjson.dumps(opening) + b"\n")
        answers = [orjson.loads(await process.stdout.readline()) for _ in range(2)]
        assert {one["id"] for one in answers} == {None, "a"}
        process.stdin.close()
        assert (await process.stdout.read(), await process.wait()) == (b"", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
async def test_an_interrupt_ends_it_though_stdin_is_open(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here:
        process = await started(here.url, await here.session("bob"), None)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"not json\n")
        await process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert await process.wait() == -signal.SIGINT


@pytest.mark.parametrize("era", ERAS)
async def test_a_server_that_stays_away_is_an_answer_not_a_silence(tmp_path: Path, era: Era) -> None:
    memory = Memory(tmp_path)
    impatient = "import chatbox.transports.mcp.line as line; line.Line.__init__.__defaults__ = (lambda: None, 0.1); "
    async with AsyncExitStack() as clients:
        async with room(memory) as here:
            parameters = shim_of(here.url, await here.session("bob"))
            parameters.args[1] = impatient + parameters.args[1]
            bob = await clients.enter_async_context(Client(parameters, mode=era))
            await tell(bob, "whoami")
        with pytest.raises(MCPError, match="ChatBox does not answer at"):
            await tell(bob, "whoami")


async def started(url: str, token: str, name: str | None) -> asyncio.subprocess.Process:
    code = f"{SHIM} asyncio.run(shim(sys.argv[1], sys.argv[2], {name!r}))"
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, url, token, stdin=pipe, stdout=pipe, stderr=pipe
    )
