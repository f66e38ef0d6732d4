"""What a disk holds after a power cut, rebuilt from a trace of the system calls of the one who wrote to it.

The model: of every file exactly that survives which was there at its last completed fsync; every later write is lost.
Names of files survive at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    """Two states of each file: as programs see it, and as it would be after a power cut."""

    seen: dict[str, bytearray] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)

    def write(self, name: str, offset: int, data: bytes) -> None:
        held = self._held(name)
        held.extend(bytes(max(0, offset - len(held))))
        held[offset : offset + len(data)] = data

    def truncate(self, name: str, size: int) -> None:
        held = self._held(name)
        held.extend(bytes(max(0, size - len(held))))
        del held[size:]

    def sync(self, name: str) -> None:
        self.kept[name] = bytes(self._held(name))

    def _held(self, name: str) -> bytearray:
        self.kept.setdefault(name, b"")
        return self.seen.setdefault(name, bytearray())


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
            assert found["rest"].endswith("= 0"), call[:200]
            disk.sync(name)
        case other:
            assert other not in _UNKNOWN, call[:200]


def _decoded(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
