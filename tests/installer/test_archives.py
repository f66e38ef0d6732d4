"""The archives of byte code: what goes in, what stays, and that it runs from there."""

import compileall
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

from installer.making.archives import OURS, PACKAGES, STARTING, archived, is_code_only
from installer.making.pins import Unusable

OUR_PROGRAM = """\
import pure
from importlib.resources import files
print(pure.WORD, files("chatbox").joinpath("web", "page.js").read_text())
"""


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    """Our package, and others: byte code only, with a native part, with data of its own."""
    site = tmp_path / "runtime" / "Lib" / "site-packages"
    texts = {
        site / "pure" / "__init__.py": "from pure.part import WORD",
        site / "pure" / "part.py": "WORD = 'pure'",
        site / "pure" / "py.typed": "",
        site / "native" / "__init__.py": "",
        site / "native" / "fast.pyd": "code",
        site / "reads" / "__init__.py": "",
        site / "reads" / "data.json": "{}",
        site / "spread" / "part.py": "",
        site / "pure-1.0.dist-info" / "METADATA": "Name: pure",
        tmp_path / "app" / "chatbox" / "__init__.py": "",
        tmp_path / "app" / "chatbox" / "__main__.py": OUR_PROGRAM,
        tmp_path / "app" / "chatbox" / "web" / "page.js": "let page;",
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    compileall.compile_dir(tmp_path, quiet=1)
    return tmp_path


def test_what_is_named_goes_in_and_the_rest_stays(stage: Path) -> None:
    archived(stage, ["pure"])
    with zipfile.ZipFile(stage / PACKAGES) as packages, zipfile.ZipFile(stage / OURS) as ours:
        assert packages.namelist() == ["pure/__init__.pyc", "pure/part.pyc"]
        assert sorted(ours.namelist()) == ["chatbox/__init__.pyc", "chatbox/__main__.pyc", "chatbox/web/page.js"]
    left = sorted(path.name for path in (stage / "runtime" / "Lib" / "site-packages").iterdir())
    assert left == ["native", "pure-1.0.dist-info", "reads", "spread"]
    assert not (stage / "app" / "chatbox").exists()


@pytest.mark.parametrize("name", ["native", "reads", "spread", "absent"])
def test_what_could_not_run_from_an_archive_is_refused(stage: Path, name: str) -> None:
    with pytest.raises(Unusable, match=name):
        archived(stage, ["pure", name])
    assert (stage / "runtime" / "Lib" / "site-packages" / "pure").exists()


def test_they_hold_what_a_start_imports() -> None:
    program = "import sys, chatbox.cli.service, chatbox.service.running; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    imported = {module.partition(".")[0] for module in done.stdout.split()} & set(packages_distributions())
    # setuptools puts its hack into every Python of this checkout; no room imports it.
    places = {name: find_spec(name) for name in imported - {"chatbox", "_distutils_hack"}}
    pure = {name for name, spec in places.items() if spec and spec.origin and is_code_only(Path(spec.origin).parent)}
    assert sorted(pure) == list(STARTING)


def test_it_runs_from_there_and_reads_its_own_files(stage: Path) -> None:
    archived(stage, ["pure"])
    path = [str(stage / PACKAGES), str(stage / OURS)]
    program = f"import sys, runpy; sys.path[:0] = {path}; runpy.run_module('chatbox', run_name='__main__')"
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("pure let page;\n", "")


def test_the_same_files_make_the_same_archives(stage: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again") / "stage"
    shutil.copytree(stage, again)
    archived(stage, ["pure"])
    archived(again, ["pure"])
    for archive in (PACKAGES, OURS):
        assert (stage / archive).read_bytes() == (again / archive).read_bytes()
