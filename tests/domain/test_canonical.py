"""The canonical form: RFC 8785 without floats, integers below 2^53, ASCII keys, no lone surrogates."""

import json
from typing import Any

import pytest
from chatbox.domain.chain import canonical, digest, storable
from hypothesis import given
from hypothesis import strategies as st

text = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(codec="ascii"), max_size=8)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | integers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def rfc_8785(value: Any) -> str:
    """Written down once more from the RFC, for values with ASCII keys."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(_escaped(character) for character in value) + '"'
    if isinstance(value, list):
        return "[" + ",".join(rfc_8785(item) for item in value) + "]"
    return "{" + ",".join(f"{rfc_8785(key)}:{rfc_8785(value[key])}" for key in sorted(value)) + "}"


def _escaped(character: str) -> str:
    short = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return short.get(character) or (f"\\u{ord(character):04x}" if character < " " else character)


@given(values)
def test_the_canonical_form_is_that_of_the_rfc(value: Any) -> None:
    assert canonical(value) == rfc_8785(value).encode()


@given(values)
def test_the_canonical_form_reads_back_and_is_its_own_canonical_form(value: Any) -> None:
    read = json.loads(canonical(value))
    assert read == value
    assert canonical(read) == canonical(value)


@given(st.dictionaries(keys, integers, min_size=2))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    assert digest(dict(reversed(value.items()))) == digest(value)


REFUSED: dict[str, object] = {
    "a float": 1.5,
    "a whole float": 1.0,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "2^53": 2**53,
    "-2^53": -(2**53),
    "a huge integer": 2**70,
    "a lone high surrogate": "\ud800",
    "a lone low surrogate": "a\udfffb",
    "a lone surrogate as a key": {"\ud800": 1},
    "a key that is not ASCII": {"é": 1},
    "bytes": b"x",
    "a set": {1},
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("wrap", ["bare", "in a list", "in an object"])
def test_what_has_no_canonical_form_is_refused(value: object, wrap: str) -> None:
    wrapped = {"bare": value, "in a list": [1, value], "in an object": {"a": {"b": value}}}[wrap]
    with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
        canonical(wrapped)
    assert not storable(wrapped)


@pytest.mark.parametrize("value", [0, -1, 2**53 - 1, -(2**53) + 1, "", "\U0010ffff", "\u0000", [], {}, None])
def test_what_lies_at_the_edge_is_taken(value: object) -> None:
    assert storable(value)
    assert json.loads(canonical(value)) == value
