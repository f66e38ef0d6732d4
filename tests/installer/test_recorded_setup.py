"""What a Setup log of the trial says that Setup did. `recorded-setup.log` holds the lines of ours, as they were."""

import re
from pathlib import Path

from chatbox.service.accounts import service_sid

LOG = Path(__file__).with_name("recorded-setup.log")
TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
"""Of every Windows."""

SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"
READERS = ("S-1-5-32-545", "S-1-5-32-546")
"""Named with /TOKENREADERS, as groups that every Windows has."""
DATA = r"C:\ProgramData\ChatBox"
ROOM = r"C:\ProgramData\ChatBox\workspace\.agentchat"


def _lines() -> list[str]:
    return [line.split("   ", 1)[1] for line in LOG.read_text(encoding="utf-8").splitlines()]


def _access() -> list[tuple[str, str]]:
    """Each icacls line as the place and what was said about it; all ended with 0."""
    found = [
        re.fullmatch(r'exit (\d+): .*icacls\.exe "([^"]+)" (.+) /L /Q', line) for line in _lines() if "icacls" in line
    ]
    assert all(one is not None and one[1] == "0" for one in found)
    return [(one[2], one[3]) for one in found if one is not None]


def _all(sid: str, rights: str) -> str:
    return f" *{sid}:(OI)(CI){rights}"


def test_setup_and_sidecar_compute_the_same_account_and_the_one_that_is_known() -> None:
    said = dict(re.findall(r"^account NT SERVICE\\(\w+) is (\S+)$", "\n".join(_lines()), re.MULTILINE))
    assert said == {"ChatBox": service_sid("ChatBox"), "TrustedInstaller": TRUSTED_INSTALLER}
    assert service_sid("TrustedInstaller") == TRUSTED_INSTALLER


def test_each_folder_gets_its_owner_and_exactly_the_grants_that_are_meant() -> None:
    service = service_sid("ChatBox")
    ours = _all(SYSTEM, "F") + _all(ADMINISTRATORS, "F")
    # Of the files of this very folder, which is service.toml.
    everybody = " *S-1-5-32-545:(OI)(NP)RX"
    readers = "".join(_all(reader, "RX") for reader in READERS)
    assert _access() == [
        (DATA, f"/setowner *{ADMINISTRATORS} /T"),
        (DATA, "/reset"),
        (DATA, "/inheritance:r /grant:r" + everybody + ours + _all(service, "RX") + readers),
        (DATA + r"\*", "/reset /T"),
        (DATA + r"\logs", "/grant" + _all(service, "M")),
        (DATA + r"\people", "/grant" + _all(service, "M")),
        (DATA + r"\workspace", "/grant" + _all(service, "M")),
        (ROOM, f"/setowner *{ADMINISTRATORS} /T"),
        (ROOM, "/reset"),
        (ROOM, "/inheritance:r /grant:r" + ours + _all(service, "M") + readers),
    ]


def test_nothing_is_put_into_a_folder_before_it_is_closed() -> None:
    lines = _lines()
    first = next(number for number, line in enumerate(lines) if "-m chatbox service configure" in line)
    assert max(number for number, line in enumerate(lines) if "icacls" in line) < first


def test_the_rooms_own_answer_decides_and_comes_last() -> None:
    steps = [line for line in _lines() if line.startswith("exit")]
    asked = next(number for number, line in enumerate(steps) if "service health --expect-version 0.1.0" in line)
    assert steps[asked].startswith("exit 0: ")
    assert all("eventcreate" in line for line in steps[asked + 1 :])
