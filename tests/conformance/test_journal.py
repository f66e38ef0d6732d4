"""What every journal store promises: five verbs, one order, all or nothing."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest
from chatbox.domain import entries as e
from chatbox.domain.chain import GENESIS, Record, Sealed, Verifier, seal, unseal
from chatbox.journal.memory import MemoryJournal
from chatbox.ports import Conflict, Head, Journal, JournalFailed

from tests.conformance.stores import STORES, Store

WAIT = 5.0
"""Seconds that anything here may take."""


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param]


@pytest.fixture(params=[name for name, store in STORES.items() if store.durable])
def durable(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param]


@pytest.fixture
async def journal(store: Store, tmp_path: Path) -> AsyncIterator[Journal]:
    opened = await store.open(tmp_path)
    yield opened
    await opened.close()


def said(body: str) -> e.MessagePosted:
    return e.MessagePosted(kind="chat", channel="#a", position=1, root=1, text={"body": body})


def record(bodies: Sequence[str], after: Head) -> Record:
    """One append behind `after`: a message for each body."""
    chain: list[Sealed] = []
    for offset, body in enumerate(bodies, start=1):
        one = e.Recorded(seq=after.seq + offset, at=after.seq + offset, by="ada", entry=said(body))
        previous = chain[-1].leaf if chain else after.leaf
        chain.append(seal(one, previous, bytes(16)))
    return Record(entries=tuple(chain))


async def append(journal: Journal, *bodies: str) -> Record:
    """Append to the end."""
    head = await journal.head()
    written = record(bodies, head)
    await journal.append(written, after=head.seq)
    return written


async def everything(journal: Journal) -> list[Sealed]:
    return await journal.read(0, 1_000_000)


async def bodies_in(journal: Journal) -> list[str | None]:
    return [(unseal(one).entry.text or {}).get("body") for one in await everything(journal)]


async def verified(journal: Journal) -> Verifier:
    """The chain as it is read back, checked to its head."""
    verifier = Verifier()
    for one in await everything(journal):
        verifier.check(one)
    assert Head(seq=verifier.seq, leaf=verifier.leaf) == await journal.head()
    return verifier


async def test_an_empty_journal_ends_before_entry_1(journal: Journal) -> None:
    assert await journal.head() == Head(seq=0, leaf=GENESIS)
    assert await everything(journal) == []


async def test_what_is_appended_reads_back_byte_for_byte(journal: Journal) -> None:
    first = await append(journal, "one", "two")
    second = await append(journal, "three")
    assert tuple(await everything(journal)) == first.entries + second.entries
    assert await journal.head() == Head(seq=3, leaf=second.last.leaf)
    await verified(journal)


async def test_an_entry_without_text_reads_back_without_text(journal: Journal) -> None:
    one = seal(e.Recorded(seq=1, at=1, by="ada", entry=e.JournalCreated(journal="00")), GENESIS, bytes(16))
    await journal.append(Record(entries=(one,)), after=0)
    assert await everything(journal) == [one]


@pytest.mark.parametrize(("after", "limit"), [(0, 3), (2, 2), (4, 10), (5, 1), (9, 1), (0, 1)])
async def test_a_page_begins_behind_its_cursor_and_holds_at_most_its_limit(
    journal: Journal, after: int, limit: int
) -> None:
    await append(journal, *"abcde")
    page = await journal.read(after, limit)
    assert [one.seq for one in page] == list(range(1, 6))[after : after + limit]


async def test_pages_one_after_the_other_give_everything_once(journal: Journal) -> None:
    for _ in range(4):
        await append(journal, *"abc")
    found: list[Sealed] = []
    while page := await journal.read(len(found), 5):
        found += page
    assert found == await everything(journal)


@pytest.mark.parametrize("after", [0, 1, 3, 100])
async def test_an_append_behind_anything_but_the_end_is_a_conflict_and_writes_nothing(
    journal: Journal, after: int
) -> None:
    await append(journal, "one", "two")
    wrong = record(["late"], Head(seq=after, leaf=GENESIS))
    with pytest.raises(Conflict):
        await journal.append(wrong, after=after)
    assert await bodies_in(journal) == ["one", "two"]


async def test_a_record_that_does_not_begin_behind_its_place_is_a_conflict(journal: Journal) -> None:
    await append(journal, "one")
    with pytest.raises(Conflict):
        await journal.append(record(["gap"], Head(seq=5, leaf=GENESIS)), after=1)


async def test_a_journal_goes_on_after_a_conflict(journal: Journal) -> None:
    with pytest.raises(Conflict):
        await journal.append(record(["late"], Head(seq=7, leaf=GENESIS)), after=7)
    await append(journal, "one")
    assert await bodies_in(journal) == ["one"]


async def test_of_many_appends_to_one_place_exactly_one_wins(journal: Journal) -> None:
    await append(journal, "first")
    head = await journal.head()
    rivals = [record([f"rival {n}", "and more"], head) for n in range(20)]
    outcomes = await asyncio.gather(
        *(journal.append(rival, after=head.seq) for rival in rivals), return_exceptions=True
    )
    won = [rival for rival, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
    assert len(won) == 1
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [Conflict] * 19
    assert tuple((await everything(journal))[1:]) == won[0].entries
    await verified(journal)


async def after_a_cancelled_append(journal: Journal, steps: int) -> list[str | None]:
    """What a journal holds after an append was cancelled `steps` steps after it began, and another one was made."""
    await append(journal, "first")
    head = await journal.head()
    whole = record(PARTS, head)
    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as tasks:
        appending = tasks.create_task(journal.append(whole, after=head.seq))
        for _ in range(steps):
            await asyncio.sleep(0)
        appending.cancel()
    # Whoever was cancelled does not know; the next append waits its turn and is told.
    mine = record(["next"], await journal.head())
    try:
        await journal.append(mine, after=mine.first - 1)
    except Conflict:
        await append(journal, "next")
    return await bodies_in(journal)


PARTS = [f"part {number}" for number in range(50)]
WHOLE = (["first", "next"], ["first", *PARTS, "next"])


@pytest.mark.parametrize("steps", range(6))
async def test_a_cancelled_append_is_wholly_there_or_not_at_all_and_the_journal_goes_on(
    journal: Journal, steps: int
) -> None:
    assert await after_a_cancelled_append(journal, steps) in WHOLE
    await verified(journal)


class Tearing(MemoryJournal):
    """The control: writes one entry after the other and can be interrupted between them."""

    async def append(self, record: Record, *, after: int) -> None:
        for place, one in enumerate(record.entries):
            await super().append(Record(entries=(one,)), after=after + place)
            await asyncio.sleep(0)


async def test_a_store_that_tears_appends_is_found_out() -> None:
    found = [await after_a_cancelled_append(Tearing(), steps) for steps in range(6)]
    assert any(bodies not in WHOLE for bodies in found)


async def test_appended_entries_survive_opening_the_store_again(durable: Store, tmp_path: Path) -> None:
    opened = await durable.open(tmp_path)
    await append(opened, "one", "two")
    head = await opened.head()
    await opened.close()
    again = await durable.open(tmp_path)
    try:
        assert await again.head() == head
        assert await bodies_in(again) == ["one", "two"]
        await append(again, "three")
        assert await bodies_in(again) == ["one", "two", "three"]
    finally:
        await again.close()


async def test_a_second_handle_that_is_behind_overwrites_nothing(durable: Store, tmp_path: Path) -> None:
    first, second = await durable.open(tmp_path), await durable.open(tmp_path)
    try:
        await append(first, "one")
        late = record(["late"], Head(seq=0, leaf=GENESIS))
        with pytest.raises(Conflict if durable.shared else (Conflict, JournalFailed)):
            await second.append(late, after=0)
        assert await bodies_in(first) == ["one"]
    finally:
        await first.close()
        await second.close()


# Watching.


async def test_a_watcher_is_told_at_once_what_it_missed(journal: Journal) -> None:
    await append(journal, "one", "two")
    async with asyncio.timeout(WAIT), aclosing(watching(journal, 0)) as heads:
        assert await anext(heads) == await journal.head()


async def test_a_watcher_who_missed_nothing_is_told_of_the_next_move(journal: Journal) -> None:
    await append(journal, "one")
    async with asyncio.timeout(WAIT), aclosing(watching(journal, 1)) as heads, asyncio.TaskGroup() as tasks:
        told = tasks.create_task(anext_of(heads))
        await asyncio.sleep(0)
        assert not told.done()
        await append(journal, "two")
        assert await told == await journal.head()


async def test_every_watcher_is_told_and_in_order(journal: Journal) -> None:
    async def follow() -> list[int]:
        seen: list[int] = []
        async with aclosing(watching(journal, 0)) as heads:
            async for head in heads:
                seen.append(head.seq)
                if head.seq == 10:
                    return seen
        raise AssertionError("the watch ended by itself")

    async with asyncio.timeout(WAIT), asyncio.TaskGroup() as tasks:
        watchers = [tasks.create_task(follow()) for _ in range(5)]
        for number in range(10):
            await append(journal, f"{number}")
    for watcher in watchers:
        seen = watcher.result()
        assert seen == sorted(set(seen))
        assert seen[-1] == 10


async def watching(journal: Journal, after: int) -> AsyncGenerator[Head, None]:
    """`watch` as a generator that can be closed."""
    async for head in journal.watch(after):
        yield head


async def anext_of(heads: AsyncIterator[Head]) -> Head:
    return await anext(heads)


# Forgetting.


async def test_a_forgotten_entry_loses_its_text_and_salt_and_keeps_its_head(journal: Journal) -> None:
    written = await append(journal, "keep", "My password is hunter2.", "keep too")
    await journal.forget(2)
    kept = await everything(journal)
    assert (kept[1].salt, kept[1].content) == (None, None)
    assert (kept[1].head, kept[1].leaf) == (written.entries[1].head, written.entries[1].leaf)
    assert await bodies_in(journal) == ["keep", None, "keep too"]
    assert (await verified(journal)).unexplained == {2}


async def test_forgetting_twice_is_forgetting_once(journal: Journal) -> None:
    await append(journal, "one", "two")
    await journal.forget(1)
    await journal.forget(1)
    assert await bodies_in(journal) == [None, "two"]


async def test_a_journal_goes_on_after_forgetting(journal: Journal) -> None:
    await append(journal, "one")
    await journal.forget(1)
    await append(journal, "two")
    assert await bodies_in(journal) == [None, "two"]


async def test_a_forgotten_text_is_in_no_file(durable: Store, tmp_path: Path) -> None:
    opened = await durable.open(tmp_path)
    try:
        await append(opened, "My password is hunter2.", "Another message.")
        assert found_in_files(tmp_path, b"hunter2"), "the control: before, it was there"
        await opened.forget(1)
        assert not found_in_files(tmp_path, b"hunter2")
        assert found_in_files(tmp_path, b"Another message.")
    finally:
        await opened.close()


def found_in_files(folder: Path, words: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


# Sizes and letters.


async def test_a_big_entry_and_a_big_record_read_back(journal: Journal) -> None:
    await append(journal, "x" * 2_000_000)
    await append(journal, *(f"{n}" for n in range(2_000)))
    assert (await bodies_in(journal))[0] == "x" * 2_000_000
    assert (await journal.head()).seq == 2_001
    await verified(journal)


@pytest.mark.parametrize(
    "body",
    ["", "Grüße 👍 日本", "\u0000", "a\u0000b", "\u2028\u2029\ufeff\uffff", "\U0010ffff", "'; DROP TABLE entry; --"],
)
async def test_every_letter_reads_back(journal: Journal, body: str) -> None:
    await append(journal, body)
    assert await bodies_in(journal) == [body]
    await verified(journal)
