"""The hash chain: whatever is sealed reads back, and whatever is changed afterwards is noticed."""

import hashlib
from collections.abc import Iterator

import orjson
import pytest
from chatbox.domain import entries as e
from chatbox.domain.chain import (
    GENESIS,
    Mismatch,
    Record,
    Sealed,
    Verifier,
    decode_record,
    encode_record,
    leaf_of,
    salts,
    seal,
    unseal,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.samples import LATER, SAMPLES, record, recorded, sealed
from tests.support.simulated import altered, forgotten

SMALL = (
    e.JournalCreated(journal="00"),
    e.ChannelCreated(channel="#a", text={"purpose": "é"}),
    e.MessagePosted(kind="chat", channel="#a", position=1, root=3, text={"body": "Hi"}),
    e.ContentRedacted(target=2),
)
"""A journal small enough to flip every bit of it."""


def verify(chain: list[Sealed]) -> Verifier:
    verifier = Verifier()
    for one in chain:
        verifier.check(one)
    return verifier


def noticed(chain: list[Sealed]) -> bool:
    """Whether verification fails or leaves something unexplained."""
    try:
        return bool(verify(chain).unexplained)
    except Mismatch:
        return True


def test_every_known_type_is_among_the_samples() -> None:
    assert {type(entry) for entry in (*SAMPLES, *LATER)} == {*e.KNOWN.values(), e.UnknownEntry}


def test_every_field_of_every_type_is_set_in_some_sample() -> None:
    samples = (*SAMPLES, *LATER)
    for kind in {type(entry) for entry in samples}:
        unset = set(kind.model_fields) - {"text"}
        for entry in samples:
            unset -= entry.model_fields_set if type(entry) is kind else set()
        assert not unset, f"{kind.__name__}: {unset}"
    for entry in samples:
        assert not type(entry).has_text or entry.text is not None or isinstance(entry, e.UnknownEntry)


@pytest.mark.parametrize("one", recorded(), ids=lambda one: e.type_of(one.entry))
def test_what_is_sealed_reads_back(one: e.Recorded) -> None:
    assert unseal(seal(one, GENESIS, bytes(16))) == one


@pytest.mark.parametrize("one", recorded(), ids=lambda one: e.type_of(one.entry))
def test_text_stands_apart_from_the_head_and_only_text_is_salted(one: e.Recorded) -> None:
    whole = seal(one, GENESIS, bytes(16))
    assert (whole.content is None) == (whole.salt is None) == (one.entry.text is None)
    for text in (one.entry.text or {}).values():
        assert not text or text.encode() not in whole.head


def test_a_type_that_this_version_does_not_know_is_sealed_again_byte_for_byte() -> None:
    for one, chain in zip(recorded(), sealed(), strict=True):
        if isinstance(one.entry, e.UnknownEntry):
            assert chain.salt is None or chain.salt == bytes([one.seq]) * 16
            again = seal(unseal(chain), bytes.fromhex(orjson.loads(chain.head)["prev"]), chain.salt or b"")
            assert again == chain


def test_a_head_of_another_format_is_refused_with_advice() -> None:
    one = sealed()[0]
    other = altered(one, head=one.head.replace(b'"v":1', b'"v":2'))
    with pytest.raises(ValueError, match=r"format 2.*update ChatBox"):
        unseal(other)


def test_a_record_of_another_format_is_refused_with_advice() -> None:
    blob = encode_record(record())
    with pytest.raises(ValueError, match=r"format 2.*update ChatBox"):
        decode_record(blob[: blob.rindex(b'"v":1')] + b'"v":2}')


def test_a_record_survives_its_encoding() -> None:
    assert decode_record(encode_record(record())) == record()


def test_a_record_without_a_content_survives_its_encoding() -> None:
    redacted = Record(entries=tuple(forgotten(one) for one in sealed()))
    assert decode_record(encode_record(redacted)) == redacted


def test_the_leaf_is_the_rfc_6962_hash_of_the_head_and_names_the_one_before() -> None:
    previous = GENESIS
    for one in sealed():
        assert one.leaf == hashlib.sha256(b"\x00" + one.head).digest()
        assert orjson.loads(one.head)["prev"] == previous.hex()
        previous = one.leaf


def test_an_untouched_chain_verifies() -> None:
    verifier = verify(sealed())
    assert (verifier.seq, verifier.unexplained) == (len(SAMPLES), set())


# Tampering.


def flips(chain: list[Sealed]) -> Iterator[tuple[str, list[Sealed]]]:
    """The chain with one bit flipped, for every bit of everything that is stored."""
    for place, one in enumerate(chain):
        for part in ("head", "leaf", "salt", "content"):
            stored = getattr(one, part)
            for bit in range(8 * len(stored or b"")):
                changed = bytearray(stored)
                changed[bit // 8] ^= 1 << bit % 8
                other = altered(one, **{part: bytes(changed)})
                yield f"{part} of {place + 1}, bit {bit}", [*chain[:place], other, *chain[place + 1 :]]


def test_every_single_flipped_bit_is_noticed() -> None:
    missed = [where for where, chain in flips(sealed(SMALL)) if not noticed(chain)]
    assert missed == []


def test_a_verifier_that_trusts_the_stored_leaf_would_miss_flips(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: without hashing the head again, changed heads go unnoticed."""
    chains = {where: chain for where, chain in flips(sealed(SMALL)) if where.startswith("head of 4")}
    leaves = {one.head: one.leaf for chain in chains.values() for one in chain}
    monkeypatch.setattr("chatbox.domain.chain.leaf_of", leaves.__getitem__)
    assert any(not noticed(chain) for chain in chains.values())


def rewritten(one: Sealed, old: bytes, new: bytes) -> Sealed:
    """A head that was edited together with its own hash."""
    head = one.head.replace(old, new)
    assert head != one.head
    return altered(one, head=head, leaf=leaf_of(head))


def test_an_edited_entry_is_noticed_even_with_its_own_hash_mended() -> None:
    chain = sealed()
    for place in range(len(chain) - 1):
        edited = [*chain[:place], rewritten(chain[place], b'"by":"ada"', b'"by":"eve"'), *chain[place + 1 :]]
        with pytest.raises(Mismatch) as found:
            verify(edited)
        assert found.value.seq == place + 2


@pytest.mark.parametrize("place", [0, 5, len(SAMPLES) - 2])
def test_a_missing_a_doubled_and_a_swapped_entry_are_noticed(place: int) -> None:
    chain = sealed()
    missing = chain[:place] + chain[place + 1 :]
    doubled = chain[: place + 1] + chain[place:]
    swapped = [*chain[:place], chain[place + 1], chain[place], *chain[place + 2 :]]
    for damaged in (missing, doubled, swapped):
        with pytest.raises(Mismatch):
            verify(damaged)


def test_entries_numbered_anew_after_one_was_taken_out_are_noticed() -> None:
    chain = sealed()
    closed = chain[:5] + [altered(one, seq=one.seq - 1) for one in chain[6:]]
    with pytest.raises(Mismatch) as found:
        verify(closed)
    assert found.value.seq == 6


@pytest.mark.parametrize("head", [b"not json", b"[]", b"1", b"null", b"{}"])
def test_a_head_that_is_no_head_is_noticed_even_with_its_own_hash(head: bytes) -> None:
    with pytest.raises(Mismatch):
        verify([Sealed(seq=1, head=head, leaf=leaf_of(head))])


def test_text_that_was_exchanged_between_entries_is_noticed() -> None:
    entries = [
        e.MessagePosted(kind="chat", channel="#a", position=n, root=n, text={"body": body})
        for n, body in enumerate(("yes", "no"), start=1)
    ]
    one, two = sealed(entries)
    with pytest.raises(Mismatch):
        verify([altered(one, salt=two.salt, content=two.content), two])


@pytest.mark.parametrize("part", ["salt", "content"])
def test_half_a_missing_text_is_noticed(part: str) -> None:
    chain = sealed(SMALL[:3])
    half = altered(chain[2], **{part: None})
    with pytest.raises(Mismatch):
        verify([*chain[:2], half])


def test_text_that_was_added_to_an_entry_without_one_is_noticed() -> None:
    chain = sealed(SMALL)
    with pytest.raises(Mismatch):
        verify([altered(chain[0], salt=bytes(16), content=b"{}"), *chain[1:]])


# Redaction.


def test_a_redacted_text_leaves_a_chain_that_verifies() -> None:
    chain = sealed(SMALL)
    verifier = verify([chain[0], forgotten(chain[1]), *chain[2:]])
    assert verifier.unexplained == set()


def test_a_text_that_is_gone_without_a_redaction_is_unexplained() -> None:
    chain = sealed(SMALL)
    verifier = verify([*chain[:2], forgotten(chain[2]), chain[3]])
    assert verifier.unexplained == {3}


def test_a_text_is_unexplained_until_its_redaction_comes() -> None:
    chain = sealed(SMALL)
    assert verify([chain[0], forgotten(chain[1])]).unexplained == {2}


def test_a_redacted_entry_reads_back_without_its_text() -> None:
    for one, whole in zip(recorded(), sealed(), strict=True):
        read = unseal(forgotten(whole))
        assert read.entry == one.entry.model_copy(update={"text": None})
        assert (read.seq, read.at, read.by, read.key) == (one.seq, one.at, one.by, one.key)


def test_the_digest_of_a_text_says_nothing_without_its_salt() -> None:
    (short,) = [e.MessagePosted(kind="chat", channel="#a", position=1, root=1, text={"body": "yes"})]
    one = e.Recorded(seq=1, at=1, by="ada", entry=short)
    digests = {orjson.loads(seal(one, GENESIS, bytes([n]) * 16).head)["content"] for n in range(50)}
    assert len(digests) == 50


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**40), st.integers(1, 20))
def test_salts_of_a_batch_are_all_different_and_come_from_its_seed(seed: bytes, first: int, count: int) -> None:
    made = list(salts(seed, first, count))
    assert len(set(made)) == count
    assert {len(salt) for salt in made} == {16}
    assert made == list(salts(seed, first, count))
    assert not set(made) & set(salts(seed, first + count, count))
