"""`export` and `import`: the same journal again, byte by byte; or a page for people that cannot be forged."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from chatbox.app.exporting import read_out
from chatbox.domain.chain import Sealed, canonical, leaf_of
from chatbox.mirrors.trail import line_of

from tests.support.processes import Place, place

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A workspace with messages of every kind, in which nothing runs any more."""
    with place(tmp_path_factory.mktemp("told")) as found:
        found.up("--no-supervise")
        found.run("post", "general", f"hello {SCRIPT}\n## not a heading")
        asked = found.run("post", "general", "May I?", "--title", f"Deploy {SCRIPT}", "--json").json["id"]
        found.run("reply", str(asked), "You may.")
        decided = found.run("propose", "debug", "Tabs", "Use tabs.", "--quorum", "1", "--json").json["id"]
        found.run("vote", str(decided), "for", "--reason", "Shorter.")
        token = found.person_token().read_text().strip()
        secret = found.run("post", "general", "my password is hunter2", "--json").json["id"]
        assert found.ask("redact", token, message_id=secret) == {"ok": True}
        edited = found.run("post", "general", "tpyo", "--json").json["id"]
        assert found.ask("edit_message", token, message_id=edited, body="typo") == {"ok": True}
        found.run("stop")
        yield found


@pytest.fixture
def exported(told: Place, tmp_path: Path) -> Path:
    file = tmp_path / "journal.jsonl"
    assert told.run("export", "--output", str(file)).code == 0
    return file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "other").mkdir()
    with place(tmp_path / "other") as found:
        yield found


def left_behind(room: Place) -> list[str]:
    """What lies in a workspace that an import left."""
    return sorted(path.name for path in room.state.iterdir()) if room.state.exists() else []


def beginning_wrongly(line: bytes) -> bytes:
    """The same with hashes that fit, but of an entry that begins no journal."""
    fields = orjson.loads(line)
    head = fields["head"] | {"type": "Later"}
    return orjson.dumps(fields | {"head": head, "leaf": leaf_of(canonical(head)).hex()}) + b"\n"


def test_export_import_export_is_identical(told: Place, exported: Path, empty: Place, tmp_path: Path) -> None:
    imported = empty.run("import", str(exported), "--json")
    assert imported.code == 0
    assert imported.json["status"] == "imported"
    again = empty.run("export")
    assert again.out.encode() == exported.read_bytes()
    verified = empty.run("verify", "--json").json
    assert verified["head"] == told.run("verify", "--json").json["head"] == imported.json["head"]
    assert not any("importing" in name for name in left_behind(empty))


def test_the_export_is_the_trail(told: Place, exported: Path) -> None:
    assert exported.read_bytes() == (told.state / "trail.jsonl").read_bytes()


def test_it_exports_while_somebody_writes(shared: Place) -> None:
    posted = shared.run("post", "general", "while it runs", "--json").json["id"]
    last = orjson.loads(shared.run("export").out.splitlines()[-1])
    assert last["seq"] == posted


def test_what_was_imported_goes_on(exported: Path, empty: Place) -> None:
    empty.run("import", str(exported))
    empty.up("--no-supervise", "--new-person-token")
    empty.run("post", "general", "and on it goes")
    found = empty.run("search", "goes", "--json").json
    assert [one["body"] for one in found] == ["and on it goes"]
    assert [one["body"] for one in empty.run("search", "typo", "--json").json] == ["typo"]
    empty.run("stop")
    assert empty.run("verify").code == 0
    unchanged = empty.run("import", str(exported), "--json")
    assert (unchanged.code, unchanged.json["status"]) == (0, "unchanged")


def test_the_same_file_again_changes_nothing(exported: Path, empty: Place) -> None:
    empty.run("import", str(exported))
    before = {path: path.read_bytes() for path in empty.state.iterdir()}
    again = empty.run("import", str(exported), "--json")
    assert (again.code, again.json["status"]) == (0, "unchanged")
    assert {path: path.read_bytes() for path in empty.state.iterdir() if path in before} == before


def test_another_journal_is_not_overwritten(exported: Path, shared: Place) -> None:
    before = shared.run("verify", "--json").json
    refused = shared.run("import", str(exported), "--json")
    assert refused.code == 1
    assert "another journal: import into an empty folder" in refused.error["message"]
    assert shared.run("verify", "--json").json == before


def test_a_journal_that_was_lost_is_not_replaced_by_another_one(exported: Path, told: Place, empty: Place) -> None:
    empty.up("--no-supervise")
    empty.run("stop")
    (empty.state / "journal.db").unlink()
    refused = empty.run("import", str(exported), "--json")
    assert refused.code == 1
    assert "had another journal" in refused.error["message"]
    # Its own one comes back.
    shutil.copytree(told.state, empty.state, dirs_exist_ok=True)
    (empty.state / "journal.db").unlink()
    assert empty.run("import", str(exported)).code == 0
    assert empty.run("verify", "--json").json["compared"] is True


