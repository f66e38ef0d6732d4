"""A log that is no longer folded into the journal stops nobody, and is told until it is folded in again."""

import contextlib
import os
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from chatbox.app.owning import CannotOwn, Options, owning
from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.journal.sqlite import SqliteJournal
from chatbox.ports import JournalFailed

from tests.faults.injecting import failing, filled, health, post
from tests.faults.killing import the_program
from tests.support.owners import connected, verified
from tests.support.processes import Place

PLAIN = "--no-supervise"
LARGE = 200_000
POSTS_MAX = 90
FOR_A_WHILE = "pwrite64,write:error=EIO:when=1..60"
"""SQLite tries after each commit from 4 MB on, and so do we from 8 MB on: that is over after some 60 posts."""


async def _until(caller: RemoteCaller, url: str, *, told: bool, after: int) -> int:
    """Posts until `/health` has a detail, or none; the number of the next post."""
    for number in range(after, after + POSTS_MAX):
        assert (await post(caller, f"client0-{number}", LARGE)).answer is not None
        found = await health(url)
        assert found["status"] == "ok"
        if (found["detail"] is not None) is told:
            return number + 1
    raise AssertionError(await health(url))


async def test_a_disk_that_takes_no_checkpoint_is_told_once_and_until_it_does_again(
    files: Files, tmp_path: Path
) -> None:
    await filled(files)
    why = f"The log of {files.journal} grows and cannot be folded in (disk I/O error)"
    todo = "check the disk and its free space"
    async with the_program(files, PLAIN, tracer=failing(tmp_path / "trace", files.journal, FOR_A_WHILE)) as owner:
        person = await owner.person()
        number = await _until(person, owner.url, told=True, after=0)
        assert (await health(owner.url))["detail"] == f"{why}: {todo}"
        place = Place(tmp_path)
        place.environment["XDG_STATE_HOME"] = os.environ["XDG_STATE_HOME"]
        doctor = place.run("doctor", "--json", "--workspace", str(files.root))
        (finding,) = (one for one in doctor.json if one["id"] == "owner")
        assert (finding["status"], finding["said"], finding["todo"]) == ("odd", why, todo)
        await _until(person, owner.url, told=False, after=number)
        await person.close()
        await owner.kill()
    assert files.log.read_text().count(why) == 1
    said = [one for one in await verified(files) if one.key is not None]
    assert len(said) > number


async def test_who_keeps_reading_the_file_is_told_of_and_no_longer_afterwards(files: Files) -> None:
    async with owning(files, Options(supervise=False)) as owner:
        token = files.person_token.read_text().strip()
        caller = await RemoteCaller.connect(owner.url, token)
        with contextlib.closing(sqlite3.connect(files.journal)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM entry").fetchone()
            number = await _until(caller, owner.url, told=True, after=0)
            assert "another program keeps reading" in str((await health(owner.url))["detail"])
        await _until(caller, owner.url, told=False, after=number)
        await caller.close()


async def test_control_a_log_that_is_folded_in_is_not_told_of(files: Files) -> None:
    async with owning(files, Options(supervise=False)) as owner:
        caller = await connected(files, owner.url)
        with pytest.raises(AssertionError, match="'detail': None"):
            await _until(caller, owner.url, told=True, after=0)
        await caller.close()


@contextlib.contextmanager
def files_left(number: int) -> Iterator[None]:
    """Only so many more files can be opened in this process."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 100, before[1]))
    held: list[int] = []
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open(os.devnull, os.O_RDONLY))
        for one in held[len(held) - number :]:
            os.close(one)
            held.remove(one)
        yield
    finally:
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("left", [0, 1, 2])
async def test_a_journal_that_is_one_file_too_many_says_so(files: Files, left: int) -> None:
    await filled(files)
    with files_left(left), pytest.raises(JournalFailed, match=r"too many files are open.*ulimit -n"):
        await SqliteJournal.open(files.journal)


async def test_a_workspace_that_is_one_file_too_many_says_so(files: Files) -> None:
    await filled(files)
    with files_left(0), pytest.raises(CannotOwn, match=r"Too many open files.*ulimit -n"):
        async with owning(files, Options(supervise=False)):
            pass


async def test_with_files_enough_it_opens(files: Files) -> None:
    """The control of those two."""
    await filled(files)
    with files_left(10):
        journal = await SqliteJournal.open(files.journal)
        await journal.close()
