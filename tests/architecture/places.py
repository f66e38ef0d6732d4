"""Where the hand-written files are."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SIDECAR = ROOT / "sidecar" / "chatbox"
FOLDERS = ("sidecar", "extension", "scripts", "tests", "installer", "sample")
SUFFIXES = (".py", ".ts", ".mjs", ".js", ".css", ".html", ".sql", ".sh", ".iss", ".ps1")
MADE = ("node_modules", "dist", "__pycache__", ".cache", "web", "test-results", "playwright-report")
"""Folders whose files are made by a tool; `extension/sidecar` is a copy of the sidecar."""


def hand_written(*suffixes: str) -> Iterator[Path]:
    """Every file that a person wrote, with one of these endings (all when none is named)."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            relative = path.relative_to(ROOT)
            is_made = set(MADE) & set(relative.parts) or relative.parts[:2] == ("extension", "sidecar")
            if path.is_file() and path.suffix in (suffixes or SUFFIXES) and not is_made and ".gen." not in path.name:
                yield path


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules() -> Iterator[Path]:
    """Every Python file of the sidecar."""
    return (path for path in hand_written(".py") if path.is_relative_to(SIDECAR))
