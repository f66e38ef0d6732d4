"""Fetching cloudflared: once, from where it is pinned, and nothing whose checksum is another one."""

import gzip
import hashlib
import http.server
import io
import os
import platform
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from chatbox.tunnels.fetching import FetchFailed, Pin, Pins, fetch, fetched, here, pins

PROGRAM = b"#!/bin/sh\necho cloudflared version 9\n"


class Mirror:
    """What is served, and how often it was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []
        mirror = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.asked.append(self.path)
                content = mirror.files.get(self.path)
                self.send_response(200 if content is not None else 404)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_args: object) -> None:
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    found = Mirror()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def archive(content: bytes, name: str = "cloudflared") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return gzip.compress(held.getvalue(), mtime=0)


def pinned(mirror: Mirror, content: bytes, **more: str) -> Pins:
    """A release with one file for this system."""
    mirror.files["/9.9.9/file"] = content
    return Pins(version="9.9.9", base=mirror.url, files={here(): Pin(name="file", sha256=sha256(content), **more)})


def test_it_is_fetched_once_and_can_be_run(mirror: Mirror, tmp_path: Path) -> None:
    known = pinned(mirror, PROGRAM)
    seen: list[tuple[int, int]] = []
    program = fetch(lambda done, entire: seen.append((done, entire)), known, tmp_path)
    assert program.read_bytes() == PROGRAM
    assert os.access(program, os.X_OK)
    assert seen[-1] == (len(PROGRAM), len(PROGRAM))
    assert fetch(known=known, folder=tmp_path) == program == fetched(known, tmp_path)
    assert mirror.asked == ["/9.9.9/file"]
    assert [path.name for path in tmp_path.iterdir()] == [program.name]


def test_the_program_of_an_archive_is_checked_as_well(mirror: Mirror, tmp_path: Path) -> None:
    packed = archive(PROGRAM)
    known = pinned(mirror, packed, member="cloudflared", member_sha256=sha256(PROGRAM))
    assert fetch(known=known, folder=tmp_path).read_bytes() == PROGRAM
    other = pinned(mirror, packed, member="cloudflared", member_sha256=sha256(b"another"))
    with pytest.raises(FetchFailed, match="checksum"):
        fetch(known=other, folder=tmp_path / "other")
    nothing = pinned(mirror, archive(PROGRAM, "readme"), member="cloudflared", member_sha256=sha256(PROGRAM))
    with pytest.raises(FetchFailed, match="holds no cloudflared"):
        fetch(known=nothing, folder=tmp_path / "nothing")


def test_another_file_is_thrown_away(mirror: Mirror, tmp_path: Path) -> None:
    known = pinned(mirror, PROGRAM)
    mirror.files["/9.9.9/file"] = PROGRAM + b"rm -rf /\n"
    with pytest.raises(FetchFailed, match="checksum"):
        fetch(known=known, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_was_changed_afterwards_is_not_run(mirror: Mirror, tmp_path: Path) -> None:
    known = pinned(mirror, PROGRAM)
    fetch(known=known, folder=tmp_path).write_bytes(b"changed")
    with pytest.raises(FetchFailed, match="is not the cloudflared that was fetched"):
        fetch(known=known, folder=tmp_path)
    with pytest.raises(FetchFailed, match="is not the cloudflared that was fetched"):
        fetched(known, tmp_path)


def test_without_a_pin_nothing_is_asked_for(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = pinned(mirror, PROGRAM)
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(FetchFailed, match=r"no checksum of cloudflared is known for \w+-riscv64"):
        fetch(known=known, folder=tmp_path)
    assert mirror.asked == []


def test_a_missing_file_and_a_dead_network_are_told(mirror: Mirror, tmp_path: Path) -> None:
    known = pinned(mirror, PROGRAM)
    mirror.files.clear()
    with pytest.raises(FetchFailed, match="cannot be fetched"):
        fetch(known=known, folder=tmp_path)


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "cloudflared-linux-amd64"),
        ("Linux", "aarch64", "cloudflared-linux-arm64"),
        ("Darwin", "arm64", "cloudflared-darwin-arm64.tgz"),
        ("Darwin", "x86_64", "cloudflared-darwin-amd64.tgz"),
        ("Windows", "AMD64", "cloudflared-windows-amd64.exe"),
        ("Windows", "ARM64", "cloudflared-windows-amd64.exe"),
    ],
)
def test_every_common_system_has_a_pin(monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    pin = pins().files[here()]
    assert pin.name == name
    assert len(pin.sha256) == len(pin.program_sha256) == 64
    assert pins().base == "https://github.com/cloudflare/cloudflared/releases/download"
    assert (pin.member is not None) == name.endswith(".tgz")


def test_pins_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "pins.json").write_text('{"version": 1}')
    with pytest.raises(FetchFailed, match="cannot be read"):
        pins(tmp_path / "pins.json")
