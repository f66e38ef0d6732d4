"""The files that other programs read: whole lines, equal to the journal, however the owner ended."""

import json
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files
from chatbox.domain.chain import Record, Sealed, Verifier
from chatbox.domain.commands import Redact
from chatbox.journal.memory import MemoryJournal
from chatbox.mirrors.lines import Lines
from chatbox.mirrors.trail import Trail

from tests.support.owners import a_workspace, eventually
from tests.support.simulated import ADA, SimulatedWorkspace

QUIET = Options(supervise=False)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    return a_workspace(tmp_path, monkeypatch)


def _lines(path: Path) -> list[dict[str, object]]:
    data = path.read_bytes()
    assert not data or data.endswith(b"\n")
    return [orjson.loads(line) for line in data.splitlines()]


def _canonical(value: object) -> bytes:
    """RFC 8785 by the standard library: what is sealed holds no floats and only ASCII keys."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _verified(path: Path) -> Verifier:
    """The trail, read back as a journal."""
    verifier = Verifier()
    for line in _lines(path):
        salt, content = line["salt"], line["content"]
        verifier.check(
            Sealed(
                seq=int(str(line["seq"])),
                head=_canonical(line["head"]),
                leaf=bytes.fromhex(str(line["leaf"])),
                salt=None if salt is None else bytes.fromhex(str(salt)),
                content=None if content is None else _canonical(content),
            )
        )
    return verifier


async def _say(owner: Owner, body: str, channel: str = "#dispatch") -> int:
    assert owner.person is not None
    said = await owner.caller(owner.person).call("chat", {"channel": channel, "body": body})
    return int(said["message_id"])


async def _ask(owner: Owner, operation: str, **params: object) -> dict[str, Any]:
    assert owner.person is not None
    return await owner.caller(owner.person).call(operation, dict(params))


async def test_the_trail_is_the_journal_and_verifies_without_us(files: Files) -> None:
    async with owning(files, QUIET) as owner:
        await _say(owner, "Grüße 👍")
        head, leaf = owner.workspace.broker.state.seq, owner.workspace.broker.state.leaf
    verifier = _verified(files.trail)
    assert (verifier.seq, verifier.leaf, verifier.unexplained) == (head, leaf, set())


@pytest.mark.parametrize("damage", ["torn", "foreign", "gone", "empty"])
async def test_a_damaged_trail_is_mended_at_the_start(files: Files, damage: str) -> None:
    async with owning(files, QUIET) as owner:
        await _say(owner, "Hello.")
    whole = files.trail.read_bytes()
    match damage:
        case "torn":
            files.trail.write_bytes(whole[:-20])
        case "foreign":
            files.trail.write_bytes(b'{"seq": 3, "leaf": "00"}\n')
        case "gone":
            files.trail.unlink()
        case _:
            files.trail.write_bytes(b"")
    async with owning(files, QUIET) as owner:
        head = owner.workspace.broker.state.seq
    assert files.trail.read_bytes().startswith(whole)
    assert _verified(files.trail).seq == head


async def test_a_redaction_takes_the_words_out_of_both_files(files: Files) -> None:
    async with owning(files, QUIET) as owner:
        said = await _say(owner, "My password is hunter2.")
        await _ask(owner, "redact", message_id=said)
    assert b"hunter2" not in files.trail.read_bytes() + files.dispatch.read_bytes()
    assert _verified(files.trail).unexplained == set()


async def test_dispatch_has_a_line_for_each_message_there_and_nowhere_else(files: Files) -> None:
    async with owning(files, QUIET) as owner:
        await _say(owner, "not there", "#general")
        assert not files.dispatch.exists()
        first, second = await _say(owner, "one"), await _say(owner, "two")
        await _ask(owner, "resolve_message", message_id=first)
    lines = _lines(files.dispatch)
    assert [(one["id"], one["type"], one["source"], one["message"], one["resolved"]) for one in lines] == [
        (first, "chat", "root", "one", True),
        (second, "chat", "root", "two", False),
    ]
    assert set(lines[0]) == {"id", "type", "source", "tier", "phase", "message", "timestamp", "resolved"}


EARLIER = (
    b'{"id":"d1","type":"chat","source":"old","tier":0,"phase":"1","message":"Keep me.",'
    b'"timestamp":"2025-01-01T00:00:00","resolved":false}\n'
)


EARLIER_FILES = {"whole": EARLIER, "without an end": EARLIER[:-1], "torn": EARLIER * 2 + EARLIER[:30]}


@pytest.mark.parametrize("earlier", EARLIER_FILES.values(), ids=EARLIER_FILES)
async def test_what_the_earlier_chatbox_wrote_is_kept_beside(files: Files, earlier: bytes) -> None:
    files.dispatch.write_bytes(earlier)
    kept = files.dispatch.with_name("dispatch_comms.earlier.jsonl")
    async with owning(files, QUIET):
        pass
    assert (kept.read_bytes(), files.dispatch.exists()) == (earlier, False)
    async with owning(files, QUIET) as owner:
        await _say(owner, "ours")
    assert [one["message"] for one in _lines(files.dispatch)] == ["ours"]
    # A second one takes no place but its own.
    files.dispatch.write_bytes(EARLIER)
    async with owning(files, QUIET):
        pass
    assert (kept.read_bytes(), [one["message"] for one in _lines(files.dispatch)]) == (earlier, ["ours"])
    assert files.dispatch.with_name("dispatch_comms.earlier-2.jsonl").read_bytes() == EARLIER


async def test_our_own_lines_are_never_taken_for_anothers(files: Files) -> None:
    async with owning(files, QUIET) as owner:
        first = await _say(owner, "My password is hunter2.")
        await _say(owner, "two")
    stood = files.dispatch.read_bytes()
    async with owning(files, QUIET) as owner:
        await _ask(owner, "redact", message_id=first)
    # As a kill in the middle leaves it: older lines, a torn end.
    files.dispatch.write_bytes(stood + b'{"id":1,"ty')
    async with owning(files, QUIET):
        pass
    assert [one["message"] for one in _lines(files.dispatch)] == ["", "two"]
    assert b"hunter2" not in b"".join(one.read_bytes() for one in files.root.glob("*.jsonl*"))


class Growing(MemoryJournal):
    """Right after it was read, another record comes: the entry of a redaction, whose text nobody has forgotten yet."""

    def __init__(self, coming: Record) -> None:
        super().__init__()
        self._coming: Record | None = coming

    async def read(self, after: int, limit: int) -> list[Sealed]:
        found = await super().read(after, limit)
        if self._coming is not None:
            coming, self._coming = self._coming, None
            await self.append(coming, after=coming.first - 1)
        return found


async def test_a_redaction_recorded_while_another_one_is_followed_reaches_the_trail(tmp_path: Path) -> None:
    workspace = SimulatedWorkspace()
    first, second = workspace.say(ADA, "My password is hunter2."), workspace.say(ADA, "Mine is swordfish.")
    workspace.do(Redact(by=ADA, message=first))
    before = tuple(workspace.sealed)
    workspace.do(Redact(by=ADA, message=second))
    journal = Growing(Record(entries=tuple(workspace.sealed[len(before) :])))
    await journal.append(Record(entries=before), after=0)
    trail = Trail(tmp_path / "trail.jsonl", journal)
    await trail.begin()
    await trail.catch_up()
    assert not re.search(b"hunter2|swordfish", (tmp_path / "trail.jsonl").read_bytes())
    assert _verified(tmp_path / "trail.jsonl").seq == workspace.state.seq


async def test_the_time_of_a_line_is_in_seconds_as_it_was(files: Files) -> None:
    async with owning(files, QUIET) as owner:
        said = await _say(owner, "one")
        at = (await _ask(owner, "get_post", post_id=said))["post"]["at"]
    (line,) = _lines(files.dispatch)
    assert line["timestamp"] == at / 1_000_000


async def test_lines_are_there_while_the_owner_runs(files: Files) -> None:
    async with owning(files, QUIET) as owner:
        said = await _say(owner, "now")

        async def told() -> bool:
            return files.dispatch.exists() and any(line["id"] == said for line in _lines(files.dispatch))

        assert await eventually(told)


@pytest.mark.parametrize(
    "text", [b"", b"a", b"a\nb", b"a\nb\n", b"\n", b"x" * 200_000 + b"\ny", b"x\n" + b"y" * 200_000]
)
def test_a_torn_end_is_cut_off(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "lines"
    path.write_bytes(text)
    last = Lines(path).repaired()
    whole = text[: text.rfind(b"\n") + 1]
    assert path.read_bytes() == whole
    assert last == (whole[:-1].rsplit(b"\n", 1)[-1] if whole else None)
