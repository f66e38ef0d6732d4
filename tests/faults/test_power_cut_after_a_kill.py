"""What a killed owner left half done, and the next owner answered for, survives a power cut."""

import asyncio
from pathlib import Path

from chatbox.client.endpoint import Files
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Lost

from tests.faults.injecting import CLIENTS, post, post_until_refused, refused
from tests.faults.killing import the_program
from tests.faults.power_cut import TRACER, cuts, lost

PLAIN = "--no-supervise"


def _traced(trace: Path, *options: str) -> tuple[str, ...]:
    strace, *rest, to = TRACER
    # A signal is not injected where strace uses seccomp.
    rest.remove("--seccomp-bpf")
    return (strace, "-D", *rest, *options, to, str(trace))


async def _lost(files: Files, folder: Path) -> list[int]:
    whole = folder / "whole"
    whole.write_bytes((folder / "first").read_bytes() + (folder / "second").read_bytes())
    return await lost(list(cuts(whole, files.journal)), folder / "images")


async def _posted_until_lost(person: RemoteCaller) -> int:
    """The number of the post that its owner did not live to answer."""
    for number in range(20):
        try:
            await post(person, f"client0-{number}")
        except Lost:
            return number
    raise AssertionError("nobody killed the owner")


async def test_a_post_whose_owner_was_killed_before_its_fsync_is_on_disk_once_the_next_owner_answers(
    files: Files, tmp_path: Path
) -> None:
    # The journal's connection does about ten fsyncs at its very first start, then one for each commit.
    killing = ("-e", "inject=fdatasync:signal=SIGKILL:when=17")
    async with the_program(files, PLAIN, tracer=_traced(tmp_path / "first", *killing)) as owner:
        person = await owner.person()
        number = await _posted_until_lost(person)
        await owner.process.wait()
        await person.close()
    async with the_program(files, PLAIN, tracer=_traced(tmp_path / "second")) as owner:
        person = await owner.person()
        assert (await post(person, f"client0-{number}")).answer is not None
        await owner.kill()
        await person.close()
    assert await _lost(files, tmp_path) == []


async def test_what_is_answered_after_a_failed_fsync_a_kill_and_a_restart_is_on_disk(
    files: Files, tmp_path: Path
) -> None:
    failing = ("-e", "inject=fdatasync:error=EIO:when=17")
    async with the_program(files, PLAIN, tracer=_traced(tmp_path / "first", *failing)) as owner:
        callers = [await owner.person() for _ in range(CLIENTS)]
        said = await post_until_refused(callers)
        await owner.kill()
        for caller in callers:
            await caller.close()
    async with the_program(files, PLAIN, tracer=_traced(tmp_path / "second")) as owner:
        person = await owner.person()
        for one in refused(said, "UNKNOWN_OUTCOME", "UNAVAILABLE"):
            assert (await post(person, one.key)).answer is not None
        await asyncio.gather(*(post(person, f"later-{number}") for number in range(20)))
        await owner.kill()
        await person.close()
    assert await _lost(files, tmp_path) == []
