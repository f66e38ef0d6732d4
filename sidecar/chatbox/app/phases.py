"""Channels for the phases of a plan: `#phase-N` for every `phases/phase-*.md` of the project."""

import re
from pathlib import Path

PHASES_MAX = 200
PURPOSE_CHARACTERS_MAX = 200
HEAD_BYTES = 4_096

_NAME = re.compile(r"phase-([a-z0-9][a-z0-9-]{0,50})$")


_DESCRIPTION = "## AgentChat Description"
"""What stands behind this heading is the purpose: so the earlier ChatBox had it."""


def phases(root: Path) -> list[tuple[str, str]]:
    """Channel and purpose of each phase.

    The purpose is what its file says under `## AgentChat Description`, else its first heading, else its first line.
    """
    found: list[tuple[str, str]] = []
    for path in sorted((root / "phases").glob("phase-*.md"))[:PHASES_MAX]:
        match = _NAME.fullmatch(path.stem.lower())
        if match is not None:
            found.append((f"#phase-{match[1]}", _purpose(path)))
    return found


def _purpose(path: Path) -> str:
    try:
        with path.open("rb") as file:
            lines = file.read(HEAD_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return path.name
    told = [line for line in lines if line.strip()]
    described = next((told[at + 1] for at, line in enumerate(told[:-1]) if line.startswith(_DESCRIPTION)), None)
    if described is not None and not described.startswith("#"):
        return described.strip()[:PURPOSE_CHARACTERS_MAX]
    heading = next((line for line in told if line.startswith("#")), told[0] if told else path.name)
    return heading.strip("# ")[:PURPOSE_CHARACTERS_MAX] or path.name
