"""Fetching cloudflared once, for machines that have none. Only a file whose checksum is pinned is ever kept or run.

`pins.json` holds what was verified: Cloudflare's release notes of that version, and independent copies of them. A
system that is not in it gets no download, but a sentence.
"""

import hashlib
import io
import os
import platform
import sys
import tarfile
import urllib.request
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import IO

import platformdirs
from pydantic import BaseModel, ValidationError

BYTES_MAX = 150 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
READ_SECONDS = 60.0

Progress = Callable[[int, int], None]

_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
_ON_WINDOWS_ARM = {"windows-arm64": "windows-amd64"}
"""Windows on ARM runs programs for the other processor."""


class FetchFailed(Exception):  # noqa: N818 - reads as the fact it states
    """It was not fetched, or what was fetched is not what was pinned; the message says what to do."""


class Pin(BaseModel):
    """One file of the release; of an archive, also its program."""

    name: str
    sha256: str
    member: str | None = None
    member_sha256: str | None = None

    @property
    def program_sha256(self) -> str:
        """What the program itself must be."""
        return self.member_sha256 or self.sha256


class Pins(BaseModel):
    """The release that is fetched."""

    version: str
    base: str
    files: dict[str, Pin]


def pins(path: Path | None = None) -> Pins:
    """The pins that ship with ChatBox, or those in a file."""
    text = (path or files("chatbox.tunnels").joinpath("pins.json")).read_text(encoding="utf-8")
    try:
        return Pins.model_validate_json(text)
    except ValidationError as error:
        msg = f"the checksums of cloudflared cannot be read ({error.error_count()} errors): install ChatBox again"
        raise FetchFailed(msg) from error


def here() -> str:
    """This system, as the pins call it."""
    machine = platform.machine().lower()
    name = f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"
    return _ON_WINDOWS_ARM.get(name, name)


def fetched(known: Pins | None = None, folder: Path | None = None) -> Path | None:
    """The program that was fetched before, if it still is what was pinned. Raises `FetchFailed` when it is not."""
    known = known or pins()
    pin = known.files.get(here())
    path = _place(known, folder)
    if pin is None or not path.is_file():
        return None
    with path.open("rb") as program:
        found = hashlib.file_digest(program, "sha256").hexdigest()
    if found != pin.program_sha256:
        msg = f"{path} is not the cloudflared that was fetched: delete it, and find out who changed it"
        raise FetchFailed(msg)
    return path


def fetch(
    progress: Progress = lambda _done, _entire: None, known: Pins | None = None, folder: Path | None = None
) -> Path:
    """Fetch the program, or find the one that was fetched before. Raises `FetchFailed`."""
    known = known or pins()
    found = fetched(known, folder)
    if found is not None:
        return found
    pin = known.files.get(here())
    if pin is None:
        msg = (
            f"no checksum of cloudflared is known for {here()}, so it is not fetched: install it from "
            "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/"
        )
        raise FetchFailed(msg)
    url = f"{known.base}/{known.version}/{pin.name}"
    archive = _downloaded(url, progress)
    _require(archive, pin.sha256, url)
    program = _member(archive, pin) if pin.member else archive
    _require(program, pin.program_sha256, f"the program in {pin.name}")
    return _kept(program, _place(known, folder))


def _place(known: Pins, folder: Path | None) -> Path:
    folder = folder or platformdirs.user_cache_path("chatbox", appauthor=False)
    return folder / f"cloudflared-{known.version}{'.exe' if sys.platform == 'win32' else ''}"


def _downloaded(url: str, progress: Progress) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=READ_SECONDS) as answer:  # noqa: S310 - the address is pinned
            return _read(answer, int(answer.headers.get("Content-Length") or 0), progress)
    except OSError as error:
        msg = f"{url} cannot be fetched ({error}): check the network, or install cloudflared yourself"
        raise FetchFailed(msg) from error


def _read(answer: IO[bytes], entire: int, progress: Progress) -> bytes:
    held = bytearray()
    while chunk := answer.read(CHUNK_BYTES):
        held += chunk
        if len(held) > BYTES_MAX:
            msg = f"the download has more than {BYTES_MAX} bytes, so it is not what was pinned"
            raise FetchFailed(msg)
        progress(len(held), max(entire, len(held)))
    return bytes(held)


def _require(content: bytes, sha256: str, what: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        msg = f"{what} does not have the checksum that is pinned, so it was thrown away: somebody may be in between"
        raise FetchFailed(msg)


def _member(archive: bytes, pin: Pin) -> bytes:
    """The program out of an archive whose own checksum was right."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        for member in opened:
            if member.isfile() and Path(member.name).name == pin.member and member.size <= BYTES_MAX:
                content = opened.extractfile(member)
                assert content is not None, "it is a file"
                return content.read()
    msg = f"{pin.name} holds no {pin.member}"
    raise FetchFailed(msg)


def _kept(program: bytes, path: Path) -> Path:
    """Whole or not at all, and only for this user."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f"{path.name}.{os.getpid()}.new")
        handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o700)
        with os.fdopen(handle, "wb") as file:
            file.write(program)
        written.replace(path)
    except OSError as error:
        msg = f"{path} cannot be written ({error.strerror}): make its folder writable, then try again"
        raise FetchFailed(msg) from error
    return path
