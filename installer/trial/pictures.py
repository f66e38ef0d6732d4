"""Photographs of every page of the wizard, in both languages, taken while Setup is driven by its keys.

`npm run installer -- pictures` puts them into .cache/installer/pictures. Somebody has to look at them.
"""

import subprocess
import sys
import time
from pathlib import Path

from installer.making.places import CACHE, setup_file, version
from installer.making.wine import Chroot, Prefix, entered, screen, windows_path

PICTURES = CACHE / "pictures"
PAGES = ("welcome", "licence", "folder", "mode", "workspace", "details", "tasks", "ready", "finished")
NEXT = {"en": "alt+n", "de": "alt+w"}
ACCEPT = {"en": "alt+a", "de": "alt+a"}
INSTALL = {"en": "alt+i", "de": "alt+i"}
SETTLE_SECONDS = 1.5


def photographed(prefix: Prefix, path: Path) -> None:
    """The whole screen. Raises `CalledProcessError`."""
    subprocess.run(prefix.linux("import", "-window", "root", str(path)), check=True)


def pressed(prefix: Prefix, *keys: str) -> None:
    """Keys, as on a keyboard; then a moment for the page to be drawn."""
    for key in keys:
        subprocess.run(prefix.linux("xdotool", "key", key), check=True)
        time.sleep(0.3)
    time.sleep(SETTLE_SECONDS)


def pages(prefix: Prefix, language: str, setup: Path) -> None:
    """Every page of one language, up to the last, which is left unfinished."""
    process = prefix.start(windows_path(setup), f"/LANG={language}", "/PORT=47841")
    for _ in range(100):
        found = subprocess.run(
            prefix.linux("xdotool", "search", "--name", "ChatBox"), capture_output=True, text=True, check=False
        )
        if found.stdout.strip():
            break
        time.sleep(0.2)
    time.sleep(2 * SETTLE_SECONDS)
    for number, page in enumerate(PAGES, 1):
        if page == "finished":
            pressed(prefix, INSTALL[language])
            _until_finished(prefix)
        photographed(prefix, PICTURES / f"{language}-{number}-{page}.png")
        if page == "licence":
            # The key only goes there; Wine's radio buttons are chosen by a second one.
            pressed(prefix, ACCEPT[language], "space")
        if page not in ("ready", "finished"):
            pressed(prefix, NEXT[language])
    pressed(prefix, "alt+f")
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()


def _until_finished(prefix: Prefix) -> None:
    """Setup's last step is to ask the room; the page after it comes with the room's answer."""
    for _ in range(240):
        log = prefix.c / "ProgramData" / "ChatBox" / "logs" / "service.log"
        if log.exists() and "runs at" in log.read_text(errors="replace"):
            break
        time.sleep(0.5)
    time.sleep(10)


def taken(chroot: Chroot) -> None:
    """Both languages, each on a machine without ChatBox."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language in ("en", "de"):
        prefix = Prefix(chroot, "pictures", display=":97").made(anew=True)
        try:
            pages(prefix, language, setup_file(version()))
        finally:
            prefix.off()


def main() -> int:
    """The command."""
    if not setup_file(version()).exists():
        print("build it first: npm run installer -- build", file=sys.stderr)
        return 1
    with entered() as chroot, screen(chroot, ":97"):
        taken(chroot)
    print(PICTURES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
