"""A place with a journal, once for each store."""

from pathlib import Path

import pytest

from tests.broker.opening import Place
from tests.conformance.stores import STORES


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(tmp_path, request.param)
