"""A place with a journal, once for each store or of one in particular."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.broker.opening import Place
from tests.conformance.stores import STORES


@pytest.fixture(params=STORES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path, request.param)
    yield made
    await made.close()


@pytest.fixture
async def memory_place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path, "memory")
    yield made
    await made.close()


@pytest.fixture
async def sqlite_place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path, "sqlite")
    yield made
    await made.close()
