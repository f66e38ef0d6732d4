"""The licence of everything that is shipped, in one folder of the package."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from installer.making.pins import Pin, Unusable
from installer.making.places import PAGE, ROOT

NSSM = """NSSM, the Non-Sucking Service Manager, version {version}.

Its author has placed it in the public domain; the version resource of nssm.exe says "Public Domain".
"""
INNO = """The installer program itself was made with Inno Setup {version}.

Copyright (C) 1997-2025 Jordan Russell. Portions Copyright (C) 2000-2025 Martijn Laan. https://jrsoftware.org/
"""
# A text of its own is not in these wheels; their metadata names the licence.
NAMED_ONLY = "The wheel of {name} brings no text of its licence. Its metadata says:\n\n{said}\n"


@dataclass(frozen=True, slots=True)
class PagePart:
    """An npm package of which something is in the web page."""

    name: str
    version: str
    licence: str
    folder: Path


def page_parts(page: Path = PAGE) -> list[PagePart]:
    """All of them, in the versions that were bundled. Raises `Unusable`."""
    try:
        folders = json.loads(page.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        msg = "nothing says what the web page is made of: build with `npm run installer -- build`"
        raise Unusable(msg) from missing
    found = []
    for folder in (ROOT / one for one in folders):
        said = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        found.append(PagePart(said["name"], said["version"], said.get("license", ""), folder))
    return found


def gather_licences(stage: Path, pins: dict[str, Pin]) -> None:
    """Fill the stage's `licences` folder. Raises `Unusable` for a package that says nothing about its licence."""
    target = stage / "licences"
    shutil.copyfile(stage / "runtime" / "LICENSE.txt", target / "CPython.txt")
    (target / "NSSM.txt").write_text(NSSM.format(version=pins["nssm"].version), encoding="utf-8")
    (target / "Inno-Setup.txt").write_text(INNO.format(version=pins["inno-setup"].version), encoding="utf-8")
    for folder in sorted((stage / "runtime" / "Lib" / "site-packages").glob("*.dist-info")):
        name = folder.name.removesuffix(".dist-info")
        said = _texts(sorted(folder.rglob("*"))) or _named(name, folder / "METADATA")
        (target / f"{name}.txt").write_text(said, encoding="utf-8")
    for part in page_parts():
        said = _texts(sorted(part.folder.iterdir()))
        if not (said and part.licence):
            msg = f"{part.name} does not say its licence in full: it cannot be shipped before somebody looked"
            raise Unusable(msg)
        (target / f"npm-{part.name.replace('/', '-')}-{part.version}.txt").write_text(said, encoding="utf-8")


def _texts(paths: list[Path]) -> str:
    found = [path for path in paths if path.is_file() and _is_licence(path)]
    return "\n\n".join(path.read_text(encoding="utf-8", errors="replace") for path in found)


def _is_licence(path: Path) -> bool:
    return re.match(r"(licen[cs]e|copying|notice|authors)", path.name, re.IGNORECASE) is not None


def _named(name: str, metadata: Path) -> str:
    head = metadata.read_text(encoding="utf-8", errors="replace").split("\n\n", 1)[0]
    said = [line for line in head.splitlines() if re.match(r"(License|Classifier: License|Author|Home-page)", line)]
    if not any("License" in line for line in said):
        msg = f"the wheel of {name} says nothing about its licence: it cannot be shipped before somebody looked"
        raise Unusable(msg)
    return NAMED_ONLY.format(name=name, said="\n".join(said))
