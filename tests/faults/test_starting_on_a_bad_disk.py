"""A journal that cannot be used at the start, because of its disk: one clear message, and nothing is lost."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from chatbox.client.endpoint import Files, read_endpoint

from tests.faults.injecting import answered, failing, filled, heard, log_of, post
from tests.faults.killing import killed, launched, the_program, wrongs
from tests.support.owners import an_owner, verified
from tests.support.processes import BOUND_SECONDS, Place

PLAIN = "--no-supervise"
READ_ONLY = "openat:error=EROFS:when=1"
"""What is opened for writing is refused; SQLite opens it for reading then."""

UNWRITABLE = "{journal} cannot be written: check the permissions of the file and its folder, then start again"
BROKEN = "{journal} failed (disk I/O error): check the disk, then start again"
FULL = "the disk of {journal} is full: free some space, then start again. Nothing answered was lost"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What strace injects, into calls about the journal or its log, and how the start explains it."""

    inject: str
    why: str
    in_log: bool = True
    anew: bool = False
    """Whether it meets the first start of all; else the owner before was killed and left its log."""


CASES = {
    "the journal is read-only": Hindrance(READ_ONLY, UNWRITABLE, in_log=False),
    "the log is read-only": Hindrance(READ_ONLY, UNWRITABLE),
    "the log cannot be opened": Hindrance("openat:error=EIO", UNWRITABLE),
    "the log cannot be read": Hindrance("pread64:error=EIO", BROKEN),
    "the disk is full": Hindrance("pwrite64:error=ENOSPC", FULL, anew=True),
    "the fsync of a new journal fails": Hindrance("fdatasync:error=EIO", BROKEN, in_log=False, anew=True),
}


async def _start_fails(files: Files, tracer: tuple[str, ...]) -> tuple[int, str, str]:
    """The exit code of `chatbox up`, and what it said on stdout and stderr."""
    told = files.root.parent / "up.stderr"
    told.unlink(missing_ok=True)
    process = await launched(files, PLAIN, tracer=tracer)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(BOUND_SECONDS):
            said = await process.stdout.read()
            code = await process.wait()
    finally:
        await killed(process)
    return code, said.decode(), told.read_text()


@pytest.mark.parametrize("case", CASES)
async def test_a_journal_that_cannot_be_used_is_one_clear_message_and_nothing_is_lost(
    files: Files, tmp_path: Path, case: str
) -> None:
    hindrance, said = CASES[case], []
    if not hindrance.anew:
        async with the_program(files, PLAIN) as owner:
            person = await owner.person()
            said = [await post(person, f"client0-{number}") for number in range(5)]
            await owner.kill()
            await person.close()
        assert log_of(files.journal).stat().st_size > 0
    path = log_of(files.journal) if hindrance.in_log else files.journal
    why = hindrance.why.format(journal=files.journal)
    found = await _start_fails(files, failing(tmp_path / "trace", path, hindrance.inject))
    assert found == (3, "", f"chatbox: {why}\n")
    assert "(INJECTED)" in (tmp_path / "trace").read_text()
    async with the_program(files, PLAIN) as owner:
        person = await owner.person()
        said.append(await post(person, "client0-5"))
        assert await heard(person) == [one.body for one in said]
        await owner.kill()
        await person.close()
    assert Place(tmp_path).run("verify", "--workspace", str(files.root)).code == 0
    assert len(answered([said])) == len(said)
    assert wrongs(answered([said]), await verified(files)) == []


async def test_control_an_owner_that_does_not_try_to_write_starts_on_a_read_only_journal(
    files: Files, tmp_path: Path
) -> None:
    await filled(files)
    async with an_owner(
        files, "--trust-the-file", tracer=failing(tmp_path / "trace", files.journal, READ_ONLY)
    ) as owner:
        assert read_endpoint(files.endpoint) is not None
        person = await owner.person()
        assert (await post(person, "client0-0")).code == "UNKNOWN_OUTCOME"
        await person.close()