@pytest.mark.parametrize("damage", ["head", "content", "gone", "cut", "swapped", "text", "foreign", "first"])
def test_a_damaged_file_is_refused_by_its_line_and_leaves_nothing(exported: Path, empty: Place, damage: str) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if b"May I?" in line)
    match damage:
        case "head":
            lines[number] = lines[number].replace(b"#general", b"#debug--")
        case "content":
            lines[number] = lines[number].replace(b"May I?", b"You do")
        case "gone":
            del lines[number]
        case "cut":
            del lines[number + 1 :]
            lines[number] = lines[number][:-20]
        case "swapped":
            lines[number], lines[number + 1] = lines[number + 1], lines[number]
        case "text":
            fields = orjson.loads(lines[number])
            lines[number] = orjson.dumps(fields | {"salt": None, "content": None}) + b"\n"
        case "first":
            number = 0
            lines[0] = beginning_wrongly(lines[0])
        case _:
            lines[number] = b'{"agent": "x"}\n'
    exported.write_bytes(b"".join(lines))
    refused = empty.run("import", str(exported), "--json")
    assert refused.code == 3
    assert f", line {number + 1}: " in refused.error["message"]
    assert left_behind(empty) == []


@pytest.mark.parametrize("content", ["", "hello\n", "[]", '{"seq": 1}'])
def test_a_file_that_is_none_of_ours_is_refused(empty: Place, tmp_path: Path, content: str) -> None:
    (tmp_path / "file").write_text(content)
    assert empty.run("import", str(tmp_path / "file"), "--channel", "x", "--json").code in (3, 4)
    assert empty.run("import", str(tmp_path / "none")).code == 3


@pytest.fixture
def tokens(room: Place, tmp_path: Path) -> dict[str, str]:
    """Who may enter a workspace that was exported to `brought.jsonl` while they could."""
    room.up("--no-supervise")
    admission = (room.state / "token").read_text().strip()
    bob = room.ask("hello", admission, name="bob", default_channels=["#general"])["session_token"]
    found = {"bob": bob, "root": room.person_token().read_text().strip()}
    assert all("participant" in room.ask("whoami", token) for token in found.values())
    room.run("export", "--output", str(tmp_path / "brought.jsonl"))
    return found


def test_who_could_enter_the_exported_workspace_cannot_enter_the_imported_one(
    tokens: dict[str, str], empty: Place, tmp_path: Path
) -> None:
    assert empty.run("import", str(tmp_path / "brought.jsonl")).code == 0
    empty.up("--no-supervise", "--new-person-token")
    for token in tokens.values():
        assert empty.ask("whoami", token)["error"]["code"] == "AUTH_ERROR"
    assert empty.ask("whoami", empty.person_token().read_text().strip())["kind"] == "person"


def test_control_without_what_the_import_notes_they_could(tokens: dict[str, str], empty: Place, tmp_path: Path) -> None:
    assert empty.run("import", str(tmp_path / "brought.jsonl")).code == 0
    (empty.state / "imported.json").unlink()
    empty.start("up", "--no-supervise").line(lambda line: "Ctrl-C ends it" in line)
    assert {name: empty.ask("whoami", token)["kind"] for name, token in tokens.items()} == {
        "bob": "agent",
        "root": "person",
    }


def test_a_lost_journal_that_is_restored_lets_its_own_person_in(
    room: Place, tokens: dict[str, str], tmp_path: Path
) -> None:
    room.run("stop")
    (room.state / "journal.db").unlink()
    assert room.run("import", str(tmp_path / "brought.jsonl")).code == 0
    room.up("--no-supervise")
    assert room.ask("whoami", tokens["root"])["kind"] == "person"
    assert room.ask("whoami", tokens["bob"])["error"]["code"] == "AUTH_ERROR"


def test_a_damaged_journal_is_not_exported(told: Place, empty: Place, tmp_path: Path) -> None:
    shutil.copytree(told.state, empty.state)
    data = (empty.state / "journal.db").read_bytes()
    (empty.state / "journal.db").write_bytes(data.replace(b"May I?", b"You do"))
    output = tmp_path / "out.jsonl"
    refused = empty.run("export", "--output", str(output), "--json")
    assert refused.code == 1
    assert refused.error["code"] == "MISMATCH"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other"]


def test_what_is_redacted_between_the_two_readings_is_in_no_export(room: Place) -> None:
    room.up("--no-supervise")
    said = room.run("post", "general", "my password is hunter2", "--json").json["id"]
    token = room.person_token().read_text().strip()
    written: list[bytes] = []

    def work(entries: Iterator[Sealed]) -> bytes:
        if not written:
            # The first reading is over, the second one has not begun.
            assert room.ask("redact", token, message_id=said) == {"ok": True}
            written.append(b"begun")
        return b"\n".join(line_of(sealed) for sealed in entries)

    found = read_out(room.state / "journal.db", work)
    assert b"hunter2" not in found
    assert b"ContentRedacted" in found


