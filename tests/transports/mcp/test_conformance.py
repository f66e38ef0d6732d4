"""The protocol's own conformance suite against our app, whose tools are joined by the suite's fixtures."""

import re
from functools import partial
from pathlib import Path

import pytest
from chatbox.transports.mcp import mounting
from chatbox.transports.mcp.server import answering

from tests.transports.mcp.dressing import dress
from tests.transports.mcp.others import CONFORMANCE, run
from tests.transports.mcp.room import Memory, room

REQUIRED = {"2026-07-28": 37, "2025-11-25": 30}
"""How many scenarios each revision requires of a server."""


@pytest.mark.parametrize("revision", REQUIRED)
async def test_every_scenario_that_a_revision_requires_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    monkeypatch.setattr(mounting, "_load", lambda: partial(answering, dress=dress))
    _, listed = await run(CONFORMANCE, "list", "--server", "--requirements", revision)
    of_servers = listed.partition("Server scenarios")[2].partition("Client scenarios")[0]
    required = set(re.findall(r"^  - (\S+)$", of_servers, re.MULTILINE))
    assert len(required) == REQUIRED[revision], listed
    async with room(Memory(tmp_path), signed_as="suite") as here:
        arguments = ("server", "--url", f"{here.url}/mcp", "--requirements", revision)
        code, said = await run(CONFORMANCE, *arguments, "--output-dir", str(tmp_path / "results"))
    passed = set(re.findall(r"^✓ (\S+): [1-9]\d* passed, 0 failed", said, re.MULTILINE))
    assert required - passed == set(), said[-6_000:]
    assert code == 0, said[-6_000:]
