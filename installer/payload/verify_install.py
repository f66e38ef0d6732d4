"""Checks an installed ChatBox on the Windows machine it runs on, and says what is wrong. Run it as an administrator.

Nothing is changed, except with --kill, which ends the room's process to see it come back. Exit codes: 0 everything that
could be checked is right, 1 something is wrong, 2 wrong usage.
"""

import argparse
import hashlib
import json
import sys
import time
import tomllib
import urllib.request
import winreg
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import win32security
import win32service
from chatbox import __version__
from chatbox.client.endpoint import Files, read_endpoint
from chatbox.client.machine import is_wine, this_machine
from chatbox.service.accounts import service_sid

SERVICE = "ChatBox"
HOME = Path(sys.executable).resolve().parent.parent
SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"
BACK_SECONDS = 5.0
MEMORY_BYTES = 80_000_000
IDLE_SECONDS = 20
IDLE_SHARE = 0.005
EVERYBODY = {"S-1-1-0": "Everyone", "S-1-5-11": "Authenticated Users", "S-1-5-32-545": "Users"}
WRITES = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000

Said = Iterator[tuple[bool | None, str]]
"""Each finding: right, wrong or, with `None`, what could not be checked here."""


def files() -> Said:
    """Whether each installed file is the one that was packed, and nothing else can be imported."""
    expected = {}
    for line in (HOME / "SHA256SUMS.txt").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        expected[name] = digest
    wrong = [name for name, digest in expected.items() if _digest(HOME / name) != digest]
    yield (
        not wrong,
        f"{len(expected)} files are as they were packed" if not wrong else f"changed or missing: {wrong[:5]}",
    )
    here = (path for folder in ("app", "runtime") for path in (HOME / folder).rglob("*") if path.is_file())
    foreign = [name for path in here if (name := path.relative_to(HOME).as_posix()) not in expected]
    yield not foreign, "no other file is among the programs" if not foreign else f"not packed by us: {foreign[:5]}"
    yield sys.flags.isolated == 1, "Python is isolated: no variable leads it to other modules"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def service() -> Said:
    """Whether the service runs, starts by itself and has its own account."""
    manager = win32service.OpenSCManager(None, None, win32service.SC_MANAGER_CONNECT)
    known = win32service.OpenService(
        manager, SERVICE, win32service.SERVICE_QUERY_CONFIG | win32service.SERVICE_QUERY_STATUS
    )
    state = win32service.QueryServiceStatus(known)[1]
    yield state == win32service.SERVICE_RUNNING, f"the service runs (state {state})"
    configuration = win32service.QueryServiceConfig(known)
    yield configuration[1] == win32service.SERVICE_AUTO_START, "it starts with Windows"
    yield configuration[7].lower() == rf"nt service\{SERVICE}".lower(), f"its account is {configuration[7]}"


def health() -> Said:
    """Whether each room answers with the version that is installed, and only to this machine."""
    for port in ports():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            said = json.load(answer)
        right = said.get("status") == "ok" and said.get("version") == __version__
        yield right, f"port {port} answers {said}; {__version__} is installed"
        listening = {
            one.laddr.ip for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr.port == port
        }
        if not listening and is_wine():
            yield None, f"who can reach port {port}: Wine does not list listeners"
        else:
            yield listening <= {"127.0.0.1", "::1"}, f"port {port} listens on {sorted(listening)}"


def ports() -> list[int]:
    """Of the rooms in service.toml."""
    return [table["port"] for table in configured()]


def configured() -> list[dict[str, Any]]:
    """The rooms in service.toml."""
    machine = this_machine()
    assert machine is not None, "this is Windows"
    return tomllib.loads(machine.configuration.read_text(encoding="utf-8")).get("workspace", [])


