"""Files on the command line: sent along, listed, saved where nothing is overwritten; in exports and back from them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import Place, place
from tests.support.sending import PNG, sha256

NOTES = b"# Minutes\n"
EVIL = "<img src=x onerror=alert(1)>.md"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A workspace with files, one of them redacted, in which nothing runs any more."""
    folder = tmp_path_factory.mktemp("files")
    for name, content in (("plan.png", PNG), (EVIL, NOTES), ("secret.txt", b"hunter2")):
        (folder / name).write_bytes(content)
    with place(tmp_path_factory.mktemp("told")) as found:
        found.up("--no-supervise")
        files = ["--attach", str(folder / "plan.png"), "--attach", str(folder / EVIL)]
        post = found.run("post", "general", "Here it is.", "--title", "The plan", *files, "--json").json["id"]
        found.run("reply", str(post), "And again.", "--attach", str(folder / EVIL))
        secret = found.run("post", "general", "mine", "--attach", str(folder / "secret.txt"), "--json").json["id"]
        token = found.person_token().read_text().strip()
        assert found.ask("redact", token, message_id=secret) == {"ok": True}
        found.run("stop")
        yield found


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "other").mkdir()
    with place(tmp_path / "other") as found:
        yield found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_sent_listed_and_saved(shared: Place, tmp_path: Path) -> None:
    for name, content in (("plan.png", PNG), ("notes.md", NOTES)):
        (tmp_path / name).write_bytes(content)
    files = ["--attach", str(tmp_path / "plan.png"), "--attach", str(tmp_path / "notes.md")]
    number = shared.run("post", "general", "look", *files, "--json").json["id"]
    listed = shared.run("attachments", str(number), "--json").json
    assert [(one["name"], one["media_type"], one["size"]) for one in listed] == [
        ("plan.png", "image/png", len(PNG)),
        ("notes.md", "text/plain", len(NOTES)),
    ]
    heard = shared.run("listen", "general", "--since", str(number - 1), "--once").out
    assert f"attached: plan.png (image/png, {len(PNG)} bytes), notes.md (text/plain" in heard
    folder = tmp_path / "saved"
    saved = shared.run("attachments", str(number), "--save", str(folder), "--json").json
    assert [one["path"] for one in saved] == [str(folder / "plan.png"), str(folder / "notes.md")]
    assert contents(folder) == {"plan.png": PNG, "notes.md": NOTES}


def test_saving_overwrites_nothing_and_follows_no_link(shared: Place, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes(NOTES)
    number = str(shared.run("post", "general", "x", "--attach", str(tmp_path / "notes.md"), "--json").json["id"])
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "notes.md").write_text("mine")
    (folder / "notes (2).md").symlink_to(tmp_path / "outside")
    for _ in range(2):
        saved = shared.run("attachments", number, "--save", str(folder))
        assert (saved.code, saved.out) == (0, f"{folder / 'notes (3).md'}\n")
    assert (folder / "notes.md").read_text() == "mine"
    assert not (tmp_path / "outside").exists()


def test_what_cannot_be_sent_is_refused_and_nothing_is_said(shared: Place, tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    before = shared.run("search", "unsaid", "--json").json
    refused = shared.run("post", "general", "unsaid", "--attach", str(large), "--json")
    assert (refused.code, refused.error["code"]) == (1, "PAYLOAD_TOO_LARGE")
    assert shared.run("post", "general", "unsaid", "--attach", str(tmp_path / "none")).code == 64
    assert shared.run("search", "unsaid", "--json").json == before


def test_export_import_export_is_identical_with_the_files(told: Place, other: Place, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    exported = told.run("export", "-o", f"{first}.jsonl", "--attachments", str(first), "--json").json
    assert exported["attachments"] == {"there": 2, "missing": 0}
    assert contents(first) == {f"{sha256(PNG)}.png": PNG, f"{sha256(NOTES)}.txt": NOTES}
    for status in ("imported", "unchanged"):
        imported = other.run("import", f"{first}.jsonl", "--attachments", str(first), "--json").json
        assert (imported["status"], imported["attachments"], imported["missing_attachments"]) == (status, 2, 0)
        assert contents(other.state / "attachments") == {sha256(PNG): PNG, sha256(NOTES): NOTES}
    other.run("export", "-o", f"{second}.jsonl", "--attachments", str(second))
    assert contents(second) == contents(first)
    assert Path(f"{second}.jsonl").read_bytes() == Path(f"{first}.jsonl").read_bytes()


def test_what_was_imported_can_be_read_and_what_was_redacted_since_does_not_come_back(
    told: Place, other: Place, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    told.run("export", "-o", str(tmp_path / "room.jsonl"), "--attachments", str(folder))
    other.run("import", str(tmp_path / "room.jsonl"), "--attachments", str(folder))
    other.up("--no-supervise", "--new-person-token")
    (picture,) = other.run("search", "has:image", "--json").json
    saved = other.run("attachments", str(picture["id"]), "--save", str(tmp_path / "saved"), "--json").json
    assert (tmp_path / "saved" / "plan.png").read_bytes() == PNG
    assert len(saved) == 2
    token = other.person_token().read_text().strip()
    assert other.ask("redact", token, message_id=picture["id"]) == {"ok": True}
    again = other.run("import", str(tmp_path / "room.jsonl"), "--attachments", str(folder), "--json").json
    assert (again["status"], again["attachments"]) == ("unchanged", 1)
    assert not (other.state / "attachments" / sha256(PNG)).exists()


def test_files_that_are_missing_or_wrong_are_told_and_never_taken(told: Place, other: Place, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    told.run("export", "-o", str(tmp_path / "room.jsonl"), "--attachments", str(folder))
    (folder / f"{sha256(PNG)}.png").write_bytes(b"another picture")
    (folder / f"{sha256(b'')}.txt").write_bytes(b"")
    imported = other.run("import", str(tmp_path / "room.jsonl"), "--attachments", str(folder), "--json").json
    assert (imported["attachments"], imported["missing_attachments"]) == (1, 1)
    assert contents(other.state / "attachments") == {sha256(NOTES): NOTES}
    other.up("--no-supervise", "--new-person-token")
    (picture,) = other.run("search", "has:image", "--json").json
    lost = other.run("attachments", str(picture["id"]), "--save", str(tmp_path / "saved"), "--json")
    assert (lost.code, lost.error["code"]) == (1, "NOT_FOUND")


def test_a_page_holds_small_pictures_and_links_to_what_lies_beside(told: Place, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "room.html"
    page.parent.mkdir()
    told.run("export", "--format", "html", "-o", str(page), "--attachments", str(tmp_path / "files"))
    html = page.read_text()
    assert html.count('<img src="data:image/png;base64,') == 1
    assert f'<a href="../files/{sha256(PNG)}.png">' in html
    assert f'<a href="../files/{sha256(NOTES)}.txt">&lt;img src=x' in html
    assert "<img src=x" not in html
    assert "secret.txt" not in html
    assert (page.parent / f"../files/{sha256(NOTES)}.txt").read_bytes() == NOTES
    alone = told.run("export", "--format", "markdown").out
    assert f"- attached: plan.png (image/png, {len(PNG)} bytes)\n" in alone
    assert os.fspath(tmp_path) not in alone
