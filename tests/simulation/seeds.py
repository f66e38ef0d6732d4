"""Many stories: one after the other here, or spread over processes."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.story import tell
from tests.simulation.world import World

PROCESSES = 2


def run(seed: int) -> Counter[str] | str:
    """What happened in one story, or, when an invariant broke, the story itself."""
    world = World(seed)
    try:
        return tell(world)
    except Exception as violation:  # noqa: BLE001 - whatever ends a story early is a finding
        return world.explain(violation)


def run_all(seeds: Iterable[int]) -> tuple[Counter[str], list[str]]:
    """What happened in all of them, and the stories that broke."""
    happened: Counter[str] = Counter()
    broken: list[str] = []
    for seed in seeds:
        found = run(seed)
        if isinstance(found, str):
            broken.append(found)
        else:
            happened.update(found)
    return happened, broken


def run_spread(count: int) -> tuple[Counter[str], list[str]]:
    """`run_all` for the seeds 0 … count - 1, in processes of their own."""
    chunk = 100
    parts = [range(first, min(first + chunk, count)) for first in range(0, count, chunk)]
    happened: Counter[str] = Counter()
    broken: list[str] = []
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=min(PROCESSES, os.cpu_count() or 1), mp_context=spawn) as pool:
        for counts, stories in pool.map(run_all, parts):
            happened.update(counts)
            broken.extend(stories)
    return happened, broken
