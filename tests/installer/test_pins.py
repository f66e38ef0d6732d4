"""What the installer takes from elsewhere is the very file that was meant."""

import hashlib
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from installer.making.bill import locked
from installer.making.pins import Pin, Unusable, member, package, pins
from installer.making.places import INSTALLER, LOCK, ROOT

DIGEST = re.compile(r"[0-9a-f]{64}")


def _a_wheel(folder: Path) -> Pin:
    with zipfile.ZipFile(folder / "thing-1.whl", "w") as archive:
        archive.writestr("thing/thing.exe", b"a program")
    whole = hashlib.sha256((folder / "thing-1.whl").read_bytes()).hexdigest()
    part = hashlib.sha256(b"a program").hexdigest()
    return Pin("1", "pypi", "thing", "1", "thing-1.whl", whole, "thing/thing.exe", part)


def test_a_file_is_used_when_its_digest_is_the_pinned_one(tmp_path: Path) -> None:
    pin = _a_wheel(tmp_path)
    assert package(pin, tmp_path).name == "thing-1.whl"
    assert member(pin, tmp_path).read_bytes() == b"a program"


@pytest.mark.parametrize("wrong", ["sha256", "member_sha256"])
def test_a_file_with_another_digest_is_refused_by_its_name(tmp_path: Path, wrong: str) -> None:
    pin = replace(_a_wheel(tmp_path), **{wrong: "0" * 64})
    with pytest.raises(Unusable, match="has SHA-256"):
        member(pin, tmp_path)


def test_every_pin_has_a_version_and_digests_and_names_no_host() -> None:
    known = pins()
    assert set(known) == {"inno-setup", "nssm", "python"}
    for pin in known.values():
        assert DIGEST.fullmatch(pin.sha256)
        assert not pin.member or DIGEST.fullmatch(pin.member_sha256)
        assert pin.version
    assert known["nssm"].version == "2.24-101", "older ones start nothing since Windows 10 1703"
    assert "://" not in (INSTALLER / "pins.json").read_text()


def test_the_lock_for_windows_has_a_digest_for_everything_and_no_address() -> None:
    said = LOCK.read_text()
    assert "://" not in said
    assert all(digests for _, _, digests in locked(LOCK))
    assert len(locked(LOCK)) == len(re.findall(r"^\S+==", said, re.MULTILINE)) > 30


def test_the_lock_for_windows_is_resolved_for_windows_and_agrees_with_the_lock_for_all() -> None:
    here = {name: version for name, version, _ in locked(LOCK)}
    everywhere = {name: version for name, version, _ in locked(ROOT / "requirements.lock")}
    # What pip would decide by the machine that it runs on: the one belongs to Windows only, the other never does.
    assert "pywin32" in here
    assert "uvloop" not in here
    assert {name: everywhere[name] for name in here} == here
