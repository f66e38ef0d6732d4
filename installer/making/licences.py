"""The licence of everything that is shipped, in one folder of the package."""

import re
import shutil
from pathlib import Path

from installer.making.pins import Pin, Unusable

NSSM = """NSSM, the Non-Sucking Service Manager, version {version}.

Its author has placed it in the public domain; the version resource of nssm.exe says "Public Domain".
"""
INNO = """The installer program itself was made with Inno Setup {version}.

Copyright (C) 1997-2025 Jordan Russell. Portions Copyright (C) 2000-2025 Martijn Laan. https://jrsoftware.org/
"""
# A text of its own is not in these wheels; their metadata names the licence.
NAMED_ONLY = "The wheel of {name} brings no text of its licence. Its metadata says:\n\n{said}\n"


def gather_licences(stage: Path, pins: dict[str, Pin]) -> None:
    """Fill the stage's `licences` folder. Raises `Unusable` for a package that says nothing about its licence."""
    target = stage / "licences"
    shutil.copyfile(stage / "runtime" / "LICENSE.txt", target / "CPython.txt")
    (target / "NSSM.txt").write_text(NSSM.format(version=pins["nssm"].version), encoding="utf-8")
    (target / "Inno-Setup.txt").write_text(INNO.format(version=pins["inno-setup"].version), encoding="utf-8")
    for folder in sorted((stage / "runtime" / "Lib" / "site-packages").glob("*.dist-info")):
        name = folder.name.removesuffix(".dist-info")
        texts = [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_licence(path)]
        if texts:
            said = "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in texts)
        else:
            said = _named(name, folder / "METADATA")
        (target / f"{name}.txt").write_text(said, encoding="utf-8")


def _is_licence(path: Path) -> bool:
    return re.match(r"(licen[cs]e|copying|notice|authors)", path.name, re.IGNORECASE) is not None


def _named(name: str, metadata: Path) -> str:
    head = metadata.read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
    said = [line for line in head.splitlines() if re.match(r"(License|Classifier: License|Author|Home-page)", line)]
    if not any("License" in line for line in said):
        msg = f"the wheel of {name} says nothing about its licence: it cannot be shipped before somebody looked"
        raise Unusable(msg)
    return NAMED_ONLY.format(name=name, said="\n".join(said))
