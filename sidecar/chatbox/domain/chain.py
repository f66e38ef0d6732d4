"""The format that outlives everything: heads, salted contents, hashes, batch records (ADR 0001).

Leaf = SHA-256(0x00 ‖ head), the RFC 6962 leaf hash, where `head` is canonical JSON (RFC 8785, restricted to
ASCII keys and integers below 2^53) and names the leaf before it. A head covers its content by
SHA-256(0x02 ‖ salt ‖ content), so the content can be forgotten without breaking the chain.
Sealed bytes are stored and hashed as they are: verification never re-encodes.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from chatbox.domain.entries import KNOWN, ClientKey, ContentRedacted, Entry, Recorded, UnknownEntry, type_of

FORMAT = 1
GENESIS = bytes(32)
"""The leaf that entry 1 names as the one before it."""

_INTEGER_MAX = 2**53 - 1


class Sealed(NamedTuple):
    """One entry as it is stored: canonical bytes, ready to be hashed, written and sent. Made for every post: plain."""

    seq: int
    head: bytes
    leaf: bytes
    salt: bytes | None = None
    content: bytes | None = None


class Record(NamedTuple):
    """One append: entries with consecutive numbers, all or none of them durable."""

    entries: tuple[Sealed, ...]

    @property
    def first(self) -> int:
        """The seq of the first entry."""
        return self.entries[0].seq

    @property
    def last(self) -> Sealed:
        """The newest entry: the journal's head once this record is appended."""
        return self.entries[-1]


def as_stored(seq: object, head: object, leaf: object, salt: object, content: object) -> Sealed:
    """What a damaged file may hold. Raises `ValueError` when something is not even of the right type."""
    if not (isinstance(seq, int) and isinstance(head, bytes) and isinstance(leaf, bytes)):
        raise ValueError("no entry stands here")  # noqa: TRY004 - a wrong value in a file, not a wrong argument
    if not isinstance(salt, bytes | None) or not isinstance(content, bytes | None):
        raise ValueError("its text is no text")  # noqa: TRY004 - as above
    return Sealed(seq=seq, head=head, leaf=leaf, salt=salt, content=content)


class Mismatch(Exception):  # noqa: N818 - a finding about stored data, named as `verify` reports it
    """Entry `seq` does not read back as what was sealed."""

    def __init__(self, seq: int, why: str) -> None:
        """`why` completes the sentence "entry N …"."""
        super().__init__(f"entry {seq} {why}")
        self.seq = seq
        self.why = why


