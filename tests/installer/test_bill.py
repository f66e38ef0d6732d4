"""What is said about the parts of the web page, which come from npm and stand in no wheel."""

import json
from pathlib import Path

import pytest

from installer.making.licences import page_parts
from installer.making.pins import Unusable


def test_a_part_of_the_page_is_named_with_its_version_and_its_licence(tmp_path: Path) -> None:
    page = tmp_path / "page.json"
    page.write_text(json.dumps(["node_modules/lit"]))
    (part,) = page_parts(page)
    assert (part.name, part.licence) == ("lit", "BSD-3-Clause")
    assert part.version.split(".")[0].isdigit()
    assert (part.folder / "LICENSE").is_file()


def test_nothing_is_packed_when_nobody_said_what_the_page_is_made_of(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="npm run installer -- build"):
        page_parts(tmp_path / "page.json")
