"""Files of messages through faults: an answered message has its files, and a redacted one has left none behind.

The model of a power cut is the strict one: of a file survives what its last fsync found, and of a folder the names that
its last fsync found.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from chatbox.app.owning import person_name
from chatbox.client.endpoint import Files
from chatbox.operations.caller import Lost, Refused

from tests.support.owners import an_owner
from tests.support.sending import attached, fetched, post, send, sha256

CONTENTS = [b"content %d " % number * 20_000 for number in range(8)]

_TRACE = "trace=write,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,openat,sendto,sendmsg"
_TRACER = ("strace", "--seccomp-bpf", "-f", "-y", "-s", "400", "-e", _TRACE, "-o")
_LINE = re.compile(r"^(?P<pid>\d+) +(?P<rest>.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>")
_OF_FILE = re.compile(r"^(?P<name>\w+)\(\d+<(?P<path>[^>]*)>.*?(?:= (?P<done>-?\d+|\?).*)?$")
_RENAME = re.compile(r'^rename\w*\((?:AT_FDCWD\S*, )?"(?P<old>[^"]*)", (?:AT_FDCWD\S*, )?"(?P<new>[^"]*)".* = 0$')
_UNKNOWN = re.compile(r"^ftruncate")
_ANSWER = re.compile(r'\\"message_id\\":(\d+)')


@dataclass(slots=True)
class File:
    """How many bytes were written to it, and how many of them an fsync has found."""

    written: int = 0
    synced: int = 0


@dataclass(slots=True)
class Disk:
    """One folder, as it is and as it was at its last fsync."""

    folder: Path
    names: dict[str, File] = field(default_factory=dict)
    kept: dict[str, File] = field(default_factory=dict)

    def apply(self, call: str) -> None:
        renamed = _RENAME.match(call)
        if renamed and Path(renamed["old"]).parent == self.folder:
            self.names[Path(renamed["new"]).name] = self.names.pop(Path(renamed["old"]).name)
        found = _OF_FILE.match(call)
        if found is None or found["done"] in (None, "?") or int(found["done"]) < 0:
            return
        path = Path(found["path"])
        if path == self.folder and found["name"] == "fsync":
            self.kept = dict(self.names)
        elif path.parent == self.folder:
            assert not _UNKNOWN.match(call), call
            file = self.names.setdefault(path.name, File())
            if found["name"] == "write":
                file.written += int(found["done"])
            elif found["name"] in ("fsync", "fdatasync"):
                file.synced = file.written


def cuts(trace: Path, folder: Path) -> Iterator[dict[str, int]]:
    """What a power cut at each answer about a message would leave: names and sizes."""
    disk = Disk(folder)
    begun: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        found = _LINE.match(line)
        assert found, line
        pid, rest = found["pid"], found["rest"]
        if rest.endswith(" <unfinished ...>"):
            begun[pid] = rest = rest.removesuffix(" <unfinished ...>")
        elif _RESUMED.match(rest):
            disk.apply(begun.pop(pid) + _RESUMED.sub("", rest))
            continue
        else:
            disk.apply(rest)
        if "<socket:" in rest or "TCP" in rest:
            for _ in _ANSWER.findall(rest):
                yield {name: file.synced for name, file in disk.kept.items()}


async def lost(files: Files, trace: Path, *flags: str) -> list[int]:
    """How many of the contents that answered messages named, at each answer, a power cut would have lost."""
    async with an_owner(files, *flags, tracer=(*_TRACER, str(trace))) as owner:
        person = await owner.person()
        for content in CONTENTS:
            await post(person, content, "a.txt")
        await owner.kill()
        await person.close()
    found = list(cuts(trace, files.attachments))
    assert len(found) == len(CONTENTS)
    named = [(sha256(content), len(content)) for content in CONTENTS]
    return [sum(left.get(name) != size for name, size in named[: number + 1]) for number, left in enumerate(found)]


async def test_no_power_cut_takes_a_file_from_an_answered_message(files: Files, tmp_path: Path) -> None:
    assert await lost(files, tmp_path / "trace") == [0] * len(CONTENTS)


async def test_control_files_that_are_not_synced_are_lost(files: Files, tmp_path: Path) -> None:
    assert await lost(files, tmp_path / "trace", "--files-unsynced") == list(range(1, len(CONTENTS) + 1))


async def test_who_has_sent_a_file_names_it_after_a_kill_without_sending_it_again(files: Files) -> None:
    async with an_owner(files) as owner:
        person = await owner.person()
        await send(person, CONTENTS[0])
        await owner.kill()
        await person.close()
    async with an_owner(files) as owner:
        person = await owner.person()
        said = {"channel": "general", "body": "look", "attachments": [attached(CONTENTS[0], "a.txt")]}
        assert await person.call("chat", said)
        assert await fetched(person, sha256(CONTENTS[0])) == CONTENTS[0]
        await person.close()


def _injecting(trace: Path, path: Path, inject: str) -> Sequence[str]:
    """A tracer that runs beside the owner and injects into calls about `path` alone."""
    calls = inject.partition(":")[0]
    options = ("-D", "--seccomp-bpf", "-f", "-P", str(path), "-e", f"trace={calls}", "-e", f"inject={inject}")
    return ("strace", *options, "-o", str(trace))


@pytest.mark.parametrize("flags", [(), ("--condemn-nothing",)], ids=["noted", "control: not noted"])
async def test_a_kill_between_a_redaction_and_its_files_leaves_none_behind(
    files: Files, flags: tuple[str, ...]
) -> None:
    stored = files.attachments / sha256(CONTENTS[0])
    async with an_owner(files, "--die-removing", *flags) as owner:
        person = await owner.person()
        number = await post(person, CONTENTS[0], "a.txt")
        with pytest.raises(Lost):
            await person.call("redact", {"message_id": number})
        await person.close()
        await owner.process.wait()
    assert stored.exists()
    async with an_owner(files) as owner:
        person = await owner.person()
        assert (await person.call("history", {"channel": "general"}))["messages"][0]["body"] is None
        assert stored.exists() is bool(flags)
        await person.close()


async def test_a_full_disk_is_told_and_the_upload_goes_on_once_there_is_room(files: Files, tmp_path: Path) -> None:
    content = CONTENTS[0]
    part = files.attachments / f"{sha256(content)}.{len(content)}.{person_name()}.part"
    tracer = _injecting(tmp_path / "trace", part, "write:error=ENOSPC:when=2")
    async with an_owner(files, tracer=tracer) as owner:
        person = await owner.person()
        with pytest.raises(Refused, match="is full: free some space, then send it again") as refused:
            await send(person, content)
        assert refused.value.code == "LIMIT_REACHED"
        assert (await person.call("chat", {"channel": "general", "body": "all else goes on"}))["message_id"]
        assert await post(person, content, "a.txt")
        assert await fetched(person, sha256(content)) == content
        await person.close()
