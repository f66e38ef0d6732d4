"""Builds the Windows installer: on Windows as it is, on Linux with Wine in a chroot (root, 3 GB).

`npm run installer -- build` makes everything ready and runs this.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from installer.making.archives import archived
from installer.making.compiling import compiled, compiler, precompile
from installer.making.pins import Unusable, pins
from installer.making.places import STAGE, WINDOWS, version
from installer.making.stage import finished, staged
from installer.making.wine import Prefix, entered


def build(*, of: str, runtime: tuple[Path, str] | None, sign: str, quick: bool, prefix: Prefix | None) -> Path:
    """Setup.exe of one version. Raises `Unusable`."""
    known = pins()
    iscc = compiler(known["inno-setup"])
    staged(known, runtime, of)
    precompile(prefix)
    archived(STAGE)
    finished(known, of)
    return compiled(iscc, of, prefix, sign=sign, quick=quick)


@contextlib.contextmanager
def windows() -> Iterator[Prefix | None]:
    """Where Windows programs run: here, or a prefix that is used for nothing else."""
    if WINDOWS:
        yield None
        return
    with entered() as chroot:
        prefix = Prefix(chroot, "building", display=os.environ.get("DISPLAY", ""))
        prefix.made()
        try:
            yield prefix
        finally:
            prefix.off()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Builds chatbox-VERSION-x64-setup.exe.")
    parser.add_argument("--runtime", type=Path, help="python-3.13.x-embed-amd64.zip (default: the pinned stand-in)")
    parser.add_argument("--runtime-sha256", help="its SHA-256, as python.org publishes it")
    parser.add_argument("--version", default=version(), help="only for trials: another version of the same sources")
    parser.add_argument("--quick", action="store_true", help="pack less tightly, in a fifth of the time")
    parser.add_argument("--sign", default=os.environ.get("CHATBOX_SIGN", ""), help="signs {file} (or CHATBOX_SIGN)")
    asked = parser.parse_args()
    if (asked.runtime is None) != (asked.runtime_sha256 is None):
        parser.error("--runtime and --runtime-sha256 belong together")
    runtime = None if asked.runtime is None else (asked.runtime.resolve(), asked.runtime_sha256)
    try:
        with windows() as prefix:
            made = build(of=asked.version, runtime=runtime, sign=asked.sign, quick=asked.quick, prefix=prefix)
    except Unusable as unusable:
        print(f"installer: {unusable}", file=sys.stderr)
        return 1
    print(f"{made} ({made.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
