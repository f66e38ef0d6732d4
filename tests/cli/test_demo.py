"""Which file the demo talks about: a real one, small, of the project itself."""

from pathlib import Path

import pytest
from chatbox.cli.demo import FILES_LOOKED_AT_MAX, find_file


def make(root: Path, *names: str, text: str = "words\n") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a.py", "README.md", "notes.md"], "README.md"),
        (["a.py", "notes.md"], "notes.md"),
        (["a.py", "readme.MD"], "readme.MD"),
        (["src/a.py", "z.txt"], "z.txt"),
        (["src/a.py"], "src/a.py"),
        ([".venv/README.md", ".git/config.txt", "node_modules/x/README.md", ".env.txt"], None),
        (["a name with spaces.md", "no-extension"], None),
        ([], None),
    ],
)
def test_the_file_that_introduces_the_project_comes_first(tmp_path: Path, names: list[str], found: str | None) -> None:
    make(tmp_path, *names)
    assert find_file(tmp_path) == found


def test_empty_large_and_binary_files_are_no_text(tmp_path: Path) -> None:
    make(tmp_path, "README.md", text=" \n")
    make(tmp_path, "big.txt", text="x" * 1_000_000)
    (tmp_path / "image.png").write_bytes(bytes(range(256)))
    (tmp_path / "link.md").symlink_to(tmp_path / "nowhere.md")
    assert find_file(tmp_path) is None


def test_a_file_outside_the_workspace_is_not_offered(tmp_path: Path) -> None:
    make(tmp_path, "secret.txt", "ws/.keep")
    (tmp_path / "ws" / "notes.md").symlink_to(tmp_path / "secret.txt")
    assert find_file(tmp_path / "ws") is None


def test_a_large_workspace_is_not_searched_without_end(tmp_path: Path) -> None:
    for number in range(FILES_LOOKED_AT_MAX):
        (tmp_path / f"{number}.bin").touch()
    make(tmp_path, "sub/notes.md")
    assert find_file(tmp_path) is None
