"""A power cut loses no answered post: what was not synced is lost, and everything answered was synced before."""

from pathlib import Path

from chatbox.client.endpoint import Files

from tests.faults.power_cut import TRACER, Cut, cuts, lost
from tests.support.owners import an_owner

POSTS = 120


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


async def test_no_power_cut_loses_an_answered_post(files: Files, tmp_path: Path) -> None:
    found = await _traced(files, tmp_path / "trace")
    assert len(found) >= 100
    assert await lost(found, tmp_path / "images") == []


async def test_control_a_journal_that_is_not_synced_loses_answered_posts(files: Files, tmp_path: Path) -> None:
    found = await _traced(files, tmp_path / "trace", "--synchronous=NORMAL")
    assert len(await lost(found, tmp_path / "images")) > len(found) / 2
