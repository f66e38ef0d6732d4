"""A workspace a test, in which the real program runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import Place, place


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Place]:
    """A workspace where nothing runs yet."""
    with place(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A workspace that runs for all tests of a module, without agents."""
    with place(tmp_path_factory.mktemp("shared")) as found:
        found.up("--no-supervise")
        yield found


@pytest.fixture(scope="module")
def discussion(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A workspace whose two stub agents have talked, until they asked a person."""
    with place(tmp_path_factory.mktemp("discussion")) as found:
        (found.root / "README.md").write_text("# Night bus\n\nWhen does it leave?\n")
        found.up("--demo")
        heard = found.start("listen", "--since", "0", "--json")
        heard.line(lambda line: '"tier":2' in line)
        yield found
