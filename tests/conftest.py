"""What holds for every test: an operation is refused only with codes that it declares, so the reference is true."""

from collections.abc import Iterator

import pytest
from chatbox.operations.catalogue import OPERATIONS

from tests.support.declared import watched

UNDECLARED: list[str] = []

for name, operation in OPERATIONS.items():
    OPERATIONS[name] = watched(operation, UNDECLARED)


@pytest.fixture(autouse=True)
def operations_declare_their_refusals() -> Iterator[None]:
    UNDECLARED.clear()
    yield
    assert UNDECLARED == []
