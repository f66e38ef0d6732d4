"""The parts of the installer agree with each other and with what docs/windows.md says."""

import re
from pathlib import Path

import pytest
from chatbox.cli.exits import Exit

from installer.making.places import INSTALLER, ROOT

SCRIPTS = [INSTALLER / "chatbox.iss", *sorted((INSTALLER / "includes").glob("*.iss"))]
TEXTS = {"en": INSTALLER / "texts" / "english.iss", "de": INSTALLER / "texts" / "german.iss"}
PAGE = ROOT / "docs" / "windows.md"
SWITCHES = ("MODE", "WORKSPACE", "PORT", "TOKENREADERS")


def _said() -> str:
    return "\n".join(path.read_text(encoding="utf-8-sig") for path in SCRIPTS)


def _texts(language: str) -> dict[str, str]:
    lines = TEXTS[language].read_text(encoding="utf-8-sig").splitlines()
    found = [re.fullmatch(rf"{language}\.(\w+)=(.+)", line) for line in lines if line != "[CustomMessages]"]
    return {one[1]: one[2] for one in found if one is not None}


def test_every_text_is_there_in_both_languages_with_the_same_places_for_values() -> None:
    english, german = _texts("en"), _texts("de")
    assert english.keys() == german.keys()
    for name, text in english.items():
        assert set(re.findall(r"%\d", text)) == set(re.findall(r"%\d", german[name])), name


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    used = set(re.findall(r"CustomMessage\('(\w+)'\)", _said())) | set(re.findall(r"\{cm:(\w+)\}", _said()))
    assert used == _texts("en").keys()


@pytest.mark.parametrize("path", TEXTS.values(), ids=lambda path: path.stem)
def test_a_file_of_texts_begins_with_the_mark_without_which_inno_setup_takes_it_for_ansi(path: Path) -> None:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_one_include_alone_names_what_wraps_the_service() -> None:
    naming = [path.name for path in SCRIPTS if re.search("nssm", path.read_text(encoding="utf-8-sig"), re.IGNORECASE)]
    assert naming == ["chatbox.iss", "nssm.iss"]
    (include,) = [line for line in SCRIPTS[0].read_text().splitlines() if "nssm" in line.lower()]
    assert include == '#include "includes\\nssm.iss"'


def test_every_switch_is_remembered_by_an_upgrade_and_explained() -> None:
    assert set(re.findall(r"SetPreviousData\(PreviousDataKey, '(\w+)'", _said())) == set(SWITCHES)
    assert set(re.findall(r"Choice\('(\w+)'", _said())) == set(SWITCHES)
    page = PAGE.read_text()
    assert all(f"`/{name}=" in page for name in SWITCHES)
    assert "`/PURGE`" in page


def test_the_exit_codes_of_setup_are_explained() -> None:
    rows = dict(re.findall(r"^\| +(\d+(?:, \d+)*) +\| (.+?) +\|$", PAGE.read_text(), re.MULTILINE))
    (own,) = re.findall(r"ExitNoAnswer = (\d+);", _said())
    assert set(rows) == {"0", "1", "2", "3, 4", "5", "7", own}


def test_the_task_at_logon_gives_up_on_the_exit_codes_that_need_a_person() -> None:
    (final,) = re.findall(r"^FINAL = \((.+)\)$", (INSTALLER / "payload" / "at_logon.py").read_text(), re.MULTILINE)
    codes = (Exit.DONE, Exit.UNREADABLE, Exit.USAGE, Exit.BAD_CONFIGURATION)
    assert [int(one) for one in final.split(", ")] == [int(one) for one in codes]


def test_a_batch_file_passes_its_arguments_to_the_runtime_beside_it() -> None:
    for path in (INSTALLER / "payload").glob("*.cmd"):
        line = path.read_text()
        assert line.startswith(r'@"%~dp0..\runtime\python.exe" -X utf8 '), path.name
        assert line.endswith(" %*\n"), path.name
