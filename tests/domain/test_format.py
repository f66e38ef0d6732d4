"""The format outlives the code: today's code writes what was written first, byte for byte, and reads it.

The golden files were each made once by `CHATBOX_WRITE_GOLDEN=1 pytest tests/domain/test_format.py`. They never change
again: later entries and a new format get files of their own, and a reader for every version ever written stays.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from chatbox.domain.chain import FORMAT, Verifier, decode_record, encode_record, unseal
from chatbox.domain.entries import Entry

from tests.domain.samples import ATTACHMENTS, CONVERSATION, EXPIRY, ROLES, SAMPLES, record, recorded

GOLDEN = Path(__file__).parent / "golden"
WRITTEN = {
    "format-1.json": SAMPLES,
    "format-1-conversation.json": CONVERSATION,
    "format-1-expiry.json": EXPIRY,
    "format-1-attachments.json": ATTACHMENTS,
    "format-1-roles.json": ROLES,
}


class Written(NamedTuple):
    """What is written today, and the golden file of what was written first."""

    entries: Sequence[Entry]
    golden: dict[str, str]


@pytest.fixture(scope="module", params=WRITTEN)
def written(request: pytest.FixtureRequest) -> Written:
    file, entries = GOLDEN / request.param, WRITTEN[request.param]
    if os.environ.get("CHATBOX_WRITE_GOLDEN") and not file.exists():
        first = {"record": encode_record(record(entries)).decode(), "leaf": record(entries).last.leaf.hex()}
        file.write_text(json.dumps(first, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
    return Written(entries, json.loads(file.read_text(encoding="utf-8")))


def test_the_format_is_still_the_first() -> None:
    assert FORMAT == 1


def test_todays_code_writes_what_was_written_first(written: Written) -> None:
    today = record(written.entries)
    assert encode_record(today).decode() == written.golden["record"]
    assert today.last.leaf.hex() == written.golden["leaf"]


def test_what_was_written_first_reads_as_what_it_meant(written: Written) -> None:
    read = decode_record(written.golden["record"].encode())
    assert [unseal(one) for one in read.entries] == recorded(written.entries)
    assert read.last.leaf.hex() == written.golden["leaf"]


def test_what_was_written_first_still_verifies(written: Written) -> None:
    verifier = Verifier()
    for one in decode_record(written.golden["record"].encode()).entries:
        verifier.check(one)
    assert (verifier.leaf.hex(), verifier.unexplained) == (written.golden["leaf"], set())
