"""Who else may read a file: modes on POSIX, access lists on Windows."""

import os
import sys
from pathlib import Path
from typing import Any

_OTHERS = 0o077
_OTHERS_THAN_A_GROUP = 0o027

_MANY = {
    "S-1-1-0": "Everyone",
    "S-1-5-7": "Anonymous",
    "S-1-5-11": "Authenticated Users",
    "S-1-5-32-545": "Users",
    "S-1-5-32-546": "Guests",
}
"""The groups of Windows that nearly everybody is in, by the numbers that do not depend on its language."""


def others(path: Path, *, group: bool) -> str | None:
    """Which others may read it, if any may; `group` means that the file's group is meant to. Raises `OSError`."""
    if os.name == "nt":
        return _on_windows(path)
    return "others" if path.stat().st_mode & (_OTHERS_THAN_A_GROUP if group else _OTHERS) else None


def remedy(path: Path, *, group: bool) -> str:
    """What takes it away from them."""
    if os.name == "nt":
        return f'icacls "{path}" /inheritance:r /grant:r "%USERNAME%:F"'
    return f"chmod {'640' if group else '600'} {path}"


def _on_windows(path: Path) -> str | None:
    found = None
    if sys.platform == "win32":
        import ntsecuritycon  # noqa: PLC0415 - Windows only
        import pywintypes  # noqa: PLC0415
        import win32security  # noqa: PLC0415

        try:
            wanted = win32security.DACL_SECURITY_INFORMATION
            acl: Any = win32security.GetFileSecurity(str(path), wanted).GetSecurityDescriptorDacl()
        except pywintypes.error as error:
            raise OSError(error.winerror, error.strerror, str(path)) from error
        found = "everybody" if acl is None else None
        for number in range(0 if acl is None else acl.GetAceCount()):
            (kind, _), mask, sid = acl.GetAce(number)[:3]
            who = _MANY.get(win32security.ConvertSidToStringSid(sid))
            allows = kind == win32security.ACCESS_ALLOWED_ACE_TYPE
            if who and allows and mask & (ntsecuritycon.FILE_READ_DATA | ntsecuritycon.GENERIC_READ):
                found = who
    return found
