"""`chatbox verify`: 0 only for a journal that is whole; which entry is wrong; what is missing."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from chatbox.cli.main import run
from chatbox.domain.chain import leaf_of

from tests.support.processes import Place, place

SHA256_DIGITS = 64


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A workspace with some entries, one of them redacted, in which nothing runs any more."""
    with place(tmp_path_factory.mktemp("whole")) as found:
        found.up("--no-supervise")
        for number in range(3):
            found.run("post", "general", f"message {number}")
        said = found.run("post", "general", "a secret", "--json").json["id"]
        token = found.person_token().read_text().strip()
        assert found.ask("redact", token, message_id=said) == {"ok": True}
        found.run("post", "general", "the last one")
        found.run("stop")
        yield found


@pytest.fixture
def copy(whole: Place, tmp_path: Path) -> Iterator[Place]:
    """The same for one test to spoil."""
    with place(tmp_path) as found:
        shutil.copytree(whole.state, found.state)
        yield found


def change(room: Place, statement: str, *values: object, file: str = "journal.db") -> None:
    with closing(sqlite3.connect(room.state / file)) as db, db:
        assert db.execute(statement, values).rowcount > 0


def look(room: Place, query: str) -> list[list[int | bytes | None]]:
    with closing(sqlite3.connect(room.state / "journal.db")) as db:
        return [list(row) for row in db.execute(query)]


def head(room: Place) -> tuple[int, bytes]:
    ((seq, leaf),) = look(room, "SELECT seq, leaf FROM entry ORDER BY seq DESC LIMIT 1")
    assert isinstance(seq, int)
    assert isinstance(leaf, bytes)
    return seq, leaf


def test_a_whole_journal_is_verified_with_its_head(copy: Place) -> None:
    seq, leaf = head(copy)
    found = copy.run("verify")
    assert (found.code, found.err) == (0, "")
    assert found.out == f"verified {seq} entries, head {leaf.hex()}\n"
    told = copy.run("verify", "--json").json
    assert told.keys() == {"id", "entries", "head", "compared", "files", "without_files"}
    assert (told["entries"], told["head"], told["compared"]) == (seq, leaf.hex(), True)


def test_it_verifies_while_somebody_writes(room: Place) -> None:
    room.up("--no-supervise")
    posted = room.run("post", "general", "hello", "--json").json["id"]
    assert room.run("verify", "--json").json["entries"] == posted


def test_a_file_of_a_message_is_verified_with_it(room: Place) -> None:
    room.up("--no-supervise")
    (room.root / "notes.txt").write_text("as it was sent", encoding="utf-8")
    posted = room.run("post", "general", "see the notes", "--attach", "notes.txt", "--json").json["id"]
    room.run("post", "general", "again", "--attach", "notes.txt")
    room.run("stop")
    assert "entries and 1 file, head" in room.run("verify").out
    (kept,) = (path for path in (room.state / "attachments").iterdir() if len(path.name) == SHA256_DIGITS)
    kept.write_text("as it was sent!", encoding="utf-8")
    changed = room.run("verify")
    assert (changed.code, f"entry {posted} names a file that was changed since: {kept}" in changed.err) == (1, True)
    kept.unlink()
    missing = room.run("verify", "--json")
    assert (missing.code, missing.json["without_files"]) == (0, [posted])
    assert f"The files of messages {posted} are not in {kept.parent}." in missing.err


