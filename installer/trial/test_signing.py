"""Signed on Linux: Setup and, what is easily forgotten, the uninstaller that it leaves on the machine."""

import shlex
import subprocess
from pathlib import Path

from installer.build import build
from installer.making.places import CACHE, setup_file
from installer.making.wine import Chroot, Prefix
from installer.trial.machine import Machine

SIGNED = "98.0.0"


def _signature(chroot: Chroot, file: Path) -> str:
    command = chroot.command("osslsigncode", "verify", "-in", str(file))
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_setup_and_its_installed_uninstaller_carry_the_signature(bare: Machine, chroot: Chroot) -> None:
    folder = CACHE / "signing"
    folder.mkdir(exist_ok=True)
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=ChatBox trial", "-days", "2"]
    chroot.run(*request, "-keyout", key, "-out", certificate)
    sign = [
        "osslsigncode",
        "sign",
        "-certs",
        certificate,
        "-key",
        key,
        "-n",
        "ChatBox",
        "-in",
        "{file}",
        "-out",
        "{out}",
    ]
    prefix = Prefix(chroot, "building").made()
    build(of=SIGNED, runtime=None, sign=shlex.join(chroot.command(*sign)), quick=True, prefix=prefix)
    prefix.off()
    assert "CN=ChatBox trial" in _signature(chroot, setup_file(SIGNED))
    code, log = bare.setup(SIGNED)
    assert code == 0, log[-3000:]
    assert "CN=ChatBox trial" in _signature(chroot, bare.programs / "unins000.exe")
    assert "O=Python Software Foundation" in _signature(chroot, bare.programs / "runtime" / "python.exe")
    setup_file(SIGNED).unlink()
