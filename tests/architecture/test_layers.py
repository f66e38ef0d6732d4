"""A layer imports only what stands below it; the contracts stand in `pyproject.toml`."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.places import ROOT


def test_every_import_contract_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--cache-dir", ".cache/import-linter"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout
