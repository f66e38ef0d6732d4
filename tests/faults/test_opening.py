"""What is wrong with a workspace at the start is one clear message; what can be made anew is made anew."""

import asyncio
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from chatbox.app.owning import CannotOwn, Options, OwnedAlready, owning
from chatbox.client.endpoint import Files, Unreadable, read_endpoint
from chatbox.domain import entries as e
from chatbox.domain.refusal import Refusal
from chatbox.operations.local import LocalCaller
from chatbox.ports import JournalFailed

from tests.support.owners import an_owner, verified

SAID = [f"message {number}: {'x' * 300}" for number in range(200)]


async def _fill(files: Files) -> None:
    async with owning(files, Options()) as owner:
        assert owner.person is not None
        me = owner.caller(owner.person)
        for body in SAID:
            await me.call("chat", {"channel": "general", "body": body})
        await me.call("start_post", {"channel": "human", "title": "T", "description": "?", "type": "plan", "tier": 2})


async def _all_is_there(me: LocalCaller) -> None:
    page = await me.call("history", {"channel": "general", "limit": 500})
    assert [m["body"] for m in page["messages"]] == SAID
    assert [m["position"] for m in page["messages"]] == list(range(1, len(SAID) + 1))
    (approval,) = (await me.call("approvals", {}))["approvals"]
    assert (approval["title"], approval["status"]) == ("T", "open")