@pytest.mark.parametrize("which", ["first", "middle", "last"])
@pytest.mark.parametrize("column", ["head", "leaf", "salt", "content"])
def test_a_flipped_bit_is_found_and_its_entry_named(
    copy: Place, column: str, which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place_of = {"head": 1, "leaf": 2, "salt": 3, "content": 4}[column]
    having = [row for row in look(copy, "SELECT * FROM entry ORDER BY seq") if row[place_of] is not None]
    row = having[{"first": 0, "middle": len(having) // 2, "last": -1}[which]]
    value = row[place_of]
    assert isinstance(value, bytes)
    row[place_of] = bytes([value[0] ^ 1]) + value[1:]
    change(copy, "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)", *row)
    # In this process: a dozen interpreters would take a dozen times as long to start as to verify.
    assert run(["verify", "--json", "--workspace", str(copy.root)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    error = orjson.loads(told.err)["error"]
    assert error["code"] == "MISMATCH"
    assert error["message"].startswith(f"entry {row[0]!r} was changed")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM entry WHERE seq = 5", "entry 5 is missing: the next one stored is 6"),
        ("DELETE FROM entry WHERE seq = 1", "entry 1 is missing: the next one stored is 2"),
        ("UPDATE entry SET salt = NULL, content = NULL WHERE seq = 3", "entry 3 has lost its text"),
        ("UPDATE entry SET content = NULL WHERE seq = 3", "entry 3 was changed"),
        ("UPDATE entry SET seq = seq + 1000 WHERE seq = (SELECT max(seq) FROM entry)", "is missing"),
    ],
)
def test_what_is_gone_is_named(copy: Place, statement: str, said: str) -> None:
    change(copy, statement)
    found = copy.run("verify")
    assert found.code == 1
    assert said in found.err


@pytest.mark.parametrize("left", [-1, 1, 0])
def test_a_missing_end_is_noticed(copy: Place, left: int) -> None:
    seq, _ = head(copy)
    end = left if left >= 0 else seq + left
    change(copy, "DELETE FROM entry WHERE seq > ?", end)
    found = copy.run("verify", "--json")
    assert found.code == 2
    assert found.error["code"] == "TRUNCATED"
    assert f"ends at entry {end}, but entry {seq} had been recorded" in found.error["message"]


def test_the_snapshot_alone_tells_a_missing_end(copy: Place) -> None:
    seq, _ = head(copy)
    change(copy, "DELETE FROM entry WHERE seq > ?", seq - 1)
    change(copy, "UPDATE meta SET seq = 0", file="views.db")
    assert copy.run("verify").code == 2


def test_a_journal_that_was_replaced_is_noticed(copy: Place, tmp_path: Path) -> None:
    (tmp_path / "another").mkdir()
    with place(tmp_path / "another") as another:
        another.up("--no-supervise")
        for number in range(12):
            another.run("post", "general", f"other {number}")
        another.run("stop")
        shutil.copy(another.state / "journal.db", copy.state / "journal.db")
    found = copy.run("verify")
    assert found.code == 1
    assert "the journal was replaced" in found.err


def test_without_views_it_says_what_it_cannot_know(copy: Place) -> None:
    (copy.state / "views.db").unlink()
    found = copy.run("verify", "--json")
    assert found.code == 0
    assert found.json["compared"] is False
    assert "a missing end would not show" in found.err


def test_a_journal_that_is_missing_or_no_journal_cannot_be_read(copy: Place) -> None:
    (copy.state / "journal.db").write_bytes(bytes(range(256)) * 64)
    garbage = copy.run("verify", "--json")
    assert garbage.code == 3
    assert garbage.error["code"] == "UNREADABLE"
    (copy.state / "journal.db").unlink()
    (copy.state / "journal.db").mkdir()
    assert copy.run("verify").code == 3
    (copy.state / "journal.db").rmdir()
    assert copy.run("verify").code == 3
    with closing(sqlite3.connect(copy.state / "journal.db")) as db:
        db.execute("CREATE TABLE something (else_ TEXT)")
    (copy.state / "views.db").unlink()
    assert copy.run("verify").code == 3


def test_an_entry_of_a_later_version_is_no_forgery(copy: Place) -> None:
    seq, leaf = head(copy)
    later = f'{{"at":1,"by":"system","data":{{}},"prev":"{leaf.hex()}","seq":{seq + 1},"type":"Later","v":2}}'.encode()
    change(copy, "INSERT INTO entry VALUES (?, ?, ?, NULL, NULL)", seq + 1, later, leaf_of(later))
    found = copy.run("verify")
    assert found.code == 3
    assert "update ChatBox" in found.err
