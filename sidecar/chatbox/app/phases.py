"""Channels for the phases of a plan: `#phase-N` for every `phases/phase-*.md` of the project, also for later ones."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from chatbox.broker.broker import Broker
from chatbox.domain.commands import THE_SYSTEM, OpenWorkspace

PHASES_MAX = 200
PURPOSE_CHARACTERS_MAX = 200
HEAD_BYTES = 4_096
LOOK_SECONDS = 2.0

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
    while broker.failed is None:
        await asyncio.sleep(LOOK_SECONDS)
        fresh = await asyncio.to_thread(_begun, root, frozenset(broker.state.channels))
        if fresh:
            # What is refused now is tried again with the next look.
            await broker.submit(OpenWorkspace(by=THE_SYSTEM, journal=broker.state.journal, channels=fresh))


def _begun(root: Path, known: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The new phases whose file says something: what a channel is for is told once."""
    fresh = ((channel, _purpose(path)) for channel, path in _files(root) if channel not in known)
    return tuple((channel, purpose) for channel, purpose in fresh if purpose)


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
