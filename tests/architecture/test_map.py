"""`docs/architecture.md` says what is there and what holds; both are looked up."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.places import ROOT, SIDECAR, short

PAGE = ROOT / "docs" / "architecture.md"
INVARIANTS = 11
REFERENCE = re.compile(r"`(tests/[\w./-]+\.py)::(test_\w+)(?:\[[^\]`]*\])?`")
NAME = re.compile(r"(?<![\w./-])([\w-]+(?:\.(?:py|sql)|/))(?![\w/])")


def section(title: str) -> str:
    """What stands under a heading, up to the next one of its rank."""
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, f"{short(PAGE)} has no section {title!r}"
    return found[1]


# The map.


def drawn() -> Iterator[tuple[Path, list[Path]]]:
    """Each name on the map with where it may be: in the folder its line begins with, or beside it."""
    block = re.search(r"```\n(.*?)```", section("The map"), re.DOTALL)
    assert block, "the map is a block of code"
    above: dict[int, Path] = {-1: ROOT}
    for line in block[1].splitlines():
        indent = len(line) - len(line.lstrip())
        parent = above[max(level for level in above if level < indent)]
        first = line.split()[0] if line.strip() else ""
        folder = parent / first if first.endswith("/") else parent
        above = {level: path for level, path in above.items() if level < indent} | {indent: folder}
        if first.endswith("/"):
            yield folder, [folder]
        for name in NAME.findall(line.replace(first, "", 1) if first.endswith("/") else line):
            yield parent / name, [folder / name, parent / name]


def test_everything_on_the_map_exists() -> None:
    missing = [short(name) for name, places in drawn() if not any(place.exists() for place in places)]
    assert missing == []


def test_every_package_of_the_sidecar_is_on_the_map() -> None:
    on_the_map = {place for _, places in drawn() for place in places if place.exists()}
    packages = {path for path in SIDECAR.iterdir() if path.is_dir() and path.name != "__pycache__"}
    single = {path for path in SIDECAR.glob("*.py") if not path.name.startswith("__")}
    assert sorted(short(path) for path in (packages | single) - on_the_map) == []


# The invariants.


def invariants() -> dict[int, str]:
    """Each numbered item of the list, with the lines that belong to it."""
    items = re.split(r"^(\d+)\. ", section("Invariants"), flags=re.MULTILINE)[1:]
    return dict(zip(map(int, items[::2]), items[1::2], strict=True))


def names_of_tests(path: Path) -> set[str]:
    """The names of a file's tests; a file that is not there has none."""
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def test_the_invariants_are_numbered_without_a_gap() -> None:
    numbers = list(invariants())
    assert numbers == list(range(1, max(numbers, default=0) + 1))
    assert len(numbers) >= INVARIANTS


@pytest.mark.parametrize("number", range(1, INVARIANTS + 1))
def test_every_invariant_names_a_test_that_exists(number: int) -> None:
    named = REFERENCE.findall(invariants().get(number, ""))
    assert named, f"invariant {number} names no test: write `tests/…/test_x.py::test_y`"
    missing = [f"{path}::{name}" for path, name in named if name not in names_of_tests(ROOT / path)]
    assert missing == []
