"""What differs on Windows and can be seen anywhere."""

from pathlib import Path, PureWindowsPath

import pytest
from chatbox.app import replacing
from chatbox.setup.doctoring import wsl


@pytest.mark.parametrize(
    ("root", "system", "release", "environment", "expected"),
    [
        (r"\\wsl$\Debian\home\a\p", "nt", "10", {}, "run ChatBox inside WSL"),
        (r"\\wsl.localhost\Debian\home\a\p", "nt", "11", {}, "run ChatBox inside WSL"),
        (r"C:\p", "nt", "11", {}, None),
        ("/mnt/c/p", "posix", "5.15.1-microsoft-standard-WSL2", {}, "move it into WSL, or run ChatBox on Windows"),
        ("/mnt/c/p", "posix", "5.15", {"WSL_DISTRO_NAME": "Debian"}, "move it into WSL, or run ChatBox on Windows"),
        ("/mnt/disk/p", "posix", "5.15.1-microsoft-standard-WSL2", {}, None),
        ("/mnt/c/p", "posix", "6.1", {}, None),
        ("/home/a/p", "posix", "5.15.1-microsoft-standard-WSL2", {}, None),
    ],
)
def test_doctor_names_the_wrong_side_of_wsl(
    root: str, system: str, release: str, environment: dict[str, str], expected: str | None
) -> None:
    on_windows = system == "nt"
    place = PureWindowsPath(root) if on_windows else Path(root)
    # A path of Windows is a pure one here; only its text matters.
    found = list(wsl(place, on_windows=on_windows, release=release, environment={"PATH": "", **environment}))  # type: ignore[arg-type]
    assert [finding.todo for finding in found] == ([expected] if expected else [])


def test_a_file_that_somebody_reads_is_replaced_once_they_are_done() -> None:
    refusals = [PermissionError(), PermissionError()]

    def change() -> None:
        if refusals:
            raise refusals.pop()

    replacing._patiently(change, refuses=True)  # noqa: SLF001 - only Windows refuses by itself
    assert refusals == []
    refusals.append(PermissionError())
    with pytest.raises(PermissionError):
        replacing._patiently(change, refuses=False)  # noqa: SLF001
