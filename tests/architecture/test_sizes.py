"""What one can read at once: files of at most 400 lines, functions of at most 60."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.places import ROOT, hand_written, short

FILE_LINES = 400
FUNCTION_LINES = 60


def long_files(paths: Iterator[Path]) -> list[str]:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{short(path)}: {count} lines" for path, count in lines.items() if count > FILE_LINES]


def long_functions(source: str) -> list[str]:
    """Functions with more lines than fit, decorators and docstring included."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            lines = (node.end_lineno or first) - first + 1
            if lines > FUNCTION_LINES:
                found.append(f"{node.name}: {lines} lines")
    return found


def test_a_file_has_at_most_400_lines() -> None:
    assert long_files(hand_written()) == []


def test_a_python_function_has_at_most_60_lines() -> None:
    found = [
        f"{short(path)}: {function}"
        for path in hand_written(".py")
        for function in long_functions(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_function_of_61_lines_is_found() -> None:
    """The control of the test above."""
    line = "    pass\n"
    assert long_functions("def long():\n" + line * FUNCTION_LINES) == ["long: 61 lines"]
    assert long_functions("def short():\n" + line * (FUNCTION_LINES - 1)) == []


def test_the_linter_holds_typescript_to_the_same_sizes() -> None:
    configured = (ROOT / "eslint.config.mjs").read_text(encoding="utf-8")
    assert re.search(r'"max-lines": \["error", \{ max: 400\b', configured)
    assert re.search(r'"max-lines-per-function": \["error", \{ max: 60\b', configured)


def test_the_files_that_are_measured_are_there() -> None:
    """The control of all of the above: a search that finds nothing finds nothing wrong."""
    suffixes = {path.suffix for path in hand_written()}
    assert {".py", ".ts", ".mjs"} <= suffixes
    assert sum(1 for _ in hand_written(".py")) > 100
