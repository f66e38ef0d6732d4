"""A full disk that the views meet first: what was there can still be read."""

from pathlib import Path

from chatbox.client.endpoint import Files

from tests.faults.injecting import BEFORE, failing, filled, heard, log_of, post_until_refused, wrongs_on_disk
from tests.faults.killing import the_program


async def test_a_full_disk_leaves_reads_working_when_the_views_meet_it_first(files: Files, tmp_path: Path) -> None:
    await filled(files)
    tracer = failing(tmp_path / "trace", log_of(files.views), "pwrite64:error=ENOSPC")
    async with the_program(files, "--no-supervise", tracer=tracer) as owner:
        person = await owner.person()
        said = await post_until_refused([person])
        assert BEFORE in await heard(person)
        await person.close()
        await owner.stop()
        assert await owner.process.wait() == 3
    assert await wrongs_on_disk(files, tmp_path / "image", said) == []
