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

NOTHING_TO_CHECK = ["server-sse-polling"]
"""It asks for a stream that the server cuts and that can be resumed; ours are not cut, and it lets that pass."""

ALL = 33
"""How many there are for a server of 2025-11-25."""


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


async def test_of_the_last_revision_with_sessions_not_only_what_is_required_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mounting, "_load", lambda: partial(answering, dress=dress))
    async with room(Memory(tmp_path), signed_as="suite") as here:
        everything = ("--spec-version", "2025-11-25", "--suite", "all")
        arguments = ("server", "--url", f"{here.url}/mcp", *everything, "--output-dir", str(tmp_path / "results"))
        code, said = await run(CONFORMANCE, *arguments)
    found = re.findall(r"^[✓✗] (\S+): (\d+) passed, (\d+) failed", said, re.MULTILINE)
    assert [name for name, _, failed in found if failed != "0"] == []
    assert [name for name, passed, _ in found if passed == "0"] == NOTHING_TO_CHECK
    assert (code, len(found)) == (0, ALL), said[-6_000:]
