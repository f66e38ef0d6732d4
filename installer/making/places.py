"""Where things stand, and what is being made."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSTALLER = ROOT / "installer"
LOCK = INSTALLER / "requirements-windows.lock"
CACHE = ROOT / ".cache" / "installer"
DOWNLOADS = CACHE / "downloads"
STAGE = CACHE / "stage"
OUTPUT = CACHE / "out"
PREFIXES = CACHE / "prefixes"
PAGE = CACHE / "page.json"
"""The folders of the npm packages in the web page, as `npm run installer` writes them down."""

WINDOWS = os.name == "nt"


def chroot() -> Path:
    """The Linux with Wine: `CHATBOX_WINE_ROOT`, for a disk with 3 GB, else inside `.cache`."""
    return Path(os.environ.get("CHATBOX_WINE_ROOT") or ROOT / ".cache" / "wine-root")


def version() -> str:
    """The version of the sidecar."""
    said = (ROOT / "sidecar" / "chatbox" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "(\d+\.\d+\.\d+)"$', said, re.MULTILINE)
    assert found is not None, "the sidecar says its version"
    return found[1]


def setup_file(of: str) -> Path:
    """The installer of a version."""
    return OUTPUT / f"chatbox-{of}-x64-setup.exe"
