"""The views equal a replay of the journal, however they came to be."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from chatbox.broker.catching_up import catch_up
from chatbox.domain.chain import Record, Sealed
from chatbox.journal.memory import MemoryJournal
from chatbox.ports import Head, ViewsFailed
from chatbox.views.store import ViewStore, remove
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.simulated import SimulatedWorkspace, forgotten
from tests.support.simulated_histories import Move, command, histories, moves, play

History = list[list[Move]]
Rows = dict[str, list[tuple[object, ...]]]


def rows_in(path: Path) -> Rows:
    """Every row of every table, but for the snapshot; of the search index, what it finds and not how it keeps it."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE VIRTUAL TABLE temp.found USING fts5vocab('main', 'message_text', 'instance')")
        listed = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in listed if name != "snapshot" and not name.startswith("message_text")]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in [*names, "found"]}  # noqa: S608


async def journal_of(sealed: list[Sealed]) -> MemoryJournal:
    journal = MemoryJournal()
    await journal.append(Record(entries=tuple(sealed)), after=0)
    return journal


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[ViewStore]:
    views = await ViewStore.open(path)
    try:
        yield views
    finally:
        await views.close()


async def indexed(views: ViewStore) -> None:
    """Make the search index to its end."""
    while not await views.index(7):
        pass


async def rebuilt(path: Path, sealed: list[Sealed]) -> Rows:
    """The rows of views made from entry 1."""
    async with opened(path) as views:
        await catch_up(await journal_of(sealed), views)
        await indexed(views)
    return rows_in(path)


async def applied_in_steps(path: Path, workspace: SimulatedWorkspace, step: int) -> Rows:
    """The rows of views that were told `step` entries at a time."""
    async with opened(path) as views:
        for first in range(0, len(workspace.entries), step):
            some = workspace.entries[first : first + step]
            last = workspace.sealed[first + len(some) - 1]
            await views.apply(some, Head(seq=last.seq, leaf=last.leaf))
            if first % 2:
                await views.index(step)
        await indexed(views)
    return rows_in(path)


@settings(max_examples=25)
@given(histories, st.sampled_from((1, 3, 50)))
async def test_views_told_step_by_step_equal_views_made_from_entry_1(history: History, step: int) -> None:
    workspace = play(history)
    with TemporaryDirectory() as folder:
        incremental = await applied_in_steps(Path(folder, "a.sqlite"), workspace, step)
        assert incremental == await rebuilt(Path(folder, "b.sqlite"), workspace.sealed)
        assert incremental["meta"][0][3:5] == (workspace.state.seq, workspace.state.leaf)


@settings(max_examples=10)
@given(histories)
async def test_views_made_after_a_redaction_equal_views_that_saw_it(history: History) -> None:
    redacting: list[Move] = [("redact", 0, number, 0) for number in range(3)]
    workspace = play([*history, redacting])
    targets = {getattr(one.entry, "target", 0) for one in workspace.entries}
    sealed = [forgotten(one) if one.seq in targets else one for one in workspace.sealed]
    with TemporaryDirectory() as folder:
        saw = await applied_in_steps(Path(folder, "a.sqlite"), workspace, 7)
        assert saw == await rebuilt(Path(folder, "b.sqlite"), sealed)


@settings(max_examples=25)
@given(histories, st.lists(moves, min_size=1, max_size=10))
async def test_the_facts_are_what_the_journal_says(history: History, asking: list[Move]) -> None:
    workspace = play(history)
    commands = [command(workspace, move) for move in asking]
    expected = workspace.facts(commands)
    with TemporaryDirectory() as folder:
        async with opened(Path(folder, "views.sqlite")) as views:
            await catch_up(await journal_of(workspace.sealed), views)
            told = await views.facts(commands)
    assert told.keys == expected.keys
    assert told.messages == expected.messages


@settings(max_examples=10)
@given(histories)
async def test_views_that_were_reset_or_deleted_come_back_the_same(history: History) -> None:
    workspace = play(history)
    with TemporaryDirectory() as folder:
        path = Path(folder, "views.sqlite")
        before = await rebuilt(path, workspace.sealed)
        remove(path)
        assert await rebuilt(path, workspace.sealed) == before
        async with opened(path) as views:
            await views.reset()
            assert (await views.position()).seq == 0
        assert await rebuilt(path, workspace.sealed) == before


async def test_a_history_with_other_entries_gives_other_views(tmp_path: Path) -> None:
    """The control: the comparison sees a single message more."""
    workspace = play([])
    before = await rebuilt(tmp_path / "a.sqlite", workspace.sealed)
    workspace.submit(command(workspace, ("post", 0, 0, 0)))
    assert await rebuilt(tmp_path / "b.sqlite", workspace.sealed) != before


async def test_a_damaged_views_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    path.write_bytes(b"this is no database, however long one looks at it" * 100)
    async with opened(path) as views:
        assert (await views.position()).seq == 0


async def test_a_views_file_of_another_schema_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    await rebuilt(path, play([]).sealed)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE meta SET schema = 0")
        db.commit()
    async with opened(path) as views:
        assert (await views.position()).seq == 0


async def test_entries_that_fail_to_apply_leave_no_half_of_themselves(tmp_path: Path) -> None:
    workspace = play([[("post", 0, 0, 0)]])
    path = tmp_path / "views.sqlite"
    before = await rebuilt(path, workspace.sealed)
    again = workspace.entries[-3:]
    last = workspace.sealed[-1]
    async with opened(path) as views:
        with pytest.raises(ViewsFailed):
            await views.apply([*again, *again], Head(seq=last.seq, leaf=last.leaf))
    assert rows_in(path) == before
