"""The format outlives the code: today's code writes what was written first, byte for byte, and reads it.

`golden/format-1.json` was made once by `CHATBOX_WRITE_GOLDEN=1 pytest tests/domain/test_format.py`. It never
changes again: a new format gets a file of its own, and a reader for every version ever written stays.
"""

import json
import os
from pathlib import Path

import pytest
from chatbox.domain.chain import FORMAT, Verifier, decode_record, encode_record, unseal

from tests.domain.samples import record, recorded

GOLDEN = Path(__file__).parent / "golden" / "format-1.json"


@pytest.fixture(scope="module")
def golden() -> dict[str, str]:
    if os.environ.get("CHATBOX_WRITE_GOLDEN") and not GOLDEN.exists():
        written = {"record": encode_record(record()).decode(), "leaf": record().last.leaf.hex()}
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(written, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
    found: dict[str, str] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return found


def test_the_format_is_still_the_first() -> None:
    assert FORMAT == 1


def test_todays_code_writes_what_was_written_first(golden: dict[str, str]) -> None:
    assert encode_record(record()).decode() == golden["record"]
    assert record().last.leaf.hex() == golden["leaf"]


def test_what_was_written_first_reads_as_what_it_meant(golden: dict[str, str]) -> None:
    read = decode_record(golden["record"].encode())
    assert [unseal(one) for one in read.entries] == recorded()
    assert read.last.leaf.hex() == golden["leaf"]


def test_what_was_written_first_still_verifies(golden: dict[str, str]) -> None:
    verifier = Verifier()
    for one in decode_record(golden["record"].encode()).entries:
        verifier.check(one)
    assert (verifier.leaf.hex(), verifier.unexplained) == (golden["leaf"], set())
