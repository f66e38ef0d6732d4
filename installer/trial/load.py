"""Eight clients that post to an installed service while something is done to it.

As a program it is the load of the trial on a real Windows (`on-windows.ps1`):

    python -m installer.trial.load post  --token FILE --port PORT --told FILE (--kills N | -- COMMAND…)
    python -m installer.trial.load judge --workspace FOLDER --told FILE

`post` does the given thing under load and leaves what the clients were told; `judge` compares that with the journal,
once nothing runs there any more. Exit codes: 0 all is well, 1 something was lost, or not back in time, or the command
failed, 2 wrong usage.
"""

import argparse
import asyncio
import http.client
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import orjson
import psutil
from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Lost

from tests.faults.killing import CLIENTS, Answered, Posting, Told, wrongs
from tests.support.owners import verified

BACK_SECONDS = 5.0
"""How soon a room that was killed answers again."""
LIVED_SECONDS = 3.0
"""NSSM waits longer each time for a process that ended soon; a room that is killed here has lived for so long."""
ANSWERED_SECONDS = 60.0
AGAIN_SECONDS = 0.05
"""After how long a client without a connection tries again: sooner than those of ours."""


def some_clients() -> list[Posting]:
    """Clients that have said nothing yet, under names of their own."""
    return [Posting(f"client{number}-{time.monotonic_ns()}") for number in range(CLIENTS)]


def all_told(clients: list[Posting]) -> Told:
    """Every answer that any of them got."""
    told = {key: one for client in clients for key, one in client.told.items()}
    assert told, "nothing was answered"
    return told


@asynccontextmanager
async def posting(token: str, url: str, clients: list[Posting]) -> AsyncIterator[None]:
    """They post meanwhile. At the end each has got one more answer, hence also the one that it waited for."""
    answered = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(_post(url, token, client, answered)) for client in clients]
        async with asyncio.timeout(ANSWERED_SECONDS):
            for _ in range(5 * len(clients)):
                await answered.acquire()
        yield
        before = {client.name: len(client.told) for client in clients}
        async with asyncio.timeout(ANSWERED_SECONDS):
            while any(len(client.told) == before[client.name] for client in clients):
                await answered.acquire()
        for task in running:
            task.cancel()


async def _post(url: str, token: str, client: Posting, answered: asyncio.Semaphore) -> None:
    """Post without end; after a lost connection come again and repeat what was not answered."""
    while True:
        with suppress(Lost, OSError, TimeoutError):
            async with await RemoteCaller.connect(url, token) as caller:
                await client.go_on(caller, answered)
        await asyncio.sleep(AGAIN_SECONDS)


def _room() -> psutil.Process | None:
    """The process of the installed room."""
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if "python.exe" in line and "service run" in line:
            return process
    return None


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


async def _killed(port: int, times: int) -> bool:
    """End the room's process so often; whether each time another one answered soon enough."""
    backs = []
    for _ in range(times):
        await asyncio.sleep(LIVED_SECONDS)
        room = _room()
        if room is None:
            print("no room runs")
            return False
        room.kill()
        began = time.monotonic()
        async with asyncio.timeout(ANSWERED_SECONDS):
            while _lives(room) or not await asyncio.to_thread(_answers, port):  # noqa: ASYNC110 - no event for us
                await asyncio.sleep(0.05)
        backs.append(time.monotonic() - began)
    print("back after", ", ".join(f"{one:.1f} s" for one in backs))
    return max(backs) < BACK_SECONDS


async def _under_load(chosen: argparse.Namespace) -> bool:
    clients = some_clients()
    token = chosen.token.read_text(encoding="ascii").strip()
    async with posting(token, f"http://127.0.0.1:{chosen.port}", clients):
        if chosen.kills:
            well = await _killed(chosen.port, chosen.kills)
        else:
            well = (await asyncio.to_thread(subprocess.run, chosen.command, check=False)).returncode == 0
    told = all_told(clients)
    chosen.told.write_bytes(orjson.dumps({key: asdict(one) for key, one in told.items()}))
    print(f"{len(told)} posts were answered, {sum(client.repeated for client in clients)} repeated")
    return well


async def _judged(chosen: argparse.Namespace) -> bool:
    told = {key: Answered(**one) for key, one in orjson.loads(chosen.told.read_bytes()).items()}
    found = wrongs(told, await verified(Files(chosen.workspace)))
    print("\n".join(found) or f"{len(told)} answered posts are there, each once")
    return not found


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description="Load for the trial of an installed service.")
    commands = parser.add_subparsers(required=True)
    post = commands.add_parser("post", help="post while something is done")
    post.set_defaults(run=_under_load)
    post.add_argument("--token", type=Path, required=True)
    post.add_argument("--port", type=int, required=True)
    post.add_argument("--told", type=Path, required=True)
    post.add_argument("--kills", type=int, default=0)
    post.add_argument("command", nargs="*")
    judge = commands.add_parser("judge", help="compare what was told with the journal of a stopped room")
    judge.set_defaults(run=_judged)
    judge.add_argument("--workspace", type=Path, required=True)
    judge.add_argument("--told", type=Path, required=True)
    chosen = parser.parse_args()
    if chosen.run is _under_load and bool(chosen.kills) == bool(chosen.command):
        parser.error("say either --kills or -- COMMAND")
    return 0 if asyncio.run(chosen.run(chosen)) else 1


if __name__ == "__main__":
    sys.exit(main())
