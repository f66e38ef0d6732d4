"""Channels for the phases of a plan: `#phase-N` for every `phases/phase-*.md` of the project, also for later ones."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from chatbox.broker.broker import Broker
from chatbox.domain.commands import THE_SYSTEM, OpenWorkspace
from chatbox.domain.refusal import Refusal

PHASES_MAX = 200
PURPOSE_CHARACTERS_MAX = 200
HEAD_BYTES = 4_096
LOOK_SECONDS = 15.0
"""Plans change by the hour, and each look wakes a room that has nothing else to do."""
LOOKS = 2
"""How often a changed folder is looked through: once more, for what came within the clock's tick of the change."""

_NAME = re.compile(r"phase-([a-z0-9][a-z0-9-]{0,50})$")

_DESCRIPTION = "## AgentChat Description"
"""What stands behind this heading is the purpose: so the earlier ChatBox had it."""


def phases(root: Path) -> list[tuple[str, str]]:
    """Channel and purpose of each phase.

    The purpose is what its file says under `## AgentChat Description`, else its first heading, else its first line.
    """
    return [(channel, _purpose(path) or path.name) for channel, path in _files(root)]


@asynccontextmanager
async def following_phases(root: Path, broker: Broker) -> AsyncIterator[None]:
    """Open the channel of every phase that is planned while in here."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(_follow(root, broker))
        try:
            yield
        finally:
            task.cancel()


async def _follow(root: Path, broker: Broker) -> None:
    stamp, looks = _stamp(root), 1
    while broker.failed is None:
        await asyncio.sleep(LOOK_SECONDS)
        if (now := _stamp(root)) != stamp:
            stamp, looks = now, LOOKS
        if looks == 0 or stamp is None:
            continue
        looks -= 1
        fresh, is_waiting = await asyncio.to_thread(_begun, root, frozenset(broker.state.channels))
        if fresh:
            opened = OpenWorkspace(by=THE_SYSTEM, journal=broker.state.journal, channels=fresh)
            is_waiting |= isinstance(await broker.submit(opened), Refusal)
        looks = max(looks, int(is_waiting))


def _stamp(root: Path) -> int | None:
    """When the folder of the phases changed; a file that comes to be written in place does not change it."""
    try:
        return (root / "phases").stat().st_mtime_ns
    except OSError:
        return None


def _begun(root: Path, known: Collection[str]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """The new phases whose file says something, and whether others say nothing yet: a purpose is told once."""
    fresh = [(channel, _purpose(path)) for channel, path in _files(root) if channel not in known]
    told = tuple((channel, purpose) for channel, purpose in fresh if purpose)
    return told, len(told) < len(fresh)


def _files(root: Path) -> list[tuple[str, Path]]:
    paths = sorted((root / "phases").glob("phase-*.md"))[:PHASES_MAX]
    matches = ((_NAME.fullmatch(path.stem.lower()), path) for path in paths)
    return [(f"#phase-{match[1]}", path) for match, path in matches if match is not None]


def _purpose(path: Path) -> str:
    try:
        with path.open("rb") as file:
            lines = file.read(HEAD_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    told = [line for line in lines if line.strip()]
    described = next((told[at + 1] for at, line in enumerate(told[:-1]) if line.startswith(_DESCRIPTION)), None)
    if described is not None and not described.startswith("#"):
        return described.strip()[:PURPOSE_CHARACTERS_MAX]
    heading = next((line for line in told if line.startswith("#")), told[0] if told else "")
    return heading.strip("# ")[:PURPOSE_CHARACTERS_MAX]
