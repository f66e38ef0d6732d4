"""Says when the next night bus leaves: next_bus.py STOP HH:MM"""

import sys
from pathlib import Path

from timetable import minute_of, read

TIMETABLE = Path(__file__).parent.parent / "timetable.txt"


def main(stop: str, clock: str) -> None:
    now = minute_of(clock)
    coming = [one for one in read(TIMETABLE) if one.stop == stop and one.minute >= now]
    if not coming:
        print(f"No more buses from {stop} tonight.")
        return
    bus = min(coming, key=lambda one: one.minute)
    print(f"{bus.line} to {bus.to} in {bus.minute - now} minutes")


if __name__ == "__main__":
    main(*sys.argv[1:])
