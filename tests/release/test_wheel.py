"""The wheel and the source package, as `npm run release` builds them."""

import configparser
import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from chatbox import __version__

from tests.architecture.places import ROOT

WHEEL = f"chatbox-{__version__}-py3-none-any.whl"
SOURCES = f"chatbox-{__version__}.tar.gz"


def built(folder: Path, of: str) -> dict[str, str]:
    """Both packages with the files of one commit's time; their SHA-256."""
    build = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(
        [*build, "--target", "sdist", "--target", "wheel"],
        cwd=ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": of},
        check=True,
        capture_output=True,
    )
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    built(folder, "1700000000")
    return folder


def test_two_builds_of_one_commit_are_the_same_and_of_two_commits_are_not(packages: Path, tmp_path: Path) -> None:
    first = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in packages.iterdir()}
    assert first.keys() == {WHEEL, SOURCES}
    assert built(tmp_path / "again", "1700000000") == first
    # The control: another time is seen.
    assert built(tmp_path / "later", "1800000000")[WHEEL] != first[WHEEL]


def test_the_wheel_has_the_page_the_commands_and_nothing_that_was_compiled(packages: Path) -> None:
    with zipfile.ZipFile(packages / WHEEL) as wheel:
        names = wheel.namelist()
        commands = configparser.ConfigParser()
        commands.read_string(wheel.read(f"chatbox-{__version__}.dist-info/entry_points.txt").decode())
    assert {"chatbox/web/chatbox.js", "chatbox/web/room.js", "chatbox/views/schema.sql", "chatbox/py.typed"} <= {*names}
    assert set(commands["console_scripts"]) == {"chatbox", "agent-chat"}
    assert [name for name in names if "__pycache__" in name or not name.startswith("chatbox")] == []
    assert f"chatbox-{__version__}.dist-info/licenses/LICENSE" in names


def test_the_sources_bring_the_page_as_well_so_that_no_node_is_needed(packages: Path) -> None:
    with tarfile.open(packages / SOURCES) as sources:
        names = sources.getnames()
    top = f"chatbox-{__version__}"
    assert {f"{top}/sidecar/chatbox/web/chatbox.js", f"{top}/pyproject.toml", f"{top}/CHANGELOG.md"} <= {*names}
    assert [name for name in names if name.startswith((f"{top}/tests", f"{top}/extension"))] == []
