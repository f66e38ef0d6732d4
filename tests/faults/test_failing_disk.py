"""A disk that fails under a running owner: it stops for good, says so, and what it said before and after holds."""

import resource
from dataclasses import dataclass
from pathlib import Path

import pytest
from chatbox.client.endpoint import Files

from tests.faults.injecting import (
    BEFORE,
    CLIENTS,
    Said,
    answered,
    failed_batch,
    failing,
    filled,
    health,
    heard,
    log_of,
    post,
    post_until_refused,
    refused,
    repeated,
    writes_after_the_failure,
    wrongs_of_the_stop,
    wrongs_on_disk,
)
from tests.faults.killing import the_program, wrongs
from tests.support.owners import OwnerProcess, an_owner, verified
from tests.support.processes import Place

PLAIN = "--no-supervise"
BROKEN = "{journal} failed (disk I/O error): check the disk, then start again"
FULL = "the disk of {journal} is full: free some space, then start again. Nothing answered was lost"


@dataclass(frozen=True, slots=True)
class Fault:
    """What strace injects into calls about the journal's log, and how the owner explains it."""

    inject: str
    why: str
    written: bool
    """Whether the whole batch is written when it fails."""
    killed: bool
    """Whether the owner is killed at last; else it is stopped, and closes its files."""


# One fsync fails and those behind it would succeed: the kernel may have dropped what it was to write.
# In a new log the first fsync is about its header, each further one ends a commit.
EIO, ENOSPC = "fdatasync,fsync:error=EIO:when=", "pwrite64,write:error=ENOSPC:when="
FAULTS = {
    "the fsync of a new log's header fails": Fault(f"{EIO}1", BROKEN, written=False, killed=True),
    "the fsync of the first commit fails": Fault(f"{EIO}2", BROKEN, written=True, killed=True),
    "the fsync of a later commit fails": Fault(f"{EIO}7", BROKEN, written=True, killed=False),
    "the disk is full before the first commit": Fault(f"{ENOSPC}1+", FULL, written=False, killed=False),
    "the disk is full in the middle of a commit": Fault(f"{ENOSPC}3+", FULL, written=False, killed=True),
    "the disk is full after a while": Fault(f"{ENOSPC}22+", FULL, written=False, killed=False),
}


async def _went_on(owner: OwnerProcess, size: int = 0) -> list[list[Said]]:
    """Clients post until each was refused; what was answered is still there to read."""
    callers = [await owner.person() for _ in range(CLIENTS)]
    said = await post_until_refused(callers, size)
    for caller in callers:
        assert sorted(await heard(caller)) == sorted([BEFORE, *(one.body for one in answered(said).values())])
        await caller.close()
    return said


async def _ends(owner: OwnerProcess, *, killed: bool) -> int:
    await (owner.kill() if killed else owner.stop())
    return await owner.process.wait()


def _stderr(files: Files) -> str:
    return (files.root.parent / "up.stderr").read_text()


async def _all_happened_once(files: Files, said: list[list[Said]], folder: Path) -> None:
    """On the disk as it was left, and after what was not answered was asked for again."""
    assert await wrongs_on_disk(files, folder / "image", said) == []
    assert wrongs(answered(said), await verified(Files(folder / "image"))) == []
    async with the_program(files, PLAIN) as owner:
        told = await repeated(owner, said)
        await owner.kill()
    assert Place(folder).run("verify", "--workspace", str(files.root)).code == 0
    assert wrongs(told, await verified(files)) == []


@pytest.mark.parametrize("case", FAULTS)
async def test_a_journal_that_fails_once_stops_its_owner_and_no_answer_is_a_lie(
    files: Files, tmp_path: Path, case: str
) -> None:
    fault, trace, why = FAULTS[case], tmp_path / "trace", FAULTS[case].why.format(journal=files.journal)
    await filled(files)
    async with the_program(files, PLAIN, tracer=failing(trace, log_of(files.journal), fault.inject)) as owner:
        said = await _went_on(owner)
        found = await health(owner.url)
        code = await _ends(owner, killed=fault.killed)
    assert wrongs_of_the_stop(said) == []
    assert writes_after_the_failure(trace) == []
    unknown = refused(said, "UNKNOWN_OUTCOME")
    if fault.written:
        assert {one.key for one in unknown} == failed_batch(trace, answered(said))
    assert unknown[0].message == f"Whether this was recorded is unknown: {why}. Ask again with the same client key."
    assert refused(said, "UNAVAILABLE")[0].message == f"Nothing more is recorded: {why}."
    assert (found["status"], found["detail"]) == ("stopped", f"Nothing more is recorded: {why}.")
    assert _stderr(files) == f"chatbox: Nothing more is recorded: {why}. Reading still works; Ctrl-C ends it\n"
    assert code == (-9 if fault.killed else 3)
    await _all_happened_once(files, said, tmp_path)


