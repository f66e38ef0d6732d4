"""The phases of a project's plan are channels: those that are there at the start, and those that come later."""

from pathlib import Path

import pytest
from chatbox.app import phases as module
from chatbox.app.owning import Options, Owner, owning
from chatbox.app.phases import phases
from chatbox.client.endpoint import Files
from chatbox.domain.values import Limits

from tests.support.owners import a_workspace, eventually
from tests.support.simulated import SimulatedWorkspace

QUIET = Options(supervise=False)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    return a_workspace(tmp_path, monkeypatch)


def plan(files: Files, name: str, text: str) -> None:
    (files.root / "phases").mkdir(exist_ok=True)
    (files.root / "phases" / name).write_text(text, encoding="utf-8")


async def purposes(owner: Owner) -> dict[str, str]:
    assert owner.person is not None
    found = await owner.caller(owner.person).call("rooms", {})
    return {one["name"]: one["description"] for one in found["channels"] if one["name"].startswith("#phase-")}


def test_each_file_is_a_channel_named_by_its_heading(files: Files) -> None:
    plan(files, "phase-1.md", "\n# Lay the ground\n\nMore.\n")
    plan(files, "phase-2b.md", "just words\n")
    plan(files, "phase-3.md", "")
    plan(files, "phase-4.md", "# Four\n\n## AgentChat Description\n\nParse things.\n\n## Steps\n")
    plan(files, "phase-5.md", "# Five\n## AgentChat Description\n## Steps\n")
    plan(files, "phase-?.md", "no name for a channel\n")
    plan(files, "notes.md", "# Not a phase\n")
    assert phases(files.root) == [
        ("#phase-1", "Lay the ground"),
        ("#phase-2b", "just words"),
        ("#phase-3", "phase-3.md"),
        ("#phase-4", "Parse things."),
        ("#phase-5", "Five"),
    ]


async def test_a_phase_that_is_planned_while_the_room_runs_is_opened_once_it_says_something(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    plan(files, "phase-1.md", "# The first\n")
    async with owning(files, QUIET) as owner:
        assert await purposes(owner) == {"#phase-1": "The first"}
        # As an editor makes it: empty at first.
        plan(files, "phase-2.md", "")
        plan(files, "phase-3.md", "# The third\n")
        await eventually(lambda: has(owner, "#phase-3"))
        assert "#phase-2" not in await purposes(owner)
        plan(files, "phase-2.md", "# The second\n")
        await eventually(lambda: has(owner, "#phase-2"))
        # What became of the file changes nothing: what was said there stays.
        (files.root / "phases" / "phase-3.md").unlink()
        found = await purposes(owner)
    assert found == {"#phase-1": "The first", "#phase-2": "The second", "#phase-3": "The third"}


async def has(owner: Owner, channel: str) -> bool:
    return channel in await purposes(owner)


def test_no_plan_opens_more_channels_than_a_workspace_has() -> None:
    workspace = SimulatedWorkspace(Limits(channels=5), [(f"#phase-{number}", "") for number in range(9)])
    assert list(workspace.state.channels) == [f"#phase-{number}" for number in range(5)]