def test_a_page_quotes_what_was_said(told: Place) -> None:
    page = told.run("export", "--format", "html").out
    assert SCRIPT not in page
    assert "<script" not in page
    assert "hello &lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")
    text = told.run("export", "--format", "markdown").out
    assert "> ## not a heading\n" in text
    assert [line for line in text.splitlines() if line.startswith("#")] == ["# ws", "## \\#debug", "## \\#general"]
    for form in (page, text):
        assert "hunter2" not in form
        assert "(redacted)" in form
        assert "tpyo" not in form
        assert "typo" in form


def test_a_page_can_be_of_one_channel_and_some_days(told: Place) -> None:
    debug = told.run("export", "--format", "markdown", "--channel", "debug").out
    assert "Use tabs." in debug
    assert "May I?" not in debug
    assert "May I?" not in told.run("export", "--format", "markdown", "--until", "2001-01-01").out
    assert "May I?" in told.run("export", "--format", "markdown", "--since", "2001-01-01").out
    assert told.run("export", "--format", "html", "--channel", "nowhere", "--json", "-o", "x").code == 1
    for wrong in (["--channel", "debug"], ["--format", "html", "--since", "yesterday"], ["--json"]):
        assert told.run("export", *wrong).code == 64


def test_old_messages_are_said_once(shared: Place, tmp_path: Path) -> None:
    room = tmp_path / "messages.json"
    said = [{"agent": "bob", "text": f"line {n}\n@ann", "timestamp": "2026-01-01T00:00:00.000000+00:00"} for n in "112"]
    room.write_bytes(orjson.dumps({"messages": said}))
    first = shared.run("import", str(room), "--channel", "old-room", "--json")
    assert first.json == {"id": "#old-room", "messages": 3, "imported": 3}
    room.write_bytes(orjson.dumps({"messages": [*said, said[2] | {"text": "a new one"}]}))
    assert shared.run("import", str(room), "--channel", "#old-room", "--json").json["imported"] == 1
    found = shared.run("search", "in:#old-room", "--json").json
    assert [one["body"].splitlines()[2] for one in found][::-1] == ["> line 1", "> line 1", "> line 2", "> a new one"]


def test_the_dispatch_lines_of_the_earlier_system_are_said(shared: Place, tmp_path: Path) -> None:
    lines = tmp_path / "dispatch_comms.jsonl"
    one = {"id": 7, "type": "alert", "source": "ann", "tier": 1, "phase": "2", "message": "the mill stands still"}
    lines.write_bytes(orjson.dumps(one | {"timestamp": 1767225601.5, "resolved": False}) + b"\n")
    for fresh in (1, 0):
        assert shared.run("import", str(lines), "--channel", "old", "--json").json["imported"] == fresh
    assert shared.run("import", str(lines)).code == 64


def test_the_database_of_the_earlier_system_is_said_with_its_channels(shared: Place, tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite"
    rows = [("#general", "ann", 1767225600.25, "hello"), ("#dispatch", "bob", 1767225601.5, "Plan A\n\nDo it")]
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, channel, author, phase, ts REAL, kind, body)")
        database.executemany("INSERT INTO messages (channel, author, ts, body) VALUES (?, ?, ?, ?)", rows)
        database.commit()
    for fresh in (2, 0):
        assert shared.run("import", str(path), "--channel", "archive", "--json").json["imported"] == fresh
    found = shared.run("search", "in:#archive", "--json").json
    assert [one["body"].splitlines()[0] for one in found][::-1] == [
        "ann in #general, 2026-01-01T00:00:00+00:00:",
        "bob in #dispatch, 2026-01-01T00:00:01+00:00:",
    ]
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE notes (words)")
    refused = shared.run("import", str(other), "--channel", "archive", "--json")
    assert refused.code == 3
    assert "no database of the earlier ChatBox" in refused.error["message"]


@pytest.mark.parametrize("at", [b"1e300", b"true", b"null", b"-1e18"])
def test_a_time_that_is_none_is_refused_by_its_line(shared: Place, tmp_path: Path, at: bytes) -> None:
    lines = tmp_path / "dispatch_comms.jsonl"
    lines.write_bytes(b'{"source": "ann", "message": "x", "timestamp": %b}\n' % at)
    refused = shared.run("import", str(lines), "--channel", "archive", "--json")
    assert refused.code == 3
    assert "line 1" in refused.error["message"]


def test_old_messages_wake_nobody(discussion: Place, tmp_path: Path) -> None:
    room = tmp_path / "messages.json"
    room.write_bytes(orjson.dumps({"messages": [{"agent": "bob", "text": "x", "timestamp": "2026"}]}))
    refused = discussion.run("import", str(room), "--channel", "general", "--json")
    assert refused.code == 1
    assert "would be woken" in refused.error["message"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b'{"source":"a","message":"b","timestamp":"c"}\n{"source":"a","mess', "line 2: it is not JSON: repair"),
    ],
    ids=["empty", "torn"],
)
def test_a_file_of_an_earlier_system_that_cannot_be_read_says_what_to_do(
    shared: Place, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(content)
    refused = shared.run("import", str(file), "--channel", "never", "--json")
    assert refused.code == 3
    assert sentence in refused.error["message"]
    assert all(one["name"] != "#never" for one in shared.run("channels", "--json").json)