def canonical(value: Any) -> bytes:
    """Encode JSON canonically (RFC 8785).

    Raises `ValueError` for floats, integers from 2^53 on, keys that are not ASCII, and lone surrogates.
    """
    _refuse_the_inexact(value)
    return _encode(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, in hex: how requests and questions are named."""
    return hashlib.sha256(canonical(value)).hexdigest()


def seal(recorded: Recorded, previous: bytes, salt: bytes) -> Sealed:
    """Encode and hash one entry; `salt` (16 bytes) is used only when it has text."""
    entry = recorded.entry
    data = _foreign(entry) if isinstance(entry, UnknownEntry) else _fields(entry)
    head: dict[str, Any] = {
        "v": FORMAT,
        "seq": recorded.seq,
        "prev": previous.hex(),
        "at": recorded.at,
        "by": recorded.by,
        "type": type_of(entry),
        "data": data,
    }
    if recorded.key is not None:
        head["key"] = recorded.key.model_dump()
    content = None
    if entry.text is not None:
        content = _encode(entry.text)
        head["content"] = _content_digest(salt, content)
    encoded = _encode(head)
    return Sealed(
        seq=recorded.seq,
        head=encoded,
        leaf=leaf_of(encoded),
        salt=salt if content is not None else None,
        content=content,
    )


def unseal(sealed: Sealed) -> Recorded:
    """Read an entry back without judging it; a type this version does not know is kept as it is.

    Raises `ValueError` when the bytes are no head of a format this version can read.
    """
    head = orjson.loads(sealed.head)
    if head["v"] != FORMAT:
        msg = f"entry {sealed.seq} has format {head['v']}; this version reads format {FORMAT}: update ChatBox"
        raise ValueError(msg)
    text = None if sealed.content is None else orjson.loads(sealed.content)
    known = KNOWN.get(head["type"])
    entry: Entry
    if known is None:
        entry = UnknownEntry(type=head["type"], data=head["data"], text=text)
    else:
        entry = known.model_validate({**head["data"], "text": text})
    key = ClientKey.model_validate(head["key"]) if "key" in head else None
    return Recorded(seq=head["seq"], at=head["at"], by=head["by"], entry=entry, key=key)


def leaf_of(head: bytes) -> bytes:
    """The RFC 6962 leaf hash of a head."""
    return hashlib.sha256(b"\x00" + head).digest()


class Verifier:
    """Checks entries in order, holding only the last leaf and what is owed an explanation.

    A missing content is excused by a `ContentRedacted` that may come much later: ask `unexplained` at the end.
    """

    def __init__(self) -> None:
        """Start before entry 1."""
        self.seq = 0
        self.leaf = GENESIS
        self.unexplained: set[int] = set()

    def check(self, sealed: Sealed) -> None:
        """Take the next entry. Raises `Mismatch` naming the first one that is not what was sealed."""
        seq = self.seq + 1
        if sealed.seq != seq:
            raise Mismatch(seq, f"is missing: the next one stored is {sealed.seq}")
        if leaf_of(sealed.head) != sealed.leaf:
            raise Mismatch(seq, "was changed: its head does not match its hash")
        head = _load_head(sealed)
        if head.get("seq") != seq or head.get("prev") != self.leaf.hex():
            raise Mismatch(seq, "does not follow the entry before it")
        self._check_content(sealed, head)
        if head.get("type") == ContentRedacted.__name__:
            self.unexplained.discard(head.get("data", {}).get("target"))
        self.seq, self.leaf = seq, sealed.leaf

    def _check_content(self, sealed: Sealed, head: dict[str, Any]) -> None:
        expected = head.get("content")
        if sealed.content is None and sealed.salt is None:
            if expected is not None:
                self.unexplained.add(sealed.seq)
            return
        if sealed.content is None or sealed.salt is None or expected is None:
            raise Mismatch(sealed.seq, "was changed: its text and its head do not belong together")
        if _content_digest(sealed.salt, sealed.content) != expected:
            raise Mismatch(sealed.seq, "was changed: its text does not match its digest")


def encode_record(record: Record) -> bytes:
    """One record as one blob, for stores that write a single thing (heads stay verbatim strings)."""
    return canonical(
        {
            "v": FORMAT,
            "first": record.first,
            "entries": [
                {"head": sealed.head.decode(), "salt": _hex(sealed.salt), "content": _text(sealed.content)}
                for sealed in record.entries
            ],
        }
    )


def decode_record(blob: bytes) -> Record:
    """The reverse of `encode_record`; hashes are computed, not trusted."""
    fields = orjson.loads(blob)
    if fields["v"] != FORMAT:
        msg = f"this record has format {fields['v']}; this version reads format {FORMAT}: update ChatBox"
        raise ValueError(msg)
    return Record(entries=tuple(_sealed_from(fields["first"] + i, e) for i, e in enumerate(fields["entries"])))


def salts(seed: bytes, first: int, count: int) -> Iterable[bytes]:
    """One independent 16-byte salt an entry from one random seed a batch; none reveals another."""
    for seq in range(first, first + count):
        yield hashlib.sha256(seed + seq.to_bytes(8, "big")).digest()[:16]


def storable(value: Any) -> bool:
    """Whether a value can be sealed: no floats, integers below 2^53, no lone surrogates."""
    try:
        canonical(value)
    except ValueError:
        return False
    return True


def _encode(value: Any) -> bytes:
    """The canonical form of a value that is known to have one: entries declare no floats and only ASCII names."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _refuse_the_inexact(value: Any) -> None:
    if isinstance(value, float):
        msg = f"{value} is a float: numbers here are exact"
        raise ValueError(msg)  # noqa: TRY004 - a wrong value for the format, not a wrong type for the function
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                msg = f"the key {key!r} is not ASCII"
                raise ValueError(msg)
            _refuse_the_inexact(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_the_inexact(inner)


def _foreign(entry: UnknownEntry) -> dict[str, Any]:
    _refuse_the_inexact(entry.data)
    return entry.data


def _fields(entry: Entry) -> dict[str, Any]:
    # Defaults are part of the format: a field that is left out reads as the default it had when it was written.
    return entry.model_dump(mode="json", exclude_defaults=True, exclude={"text"})


def _content_digest(salt: bytes, content: bytes) -> str:
    return hashlib.sha256(b"\x02" + salt + content).hexdigest()


def _load_head(sealed: Sealed) -> dict[str, Any]:
    try:
        head = orjson.loads(sealed.head)
    except orjson.JSONDecodeError as error:
        raise Mismatch(sealed.seq, "was changed: its head is not JSON") from error
    if not isinstance(head, dict):
        raise Mismatch(sealed.seq, "was changed: its head is not an object")
    return head


def _sealed_from(seq: int, fields: dict[str, Any]) -> Sealed:
    head = fields["head"].encode()
    salt, content = fields["salt"], fields["content"]
    return Sealed(
        seq=seq,
        head=head,
        leaf=leaf_of(head),
        salt=None if salt is None else bytes.fromhex(salt),
        content=None if content is None else content.encode(),
    )


def _hex(value: bytes | None) -> str | None:
    return None if value is None else value.hex()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