def _deleted(path: Path) -> None:
    path.unlink()


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _garbage(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def _cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _middle_overwritten(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 4)
        file.write(os.urandom(size - 4096 * 4))


def _other_journals(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET leaf = randomblob(32)")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _table_missing(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE message")


DAMAGE = (
    _deleted,
    _emptied,
    _garbage,
    _cut_in_half,
    _middle_overwritten,
    _other_journals,
    _table_missing,
    _a_folder,
)


@pytest.mark.parametrize("damage", DAMAGE)
async def test_views_that_were_damaged_while_nobody_ran_are_made_anew(
    files: Files, damage: Callable[[Path], None]
) -> None:
    await _fill(files)
    damage(files.views)
    async with owning(files, Options()) as owner:
        assert owner.person is not None
        await _all_is_there(owner.caller(owner.person))


async def test_views_with_a_garbage_log_beside_them_are_made_anew(files: Files) -> None:
    await _fill(files)
    files.views.with_name("views.db-wal").write_bytes(os.urandom(100_000))
    files.views.with_name("views.db-shm").write_bytes(os.urandom(32_768))
    async with owning(files, Options()) as owner:
        assert owner.person is not None
        await _all_is_there(owner.caller(owner.person))


async def test_control_a_journal_that_was_damaged_is_not_made_anew(files: Files) -> None:
    await _fill(files)
    _garbage(files.journal)
    with pytest.raises(JournalFailed, match="is damaged"):
        async with owning(files, Options()):
            pass


async def test_a_journal_that_lost_its_end_is_noticed_and_left_as_it_is(files: Files) -> None:
    await _fill(files)
    with sqlite3.connect(files.journal) as db:
        db.execute("DELETE FROM entry WHERE seq > 100")
    db.close()
    before = files.journal.read_bytes()
    with pytest.raises(JournalFailed, match="entries were lost"):
        async with owning(files, Options()):
            pass
    assert files.journal.read_bytes() == before


def _folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


def _text(text: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(text)

    return write


def _back(kept: Path, path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    shutil.move(kept, path)


HINDRANCES = {
    "journal.db is a folder": ("journal", _folder, JournalFailed, "journal.db cannot be written"),
    "journal.db is garbage": ("journal", _text(b"no database" * 999), JournalFailed, "is damaged"),
    "token is a folder": ("token", _folder, Unreadable, "token cannot be read"),
    "token is empty": ("token", _text(b""), Unreadable, "token is empty: delete it"),
    "person's token is a folder": ("person_token", _folder, Unreadable, "cannot be read"),
    "person's token is empty": ("person_token", _text(b"\n"), Unreadable, "is empty: delete it"),
    "owner.lock is a folder": ("lock", _folder, CannotOwn, "owner.lock cannot be opened"),
}


@pytest.mark.parametrize("case", HINDRANCES)
async def test_what_hinders_a_start_is_one_clear_message_and_nothing_is_lost(files: Files, case: str) -> None:
    name, spoil, kind, why = HINDRANCES[case]
    await _fill(files)
    path: Path = getattr(files, name)
    kept = path.with_name("kept")
    shutil.move(path, kept)
    spoil(path)
    with pytest.raises(kind, match=why):
        async with owning(files, Options()):
            pass
    assert read_endpoint(files.endpoint) is None
    _back(kept, path)
    async with owning(files, Options()) as owner:
        assert owner.person is not None
        await _all_is_there(owner.caller(owner.person))


async def test_agents_that_cannot_be_declared_are_one_clear_message(files: Files) -> None:
    await _fill(files)
    files.agents.write_text('[[agent]]\nname = "a"\nengine = "stub"\nsubscriptions = { "#nowhere" = "all" }\n')
    with pytest.raises(CannotOwn, match="There is no channel #nowhere"):
        async with owning(files, Options()):
            pass


async def test_a_port_that_was_asked_for_and_is_taken_is_one_clear_message(files: Files) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotOwn, match=f"port {port} is taken .* --port"):
            async with owning(files, Options(port=port)):
                pass


async def test_a_port_of_last_time_that_is_taken_is_replaced_and_that_is_said(files: Files) -> None:
    async with owning(files, Options()) as owner:
        port = int(owner.url.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", port)):
        async with owning(files, Options()) as owner:
            assert not owner.url.endswith(f":{port}")
            assert any(f"Port {port} of last time is taken" in note for note in owner.notes)


@pytest.mark.parametrize("held", [b"", b"99999", b"-1", b"caf\xc3\xa9", b"\x00" * 100])
async def test_a_port_of_last_time_that_makes_no_sense_is_replaced(files: Files, held: bytes) -> None:
    files.folder.mkdir()
    files.port.write_bytes(held)
    async with owning(files, Options()) as owner:
        assert owner.person is not None


@pytest.mark.parametrize("asked", ["99999", "many"])
async def test_a_port_in_the_environment_that_makes_no_sense_is_one_clear_message(
    files: Files, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("AGENTCHAT_HTTP_PORT", asked)
    with pytest.raises(CannotOwn, match="AGENTCHAT_HTTP_PORT"):
        async with owning(files, Options()):
            pass


async def test_of_many_owners_at_once_exactly_one_owns(files: Files) -> None:
    over = asyncio.Event()
    asked: list[bool] = []

    def noted(*, owns: bool) -> None:
        asked.append(owns)
        if len(asked) == 12:
            over.set()

    async def tries() -> None:
        try:
            async with owning(files, Options(supervise=False)):
                noted(owns=True)
                await over.wait()
        except OwnedAlready:
            noted(owns=False)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(12):
            tasks.create_task(tries())
    assert asked.count(True) == 1


async def test_a_second_process_cannot_own_and_can_when_the_first_was_killed(files: Files) -> None:
    async with an_owner(files) as first:
        with pytest.raises(OwnedAlready):
            async with owning(files, Options()):
                pass
        await first.kill()
        async with owning(files, Options()) as second:
            assert second.url == first.url
    assert not [r for r in await verified(files) if isinstance(r.entry, e.AgentParked)]


async def test_a_workspace_whose_person_has_another_token_says_so_and_still_serves_agents(files: Files) -> None:
    await _fill(files)
    files.person_token.write_text("another\n")
    async with owning(files, Options()) as owner:
        assert owner.person is None
        assert any("by another token" in note and "--new-person-token" in note for note in owner.notes)
        assert not isinstance(owner.workspace.door.identify(files.token.read_text().strip()), Refusal)
    async with owning(files, Options(new_person_token=True)) as owner:
        assert owner.person is not None
        await _all_is_there(owner.caller(owner.person))