async def test_a_write_that_the_kernel_cuts_short_stops_the_owner_until_it_is_started_again(
    files: Files, tmp_path: Path
) -> None:
    """No injection: the kernel writes a part of a commit up to a limit and refuses the rest, as at a disk's end."""
    await filled(files)
    log = log_of(files.journal)
    async with the_program(files, PLAIN) as owner:
        person = await owner.person()
        first = await post(person, "client8-0")
        limit = log.stat().st_size + 5_000
        _, most = resource.prlimit(owner.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(owner.pid, resource.RLIMIT_FSIZE, (limit, most))
        callers = [await owner.person() for _ in range(CLIENTS)]
        said = [[first], *await post_until_refused(callers, size=9_000)]
        assert log.stat().st_size == limit
        resource.prlimit(owner.pid, resource.RLIMIT_FSIZE, (most, most))
        said[0].append(await post(person, "client8-1"))
        assert log.stat().st_size == limit
        for caller in (person, *callers):
            assert await heard(caller) == [BEFORE, first.body]
            await caller.close()
        assert await _ends(owner, killed=True) == -9
    assert wrongs_of_the_stop(said) == []
    await _all_happened_once(files, said, tmp_path)


async def test_control_an_owner_that_goes_on_after_a_failed_fsync_is_found_out(files: Files, tmp_path: Path) -> None:
    trace, log = tmp_path / "trace", log_of(files.journal)
    await filled(files)
    tracer = failing(trace, log, f"{EIO}3")
    async with an_owner(files, "--go-on", tracer=tracer) as owner:
        said = await _went_on(owner)
        await _ends(owner, killed=False)
        await owner.read_to_its_end()
    found = wrongs_of_the_stop(said)
    assert any("was answered after a refusal" in one for one in found)
    assert any("was not told that nothing goes on" in one for one in found)
    assert writes_after_the_failure(trace)


async def test_control_an_owner_that_calls_an_unknown_outcome_unavailable_is_found_out(
    files: Files, tmp_path: Path
) -> None:
    await filled(files)
    tracer = failing(tmp_path / "trace", log_of(files.journal), f"{EIO}3")
    async with an_owner(files, "--deny-unknown", tracer=tracer) as owner:
        said = await _went_on(owner)
        await _ends(owner, killed=True)
    assert "nobody was told that an outcome is unknown" in wrongs_of_the_stop(said)
    assert any("was UNAVAILABLE, and is there" in one for one in await wrongs_on_disk(files, tmp_path / "image", said))


async def test_control_an_owner_that_forgets_keys_carries_out_an_unknown_request_twice(
    files: Files, tmp_path: Path
) -> None:
    await filled(files)
    tracer = failing(tmp_path / "trace", log_of(files.journal), f"{EIO}3")
    async with the_program(files, PLAIN, tracer=tracer) as owner:
        said = await _went_on(owner)
        await _ends(owner, killed=True)
    async with an_owner(files, "--forget-keys") as owner:
        person = await owner.person()
        for one in refused(said, "UNKNOWN_OUTCOME"):
            await post(person, one.key)
        await person.close()
        await owner.kill()
    assert any("is there 2 times" in one for one in wrongs(answered(said), await verified(files)))


@pytest.mark.parametrize("inject", ["pwrite64,write:error=ENOSPC", "fdatasync,fsync:error=EIO"])
async def test_a_checkpoint_that_fails_loses_nothing_for_the_log_holds_everything(
    files: Files, tmp_path: Path, inject: str
) -> None:
    trace = tmp_path / "trace"
    await filled(files)
    async with the_program(files, PLAIN, tracer=failing(trace, files.journal, inject)) as owner:
        person = await owner.person()
        # SQLite makes one when a commit leaves a log of more than 1,000 pages, which are 4 MB.
        said = [await post(person, f"client0-{number}", size=60_000) for number in range(62)]
        await person.close()
        await _ends(owner, killed=True)
    assert len(answered([said])) == len(said)
    assert "(INJECTED)" in trace.read_text()
    assert log_of(files.journal).stat().st_size > 4_000_000
    await _all_happened_once(files, [said], tmp_path)


async def test_control_a_journal_without_its_log_has_lost_answered_posts(files: Files, tmp_path: Path) -> None:
    await filled(files)
    async with the_program(files, PLAIN) as owner:
        person = await owner.person()
        said = [await post(person, "client0-0")]
        await person.close()
        await _ends(owner, killed=True)
    log_of(files.journal).unlink()
    assert any("was answered, and is []" in one for one in wrongs(answered([said]), await verified(files)))