def access() -> Said:
    """Whether only SYSTEM, Administrators and the service can write what is kept, and who can read it."""
    machine = this_machine()
    assert machine is not None, "this is Windows"
    account = service_sid(SERVICE)
    # Every user's programs read these two, to learn which rooms are the service's.
    public = [machine.state, machine.configuration]
    kept = [*public, machine.logs, machine.people]
    kept += [Path(one["path"]) / ".agentchat" for one in configured()]
    kept += [token for folder in (machine.people, *kept[4:]) for token in folder.glob("*token*")]
    if is_wine():
        yield None, f"who owns {len(kept)} folders and files, and may read or write them: Wine keeps no access lists"
        return
    for path in kept:
        owner, writers, readers = _rights(path)
        may = {SYSTEM, ADMINISTRATORS, account}
        yield owner in may, f"{path} belongs to {owner}"
        yield writers <= may, f"{path} can be written by {sorted(writers)}"
        if path in public:
            continue
        open_to = {EVERYBODY[one] for one in readers & EVERYBODY.keys()}
        yield not open_to, f"{path} can be read by {sorted(readers - may) or 'nobody else'}"


def _rights(path: Path) -> tuple[str, set[str], set[str]]:
    """The owner, who may write and who may read, as identifiers."""
    wanted = win32security.OWNER_SECURITY_INFORMATION | win32security.DACL_SECURITY_INFORMATION
    descriptor = win32security.GetNamedSecurityInfo(str(path), win32security.SE_FILE_OBJECT, wanted)
    owner = win32security.ConvertSidToStringSid(descriptor.GetSecurityDescriptorOwner())
    acl = descriptor.GetSecurityDescriptorDacl()
    writers, readers = set(), set()
    for index in range(acl.GetAceCount() if acl else 0):
        (kind, _), mask, sid = acl.GetAce(index)
        if kind == win32security.ACCESS_ALLOWED_ACE_TYPE:
            readers.add(win32security.ConvertSidToStringSid(sid))
            if mask & WRITES:
                writers.add(win32security.ConvertSidToStringSid(sid))
    return owner, writers, readers


def path() -> Said:
    """Whether the commands are found."""
    with winreg.OpenKey(
        winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
    ) as key:
        folders = winreg.QueryValueEx(key, "Path")[0].split(";")
    yield str(HOME / "bin").lower() in [one.lower() for one in folders], f"{HOME / 'bin'} is on the machine's PATH"


def rooms() -> list[psutil.Process]:
    """The processes of the rooms, as they themselves say."""
    said = [read_endpoint(Files(Path(one["path"])).endpoint) for one in configured()]
    return [psutil.Process(pid) for pid in {one.pid for one in said if one is not None}]


def idle() -> Said:
    """What the service needs while nothing happens."""
    found = rooms()
    yield len(found) == 1, f"{len(found)} process of the rooms"
    before = [sum(one.cpu_times()[:2]) for one in found]
    time.sleep(IDLE_SECONDS)
    for one, was in zip(found, before, strict=True):
        used = (sum(one.cpu_times()[:2]) - was) / IDLE_SECONDS
        yield used < IDLE_SHARE, f"{used:.2%} of a processor over {IDLE_SECONDS} s"
        if is_wine():
            yield None, "its memory: Wine does not tell apart what a process holds for itself"
            continue
        # Other programs share the libraries of Windows.
        held = one.memory_full_info().uss
        yield held < MEMORY_BYTES, f"{held / 1e6:.0f} MB of memory of its own"


def kill() -> Said:
    """Whether the room comes back after its process was ended."""
    for one in rooms():
        one.kill()
    began = time.monotonic()
    back = None
    while back is None and time.monotonic() - began < 4 * BACK_SECONDS:
        time.sleep(0.1)
        if all(_answers(port) for port in ports()):
            back = time.monotonic() - began
    yield back is not None and back < BACK_SECONDS, f"back {f'{back:.1f} s' if back else 'not at all'} after its end"


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=0.3) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except (OSError, ValueError):
        return False


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="verify_install", description=__doc__)
    parser.add_argument("--kill", action="store_true", help="also end the room's process, and see it come back")
    asked = parser.parse_args()
    checks: list[Callable[[], Said]] = [files, service, health, access, path, idle, *([kill] if asked.kill else [])]
    wrong = 0
    for check in checks:
        print(f"{check.__name__}:")
        try:
            for right, said in check():
                wrong += right is False
                print(f"  {'not checked' if right is None else 'ok   ' if right else 'WRONG'}  {said}")
        except Exception as error:  # noqa: BLE001 - one check that fails leaves the others
            wrong += 1
            print(f"  WRONG  cannot be checked: {type(error).__name__}: {error}")
    print("everything that was checked is right" if wrong == 0 else f"{wrong} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
