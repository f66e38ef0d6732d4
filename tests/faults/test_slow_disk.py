"""A disk whose every fsync is slow: answers wait for it, nothing else does, and order is kept."""

import asyncio
import re
from pathlib import Path

from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.domain import entries as e
from chatbox.domain.entries import Recorded

from tests.faults.injecting import CLIENTS, Said, answered, health, post
from tests.faults.killing import the_program, wrongs
from tests.faults.power_cut import TRACER, cuts, lost
from tests.support.owners import OwnerProcess, an_owner, verified
from tests.support.processes import BOUND_SECONDS

ROUNDS = 6
AT_ONCE = 3
"""How many posts a client sends before it waits for their answers."""

SLOW_MICROSECONDS = 100_000
_SYNC = re.compile(r"^(?P<pid>\d+) +(?P<resumed><\.\.\. )?fdatasync\b.*?(?P<begun> <unfinished \.\.\.>)?$")
_HEALTHY = "".join(f"\\x{byte:02x}" for byte in b'"status":"ok"')


def _slow(trace: Path) -> tuple[str, ...]:
    """A tracer that holds up every fdatasync before it begins. The views do some when they are made, and then none."""
    strace, *options, to = TRACER
    return (strace, "-D", *options, "-e", f"inject=fdatasync:delay_enter={SLOW_MICROSECONDS}", to, str(trace))


async def _talk(owner: OwnerProcess) -> list[list[Said]]:
    """What each client was told, in the order in which it asked; somebody asks for the owner's health all the time."""
    over = asyncio.Event()

    async def rounds(name: str, caller: RemoteCaller) -> list[Said]:
        said: list[Said] = []
        for number in range(ROUNDS):
            asking = (post(caller, f"{name}-{number * AT_ONCE + one}") for one in range(AT_ONCE))
            said += await asyncio.gather(*asking)
        return said

    async def look() -> None:
        while not over.is_set():
            assert (await health(owner.url))["status"] == "ok"

    callers = [await owner.person() for _ in range(CLIENTS)]
    async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(look())
        talking = [tasks.create_task(rounds(f"client{n}", caller)) for n, caller in enumerate(callers)]
        await asyncio.wait(talking)
        over.set()
        await looking
    for caller in callers:
        await caller.close()
    await owner.kill()
    await owner.read_to_its_end()
    return [one.result() for one in talking]


def _healthy_meanwhile(trace: Path) -> int:
    """How many answers about health were sent between the begin and the end of some fdatasync."""
    syncing: set[str] = set()
    count = 0
    for line in trace.read_text().splitlines():
        sync = _SYNC.match(line)
        if sync is None:
            count += bool(syncing) and _HEALTHY in line
        elif sync["begun"]:
            syncing.add(sync["pid"])
        elif sync["resumed"]:
            syncing.discard(sync["pid"])
    return count


def _disordered(said: list[list[Said]], history: list[Recorded]) -> list[str]:
    """The clients whose posts stand in another order than that in which they were sent."""
    at = {r.key.key: r.seq for r in history if isinstance(r.entry, e.MessagePosted) and r.key is not None}
    places = {of_client[0].key: [at[one.key] for one in of_client] for of_client in said}
    return [name for name, seqs in places.items() if seqs != sorted(seqs)]


async def test_answers_wait_for_a_slow_fsync_health_does_not_and_order_is_kept(files: Files, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with the_program(files, "--no-supervise", tracer=_slow(trace)) as owner:
        said = await _talk(owner)
    told = answered(said)
    assert len(told) == CLIENTS * ROUNDS * AT_ONCE
    assert _healthy_meanwhile(trace) > 0
    found = list(cuts(trace, files.journal))
    assert sorted(cut.message for cut in found) == sorted(one.message for one in told.values())
    assert await lost(found, tmp_path / "images") == []
    history = await verified(files)
    assert wrongs(told, history) == []
    assert _disordered(said, history) == []


async def test_control_an_owner_that_does_not_wait_for_its_fsync_is_found_out(files: Files, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with an_owner(files, "--synchronous=NORMAL", tracer=_slow(trace)) as owner:
        await _talk(owner)
    assert await lost(list(cuts(trace, files.journal)), tmp_path / "images")


async def test_control_an_owner_that_commits_on_its_loop_answers_nothing_meanwhile(
    files: Files, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    async with an_owner(files, "--on-the-loop", tracer=_slow(trace)) as owner:
        said = await _talk(owner)
    assert len(answered(said)) == CLIENTS * ROUNDS * AT_ONCE
    assert _healthy_meanwhile(trace) == 0


async def test_control_an_owner_that_takes_the_last_first_is_found_out(files: Files, tmp_path: Path) -> None:
    async with an_owner(files, "--backwards", tracer=_slow(tmp_path / "trace")) as owner:
        said = await _talk(owner)
    assert _disordered(said, await verified(files))
