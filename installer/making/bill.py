"""What the package says about itself: a bill of materials (CycloneDX 1.5) and the checksum of every file."""

import json
import re
from pathlib import Path
from typing import Any

from installer.making.licences import page_parts
from installer.making.pins import Pin, sha256

CHECKSUMS = "SHA256SUMS.txt"
BILL = "sbom.cdx.json"


def locked(lock: Path) -> list[tuple[str, str, list[str]]]:
    """Name, version and the SHA-256 of every accepted file, for each package of a lock."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        head = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", entry)
        if head:
            found.append((head[1], head[2], re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)))
    return found


def bill(stage: Path, pins: dict[str, Pin], lock: Path, version: str) -> dict[str, Any]:
    """The bill of materials of a stage; a wheel's own licence text counts."""
    parts = [_component("chatbox", version, "application", licence="MIT")]
    parts.append(_component("cpython", _runtime_version(stage, pins), "framework", licence="PSF-2.0"))
    nssm = stage / "bin" / "nssm.exe"
    parts.append(_component("nssm", pins["nssm"].version, "application", nssm, "LicenseRef-public-domain"))
    for name, release, _ in locked(lock):
        part = _component(name, release, "library", licence=_licence(stage, name))
        parts.append(part | {"purl": f"pkg:pypi/{name}@{release}"})
    for one in page_parts():
        part = _component(one.name, one.version, "library", licence=one.licence)
        parts.append(part | {"purl": f"pkg:npm/{one.name.replace('@', '%40')}@{one.version}"})
    made_by = {"type": "application", "name": "Inno Setup", "version": pins["inno-setup"].version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "ChatBox for Windows", "version": version},
            "tools": {"components": [made_by]},
        },
        "components": parts,
    }


def write_bill(stage: Path, pins: dict[str, Pin], lock: Path, version: str) -> None:
    """Put it into the stage."""
    said = json.dumps(bill(stage, pins, lock, version), indent=1)
    (stage / BILL).write_text(said + "\n", encoding="utf-8")


def write_checksums(stage: Path) -> None:
    """Put the checksums of all other files into the stage, as `sha256sum -c` reads them."""
    files = sorted(path for path in stage.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    lines = [f"{sha256(path)}  {path.relative_to(stage).as_posix()}\n" for path in files]
    (stage / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def _component(name: str, version: str, kind: str, file: Path | None = None, licence: str = "") -> dict[str, Any]:
    part: dict[str, Any] = {"type": kind, "name": name, "version": version}
    if licence:
        # An expression when it is one, else the words that the package uses.
        is_expression = re.fullmatch(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*", licence) is not None
        part["licenses"] = [{"expression": licence} if is_expression else {"license": {"name": licence}}]
    if file is not None:
        part["hashes"] = [{"alg": "SHA-256", "content": sha256(file)}]
    return part


def _runtime_version(stage: Path, pins: dict[str, Pin]) -> str:
    """What the executable's own version resource says, else the pin."""
    found = re.search(r"3\.13\.\d+", (stage / "runtime" / "python.exe").read_bytes().decode("utf-16-le", "ignore"))
    return found[0] if found else pins["python"].version


def _licence(stage: Path, package: str) -> str:
    name = re.sub(r"[-_.]+", "[-_.]+", package)
    site = stage / "runtime" / "Lib" / "site-packages"
    for folder in site.glob("*.dist-info"):
        if re.fullmatch(rf"{name}-[^-]+\.dist-info", folder.name, re.IGNORECASE):
            said = (folder / "METADATA").read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
            for field in ("License-Expression", "License", "Classifier: License ::"):
                line = re.search(rf"^{re.escape(field)}:? *(.+)$", said, re.MULTILINE)
                if line:
                    return line[1].rsplit("::", 1)[-1].strip()[:100]
    return ""
