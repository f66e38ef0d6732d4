"""Whatever happened in a workspace: exported, imported and exported again it is the same, byte by byte."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from chatbox.cli.main import run
from chatbox.client.endpoint import Files
from chatbox.domain.chain import Record
from chatbox.domain.entries import ContentRedacted
from chatbox.journal.sqlite import SqliteJournal
from hypothesis import given, settings

from tests.support.simulated import SimulatedWorkspace
from tests.support.simulated_histories import Move, histories, play


async def record(files: Files, workspace: SimulatedWorkspace) -> None:
    """The workspace's journal as an owner leaves it: what was redacted is forgotten."""
    files.folder.mkdir(parents=True)
    journal = await SqliteJournal.open(files.journal)
    await journal.append(Record(entries=tuple(workspace.sealed)), after=0)
    for recorded in workspace.entries:
        if isinstance(recorded.entry, ContentRedacted):
            await journal.forget(recorded.entry.target)
    await journal.close()


def exported(files: Files, name: str) -> bytes:
    output = files.root / name
    assert run(["export", "--workspace", str(files.root), "--output", str(output)]) == 0
    return output.read_bytes()


@settings(deadline=None, derandomize=True, max_examples=25)
@given(histories)
def test_export_import_export_is_identical_whatever_happened(history: Sequence[Sequence[Move]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second = Files(Path(folder) / "first"), Files(Path(folder) / "second")
        second.root.mkdir()
        workspace = play(history)
        asyncio.run(record(first, workspace))
        before = exported(first, "journal.jsonl")
        assert before.count(b"\n") == len(workspace.sealed)
        again = ["import", str(first.root / "journal.jsonl"), "--workspace", str(second.root)]
        assert run(again) == 0
        assert exported(second, "journal.jsonl") == before
        # The same file again changes nothing.
        assert run(again) == 0
        assert exported(second, "again.jsonl") == before
