"""Rooms in this process, and both programs in processes of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rooms.programs import Programs, programs


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Programs]:
    with programs(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    """The same for all tests of a module."""
    with programs(tmp_path_factory.mktemp("programs")) as found:
        yield found
