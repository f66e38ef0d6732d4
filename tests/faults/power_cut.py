"""What a disk holds after a power cut, rebuilt from a trace of the system calls of the one who wrote to it.

The model: of every file exactly that survives which was there at its last completed fsync; every later write is lost,
and so is for good what a failed fsync was to write. Names of files survive at once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chatbox.client.endpoint import Files
from chatbox.domain import entries as e
from chatbox.ports import JournalFailed

from tests.support.owners import verified

TRACER = (
    "strace",
    "--seccomp-bpf",
    "-f",
    "-y",
    "-xx",
    "-s",
    "10000000",
    "-e",
    "trace=write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,fallocate,unlink,rename,sendto,sendmsg",
    "-o",
)
"""The path of the trace comes behind it."""

_LINE = re.compile(r"^(?P<pid>\d+) +(?P<rest>.*)$")
_CALL = re.compile(r"^(?P<name>\w+)\((?:(?P<fd>-?\d+)<(?P<path>[^>]*)>)?(?P<rest>.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_WRITE = re.compile(r'^, "(?P<data>(?:\\x[0-9a-f]{2})*)", (?P<size>\d+), (?P<offset>\d+)')
_ANSWER = re.compile(rb'"message_id":(\d+)')
_SENDS = ("sendto", "sendmsg", "write", "writev")
_UNKNOWN = ("write", "writev", "pwritev", "fallocate", "rename")


@dataclass(slots=True)
class Disk:
    """What each file would hold after a power cut, and what was done to it since its last fsync."""

    kept: dict[str, bytes] = field(default_factory=dict)
    waiting: dict[str, list[tuple[int, bytes | None]]] = field(default_factory=dict)

    def write(self, name: str, offset: int, data: bytes) -> None:
        self._waiting(name).append((offset, data))

    def truncate(self, name: str, size: int) -> None:
        self._waiting(name).append((size, None))

    def sync(self, name: str) -> None:
        held = bytearray(self.kept.get(name, b""))
        for offset, data in self._waiting(name):
            end = offset + len(data or b"")
            held.extend(bytes(max(0, end - len(held))))
            if data is None:
                del held[offset:]
            else:
                held[offset:end] = data
        self.kept[name] = bytes(held)
        self.waiting[name] = []

    def fail(self, name: str) -> None:
        """The kernel takes what could not be written for written: no later fsync writes it (fsyncgate, 2018)."""
        self.waiting[name] = []

    def _waiting(self, name: str) -> list[tuple[int, bytes | None]]:
        self.kept.setdefault(name, b"")
        return self.waiting.setdefault(name, [])


@dataclass(frozen=True, slots=True)
class Cut:
    """The disk when the power was cut right when the answer about `message` was sent."""

    message: int
    files: Mapping[str, bytes]


def cuts(trace: Path, journal: Path) -> Iterator[Cut]:
    """One for each answered post; the files are the journal and its log, by their names."""
    names = {str(journal): journal.name, f"{journal}-wal": f"{journal.name}-wal"}
    disk = Disk()
    begun: dict[str, str] = {}
    for line in trace.read_text().splitlines():
        found = _LINE.match(line)
        assert found, line[:200]
        pid, rest = found["pid"], found["rest"]
        if _RESUMED.match(rest):
            whole = begun.pop(pid) + _RESUMED.sub("", rest)
            if not _is_send(whole):
                _apply(disk, names, whole)
            continue
        if rest.endswith(" <unfinished ...>"):
            rest = rest.removesuffix(" <unfinished ...>")
            begun[pid] = rest
            # What is sent may arrive before the call returns; what is written counts only when it does.
            if _is_send(rest):
                yield from _answers(disk, rest)
            continue
        if _is_send(rest):
            yield from _answers(disk, rest)
        else:
            _apply(disk, names, rest)


async def lost(found: Sequence[Cut], folder: Path) -> list[int]:
    """The posts, by their ids, that were answered and that an image taken at that moment does not hold."""
    missing = []
    before: set[int] = set()
    for cut in found:
        before.add(cut.message)
        image = Files(folder / str(cut.message))
        image.folder.mkdir(parents=True)
        for name, content in cut.files.items():
            (image.folder / name).write_bytes(content)
        try:
            held = {r.seq for r in await verified(image) if isinstance(r.entry, e.MessagePosted)}
        except JournalFailed:
            held = set()
        if before - held:
            missing.append(cut.message)
    return missing


def _is_send(call: str) -> bool:
    found = _CALL.match(call)
    return found is not None and found["name"] in _SENDS and "socket:" in _decoded(found["path"] or "")


def _answers(disk: Disk, call: str) -> Iterator[Cut]:
    sent = b"".join(bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(call))
    for message in _ANSWER.findall(sent):
        yield Cut(int(message), dict(disk.kept))


def _apply(disk: Disk, names: Mapping[str, str], call: str) -> None:
    found = _CALL.match(call)
    if found is None or found["path"] is None:
        return
    name = names.get(_decoded(found["path"]))
    if name is None:
        return
    match found["name"]:
        case "pwrite64":
            written = _WRITE.match(found["rest"])
            assert written, call[:200]
            data = bytes.fromhex(written["data"].replace("\\x", ""))
            assert len(data) == int(written["size"])
            disk.write(name, int(written["offset"]), data)
        case "ftruncate":
            disk.truncate(name, int(found["rest"].removeprefix(", ").partition(")")[0]))
        case "fsync" | "fdatasync":
            done = found["rest"].removesuffix(" (DELAYED)").endswith("= 0")
            if done:
                disk.sync(name)
            else:
                assert "= ?" in found["rest"] or "(INJECTED)" in found["rest"], call[:200]
                if "= ?" not in found["rest"]:
                    disk.fail(name)
        case other:
            assert other not in _UNKNOWN, call[:200]


def _decoded(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
