"""What a message's text says of its files, and what files may be called."""

import json
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from chatbox.domain.attachments import attachments_of, wrong_with
from chatbox.domain.values import Attachment
from hypothesis import given
from hypothesis import strategies as st

from tests.support.simulated import ADA, SimulatedWorkspace, chat

FILE = Attachment(sha256="ab" * 32, name="a.txt", media_type="text/plain", size=3)


@pytest.mark.parametrize(
    "listed", ["", "x", "{}", "7", "[7]", '[{"name": "a"}]', '[{"sha256":1,"name":"a","media_type":"b","size":"c"}]']
)
def test_a_list_of_files_that_cannot_be_read_names_nothing(listed: str) -> None:
    assert attachments_of({"body": "x", "attachments": listed}) == []


def test_a_message_names_its_files_in_its_text_and_forgets_them_with_it() -> None:
    workspace = SimulatedWorkspace()
    number = workspace.say(ADA, chat("look").model_copy(update={"attachments": (FILE,)}))
    text = workspace.entries[number - 1].entry.text
    (shown,) = attachments_of(text)
    assert (shown.id, shown.name, shown.media_type, shown.size) == (FILE.sha256, "a.txt", "text/plain", 3)
    assert attachments_of(None) == attachments_of({"body": "look"}) == []
    workspace.say(ADA, chat("nothing here"))
    assert "attachments" not in (workspace.entries[-1].entry.text or {})


def test_a_later_version_may_say_more_about_a_file() -> None:
    listed = [{**FILE.model_dump(), "width": 640}]
    (shown,) = attachments_of({"body": "x", "attachments": json.dumps(listed)})
    assert shown.name == "a.txt"


@given(st.text(max_size=220))
def test_a_name_that_is_taken_stays_in_its_folder_on_every_system(name: str) -> None:
    if wrong_with(name) is None:
        assert PurePosixPath(name).name == name
        # Saving replaces names with a colon on Windows, where it names a drive.
        assert PureWindowsPath(name).name == name or ":" in name
        assert not any(ord(character) < 0x20 for character in name)
