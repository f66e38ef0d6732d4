"""What the installer carries, laid out as it will stand on the machine: runtime, application, commands, licences."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from installer.making.bill import write_bill, write_checksums
from installer.making.licences import gather_licences
from installer.making.pins import Pin, Unusable, member, verified
from installer.making.places import CACHE, DOWNLOADS, INSTALLER, LOCK, ROOT, STAGE, WINDOWS

PLATFORM = ["--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.13", "--only-binary", ":all:"]
NEVER_SHIPPED = (
    *(
        ".lock",
        "bin",
        "Scripts",
        "PyWin32.chm",
        "pythonwin",
        "isapi",
        "adodbapi",
        "win32com",
        "win32comext",
        "win32/Demos",
    ),
    *("win32/test", "jsonschema/benchmarks", "jsonschema/tests", "psutil/tests"),
)
"""Parts of packages that nothing of ours imports: launchers of another platform, an editor, COM, demos, tests."""


def staged(pins: dict[str, Pin], runtime: tuple[Path, str] | None, version: str) -> Path:
    """Lay everything out anew. `runtime` is an embeddable CPython as a zip with its SHA-256. Raises `Unusable`."""
    shutil.rmtree(STAGE, ignore_errors=True)
    for name in ("runtime", "app", "bin", "licences"):
        (STAGE / name).mkdir(parents=True)
    _runtime(pins["python"], runtime)
    _packages()
    _application(version)
    shutil.copyfile(member(pins["nssm"]), STAGE / "bin" / "nssm.exe")
    for command in (INSTALLER / "payload").iterdir():
        target = STAGE / ("bin" if command.suffix == ".cmd" else "app") / command.name
        # Windows' command interpreter loses its way in batch files with bare line feeds.
        target.write_bytes(command.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    gather_licences(STAGE, pins)
    return STAGE


def finished(pins: dict[str, Pin], version: str) -> None:
    """Write what the package says about itself, once nothing in it changes any more."""
    write_bill(STAGE, pins, LOCK, version)
    write_checksums(STAGE)
    _date(os.environ.get("SOURCE_DATE_EPOCH", ""))


def _date(seconds: str) -> None:
    """Setup.exe carries the time of each file: with one time for all, the same sources make the same Setup.exe."""
    if not seconds:
        return
    for path in STAGE.rglob("*"):
        os.utime(path, (int(seconds), int(seconds)))


def _runtime(pin: Pin, given: tuple[Path, str] | None) -> None:
    target = STAGE / "runtime"
    if given is not None:
        with zipfile.ZipFile(verified(*given)) as archive:
            archive.extractall(target)
    else:
        with zipfile.ZipFile(member(pin)) as archive:
            for name in archive.namelist():
                if name.startswith(f"{pin.folder}/") and not name.endswith("/"):
                    (target / Path(name).name).write_bytes(archive.read(name))
    names = [path.name for path in target.glob("python3*.dll") if path.name != "python3.dll"]
    if names != ["python313.dll"]:
        msg = f"the runtime holds {names or 'no Python'}: the wheels are those of CPython 3.13"
        raise Unusable(msg)
    # Isolated: no variable and no current folder leads the service to foreign modules. `import site` runs the .pth
    # files of pywin32, whose modules lie in folders of their own.
    places = (
        "python313.zip",
        "packages.zip",
        ".",
        r"Lib\site-packages",
        r"..\app\chatbox.zip",
        r"..\app",
        "import site",
    )
    (target / "python313._pth").write_bytes("".join(f"{place}\r\n" for place in places).encode())


def _packages() -> None:
    wheels = CACHE / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    # `pip download --platform` takes the markers of this machine, so the lock was resolved for Windows beforehand.
    platform = [
        "--platform",
        "win_amd64",
        "--python-version",
        "3.13",
        "--implementation",
        "cp",
        "--only-binary",
        ":all:",
    ]
    abis = [part for abi in ("cp313", "abi3", "none") for part in ("--abi", abi)]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    _run([*pip, *platform, *abis, "--requirement", str(LOCK), "--dest", str(wheels)])
    target = STAGE / "runtime" / "Lib" / "site-packages"
    uv = str(Path(sys.executable).with_name("uv.exe" if WINDOWS else "uv"))
    install = [uv, "pip", "install", "--quiet", "--target", str(target), *PLATFORM, "--no-index", "--no-deps"]
    _run([*install, "--find-links", str(wheels), "--require-hashes", "--link-mode", "copy", "--requirement", str(LOCK)])
    for name in NEVER_SHIPPED:
        path = target / name
        path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)


def _application(version: str) -> None:
    source = ROOT / "sidecar" / "chatbox"
    if not (source / "web" / "chatbox.js").exists():
        msg = "the web page is not built: `npm run build`, then try again"
        raise Unusable(msg)
    target = STAGE / "app" / "chatbox"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".stamp"))
    own = target / "__init__.py"
    # The trial builds a second version, to upgrade to, from the same sources.
    said = own.read_text(encoding="utf-8").splitlines()
    lines = [f'__version__ = "{version}"' if line.startswith("__version__") else line for line in said]
    own.write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copyfile(ROOT / "LICENSE", STAGE / "LICENSE.txt")


def _run(command: list[str]) -> None:
    DOWNLOADS.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        msg = f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-1500:]}"
        raise Unusable(msg)
