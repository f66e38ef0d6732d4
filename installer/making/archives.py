"""Byte code in two archives, because modules in folders take Windows longer to find than to run.

In an archive Python finds a module by a table that it read once; in a folder it asks the file system several times.
`runtime/packages.zip` holds the packages that a room's start imports and that are byte code and nothing else,
`app/chatbox.zip` our own with its page. All others stay in folders: their part of the table would only take memory.
"""

import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from installer.making.pins import Unusable

PACKAGES = Path("runtime", "packages.zip")
OURS = Path("app", "chatbox.zip")

STARTING = (
    "aiosqlite",
    "annotated_types",
    "anyio",
    "click",
    "filelock",
    "h11",
    "platformdirs",
    "pydantic",
    "python_multipart",
    "starlette",
    "typing_inspection",
    "uvicorn",
)
"""A test compares them with what a start imports."""

_SOURCES = (".py", ".pyi", ".typed")
_DATE = (1980, 1, 1, 0, 0, 0)
"""The same files make the same archive."""


def archived(stage: Path, starting: Iterable[str] = STARTING) -> None:
    """Move what is staged and compiled into the archives. Raises `Unusable`."""
    packages = [stage / "runtime" / "Lib" / "site-packages" / name for name in starting]
    wrong = [package.name for package in packages if not is_code_only(package)]
    if wrong:
        msg = f"not byte code only, so no longer for an archive: {', '.join(wrong)}"
        raise Unusable(msg)
    _move(packages, stage / PACKAGES)
    _move([stage / "app" / "chatbox"], stage / OURS)


def is_code_only(folder: Path) -> bool:
    """Whether a package has neither native parts nor files that it reads."""
    if not (folder / "__init__.py").exists():
        return False
    return all(path.suffix in (".pyc", *_SOURCES) for path in folder.rglob("*") if path.is_file())


def _move(packages: Iterable[Path], archive: Path) -> None:
    # Not deflated: it is read at every start, and Setup packs it more tightly as it is.
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        for package in packages:
            for path in sorted(package.rglob("*")):
                if path.is_file() and path.suffix not in _SOURCES:
                    name = _name(path).relative_to(package.parent).as_posix()
                    out.writestr(zipfile.ZipInfo(name, _DATE), path.read_bytes())
            shutil.rmtree(package)


def _name(path: Path) -> Path:
    """Where it is looked for without its source: `a/__pycache__/b.cpython-313.pyc` is `a/b.pyc`."""
    if path.suffix != ".pyc":
        return path
    return path.parent.parent / f"{path.name.partition('.')[0]}.pyc"
