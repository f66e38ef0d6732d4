"""Windows programs on Linux: Wine in a chroot of its own, and the prefixes (one is one Windows machine).

Each rule here was a failure once; docs/windows.md names them.
"""

import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from installer.making.pins import Unusable
from installer.making.places import CACHE, INSTALLER, ROOT, chroot

SCREEN = "1024x768x24"

_FORWARDERS = {
    # Everything written in Rust asks it for random numbers.
    "bcryptprimitives": ("ProcessPrng = advapi32.SystemFunction036", ""),
    # `platform.system()` asks WMI through it. Wine aborts the process; "not implemented" is an answer.
    "propsys": ("VariantToString", ".globl VariantToString\nVariantToString:\n movl $0x80004001, %eax\n ret\n"),
}


class Chroot:
    """The Linux with Wine in it, with this checkout at its own path. Needs root."""

    def __init__(self, root: Path, holder: subprocess.Popen[bytes]) -> None:
        """`holder` lives in the mount namespace that the commands enter."""
        self.root = root
        self._holder = holder

    def command(self, *parts: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> list[str]:
        """A command line of the host that runs `parts` inside."""
        inside = {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **(env or {})}
        enter = ["nsenter", "-t", str(self._holder.pid), "-m", "chroot", str(self.root)]
        return [
            *enter,
            "/usr/bin/env",
            "-i",
            f"--chdir={cwd}",
            *(f"{key}={value}" for key, value in inside.items()),
            *parts,
        ]

    def run(self, *parts: str, cwd: Path = ROOT) -> str:
        """Run one command inside; what it printed. Raises `Unusable`."""
        done = subprocess.run(self.command(*parts, cwd=cwd), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            msg = f"{parts[0]} failed: {(done.stderr or done.stdout).strip()[-1500:]}"
            raise Unusable(msg)
        return done.stdout


@contextlib.contextmanager
def entered() -> Iterator[Chroot]:
    """The chroot, made when it is not there yet (minutes). Raises `Unusable`."""
    if os.geteuid() != 0:
        msg = "Wine lives in a chroot of its own, which needs root: run this as root, or on Windows"
        raise Unusable(msg)
    root = chroot()
    done = subprocess.run(
        [INSTALLER / "trial" / "wine-root.sh", root],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode != 0:
        msg = f"the chroot with Wine cannot be made: {(done.stderr or done.stdout).strip()[-1500:]}"
        raise Unusable(msg)
    (root / ROOT.relative_to("/")).mkdir(parents=True, exist_ok=True)
    mounts = (
        f'mount -t proc proc "{root}/proc" && mount --rbind /dev "{root}/dev" && mount --rbind "{ROOT}" "{root}{ROOT}"'
    )
    # It ends, and its mounts with it, as soon as this process has gone, however it went.
    hold = f"{mounts} && echo mounted && exec cat >/dev/null"
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "bash", "-c", hold],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        if holder.stdout.readline() != b"mounted\n":
            msg = f"{ROOT} cannot be mounted in {root}"
            raise Unusable(msg)
        yield Chroot(root, holder)
    finally:
        holder.stdin.close()
        holder.stdout.close()
        holder.wait()


class Prefix:
    """One Windows machine: its disk, its services, its screen."""

    def __init__(self, chroot: Chroot, name: str, display: str = ":96") -> None:
        """`name` is the folder of its disk below `.cache`."""
        self.chroot = chroot
        self.path = CACHE / "prefixes" / name
        self.c = self.path / "drive_c"
        self.env = {
            "WINEPREFIX": str(self.path),
            "WINEDEBUG": "-all",
            # Neither .NET nor a browser: Wine would ask to install them.
            "WINEDLLOVERRIDES": "mscoree=;mshtml=",
            "DISPLAY": display,
        }

    def made(self, *, anew: bool = False) -> "Prefix":
        """This machine, running; without a disk it gets a new one."""
        if anew or not (self.path / ".made").exists():
            self.off()
            shutil.rmtree(self.path, ignore_errors=True)
            self.path.mkdir(parents=True)
            self._boot("-i")
            self._quietly("wine", "winecfg", "-v", "win10")
            for program in ("python.exe", "pythonw.exe"):
                key = rf"HKCU\Software\Wine\AppDefaults\{program}\DllOverrides"
                self._quietly("wine", "reg", "add", key, "/v", "propsys", "/d", "native")
            # A new prefix leaves two service control managers behind: services then come and go.
            self.off()
            self._forwarders()
            (self.path / ".made").touch()
        self.boot()
        return self

    def boot(self) -> None:
        """Switch it on; its services start."""
        self._boot()

    def off(self) -> None:
        """Switch it off, as a power cut would."""
        self._quietly("wineserver", "-k")
        self._quietly("wineserver", "-w")

    def start(self, *parts: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start a Windows program with pipes: Windows Python dies when its stdout is a Linux file."""
        command = self.chroot.command("wine", *parts, cwd=cwd, env={**self.env, **(env or {})})
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    def run(self, *parts: str, seconds: float = 240, cwd: Path = ROOT) -> tuple[int, str]:
        """Run a Windows program to its end; its exit code and what it printed. Raises `TimeoutExpired`."""
        process = self.start(*parts, cwd=cwd)
        said: list[str] = []
        # Not until the end of the pipe: a desktop that Wine starts on the way inherits it and stays.
        reading = threading.Thread(target=_read, args=(process, said), daemon=True)
        reading.start()
        try:
            status = process.wait(timeout=seconds)
        finally:
            if process.poll() is None:
                process.kill()
        reading.join(timeout=1)
        return status, "".join(said).replace("\0", "").replace("\r", "")

    def linux(self, *parts: str) -> list[str]:
        """A Linux command inside that sees this machine's screen."""
        return self.chroot.command(*parts, env=self.env)

    def _boot(self, *arguments: str) -> None:
        self._quietly("wineserver", "-p")
        self._quietly("wineboot", *arguments)

    def _quietly(self, *parts: str) -> None:
        # The daemons that these start must not inherit a pipe, whose reader would wait for ever.
        nowhere = subprocess.DEVNULL
        command: Sequence[str] = self.chroot.command(*parts, env=self.env)
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, check=False, timeout=120)

    def _forwarders(self) -> None:
        """Two DLLs that Windows' own programs may count on and Wine 8 has not, or not whole. Never shipped."""
        folder = CACHE / "forwarders"
        folder.mkdir(parents=True, exist_ok=True)
        for name, (exports, code) in _FORWARDERS.items():
            (folder / f"{name}.def").write_text(f"LIBRARY {name}.dll\nEXPORTS\n  {exports}\n")
            (folder / f"{name}.s").write_text(code)
            self.chroot.run("x86_64-w64-mingw32-as", f"{name}.s", "-o", f"{name}.o", cwd=folder)
            link = ["x86_64-w64-mingw32-ld", "-shared", "--entry=0", "-o", f"{name}.dll", f"{name}.o", f"{name}.def"]
            self.chroot.run(*link, cwd=folder)
            shutil.copyfile(folder / f"{name}.dll", self.c / "windows" / "system32" / f"{name}.dll")


def _read(process: subprocess.Popen[str], said: list[str]) -> None:
    assert process.stdout is not None
    with process.stdout as out:
        said.extend(out)


@contextlib.contextmanager
def screen(chroot: Chroot, display: str = ":96") -> Iterator[None]:
    """A screen that nobody sees; even a silent Setup opens windows on one."""
    nowhere = subprocess.DEVNULL
    command = chroot.command("Xvfb", display, "-screen", "0", SCREEN, "-nolisten", "tcp")
    server = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def windows_path(path: Path) -> str:
    """A path of this machine as Wine's programs see it."""
    return "Z:" + str(path).replace("/", "\\")
