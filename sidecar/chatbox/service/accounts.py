"""The account of a Windows service, and the number by which access lists know it in every language of Windows."""

import hashlib
import struct
import sys

from chatbox.client.machine import NAME

KINDS = ("virtual", "localservice", "localsystem")
"""`virtual` is an account of this service alone, without a password."""

USUAL = KINDS[0]

_NAMES = {
    "virtual": rf"NT SERVICE\{NAME}",
    "localservice": r"NT AUTHORITY\LocalService",
    "localsystem": "LocalSystem",
}


def account_name(kind: str) -> str:
    """How Windows' services call it; a name that is no kind is one already."""
    return _NAMES.get(kind.lower(), kind)


def service_sid(service: str) -> str:
    """The security identifier of this account of `NT SERVICE`: S-1-5-80 and the SHA-1 of its name, as five numbers."""
    digest = hashlib.sha1(service.upper().encode("utf-16-le")).digest()  # noqa: S324 - Windows' own formula
    return "-".join(["S-1-5-80", *(str(number) for number in struct.unpack("<5I", digest))])


def set_account(service: str, account: str) -> None:
    """Let the service run as `account`, which needs no password. Raises `OSError`."""
    if sys.platform == "win32":
        import pywintypes  # noqa: PLC0415 - Windows only
        import win32service  # noqa: PLC0415

        same = win32service.SERVICE_NO_CHANGE
        try:
            manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
            known = win32service.OpenService(manager, service, win32service.SERVICE_CHANGE_CONFIG)
            # NSSM's own `set ObjectName` asks for a password that virtual accounts do not have.
            no_tag = False
            win32service.ChangeServiceConfig(known, same, same, same, None, None, no_tag, None, account, "", None)
        except pywintypes.error as error:
            raise OSError(error.winerror, f"{service} cannot run as {account}: {error.strerror}") from error
