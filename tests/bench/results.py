"""What one run of the bench found, as it is kept in a file."""

from collections.abc import Mapping

from pydantic import BaseModel

from tests.bench.figures import Figure
from tests.bench.numbers import Value


class Measured(BaseModel):
    """Everything that a report needs. `load` is the machine's load average at the end."""

    date: str
    command: str
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    load: float
    busy: bool
    figures: list[Figure]
    values: list[Value]
