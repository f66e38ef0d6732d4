"""A workspace of its own for each test."""

from pathlib import Path

import pytest
from chatbox.client.endpoint import Files

from tests.support.owners import a_workspace


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    return a_workspace(tmp_path, monkeypatch)
