"""A power cut loses no answered post: what was not synced is lost, and everything answered was synced before."""

import shutil
from pathlib import Path

import pytest
from chatbox.client.endpoint import Files
from chatbox.domain import entries as e
from chatbox.ports import JournalFailed

from tests.faults.power_cut import TRACER, Cut, cuts
from tests.support.owners import an_owner, verified

POSTS = 120

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


async def _traced(files: Files, trace: Path, *flags: str) -> list[Cut]:
    """A power cut for each answered post."""
    async with an_owner(files, *flags, tracer=(*TRACER, str(trace))) as owner:
        person = await owner.person()
        told = []
        for number in range(POSTS):
            answer = await person.call("chat", {"channel": "general", "body": f"number {number} {'x' * 500}"})
            told.append(int(answer["message_id"]))
        await owner.kill()
        await person.close()
    found = list(cuts(trace, files.journal))
    assert [cut.message for cut in found] == told
    return found


async def _lost(found: list[Cut], folder: Path) -> list[int]:
    """The posts, by their ids, that were answered and that an image taken at that moment does not hold."""
    lost = []
    before: set[int] = set()
    for cut in found:
        before.add(cut.message)
        image = Files(folder / str(cut.message))
        image.folder.mkdir(parents=True)
        for name, content in cut.files.items():
            (image.folder / name).write_bytes(content)
        try:
            held = {r.seq for r in await verified(image) if isinstance(r.entry, e.MessagePosted)}
        except JournalFailed:
            held = set()
        if before - held:
            lost.append(cut.message)
    return lost


async def test_no_power_cut_loses_an_answered_post(files: Files, tmp_path: Path) -> None:
    found = await _traced(files, tmp_path / "trace")
    assert len(found) >= 100
    assert await _lost(found, tmp_path / "images") == []


async def test_control_a_journal_that_is_not_synced_loses_answered_posts(files: Files, tmp_path: Path) -> None:
    found = await _traced(files, tmp_path / "trace", "--synchronous=NORMAL")
    assert len(await _lost(found, tmp_path / "images")) > len(found) / 2
