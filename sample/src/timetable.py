"""Reads the timetable."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Departure:
    """One bus leaving one stop. `minute` counts from midnight."""

    stop: str
    line: str
    to: str
    minute: int


def read(path: Path) -> list[Departure]:
    """All departures, in the order of the file."""
    return [_departure(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def minute_of(clock: str) -> int:
    """`23:40` as minutes from midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _departure(line: str) -> Departure:
    stop, name, to, clock = line.split(";")
    return Departure(stop=stop, line=name, to=to, minute=minute_of(clock))
