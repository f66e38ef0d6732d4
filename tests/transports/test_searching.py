"""Searches as people and models type them, good and bad: an answer or a sentence, and never something else."""

from typing import Any

import pytest
from chatbox.domain.refusal import Refusal
from chatbox.operations.caller import Refused
from chatbox.operations.searching import OPERATORS, parse
from hypothesis import given
from hypothesis import strategies as st

from tests.transports.conftest import Scene

WRONG = {
    "before:yesterday": "before: needs a day like 2026-11-21",
    "on:2026-13-45": "on: needs a day like 2026-11-21",
    "has:foo": "has: is one of approval, attachment",
    "is:opne": "is: is one of open, closed",
    # Each of these would find something else than what it says.
    "from:": "from: needs a value right behind it",
    "from: bob": "from: needs a value right behind it",
    'is:""': "is: needs a value right behind it",
    "bus -from:bob": "-from: is not known",
    "-is:open": "-is: is not known",
    "👍": "of letters or digits",
    '"': "of letters or digits",
    "\0": "of letters or digits",
    "a " * 31: "more than 30 words",
}


async def test_a_query_without_sense_is_refused_with_what_would_be_right(scene: Scene) -> None:
    for query, sentence in WRONG.items():
        with pytest.raises(Refused) as refused:
            await scene.me.call("search", {"query": query})
        assert refused.value.code == "VALIDATION_ERROR"
        assert sentence in refused.value.message, query


async def test_whatever_is_typed_is_looked_for_as_it_stands(scene: Scene) -> None:
    number = (await scene.me.call("chat", {"channel": "#general", "body": "a NEAR(b) \0 it's 100% title:c"}))[
        "message_id"
    ]

    async def found(query: str) -> list[int]:
        return [one["id"] for one in (await scene.me.call("search", {"query": query}))["messages"]]

    for query in (
        '"unclosed',
        "x AND",
        "NEAR(b",
        "title:c",
        "'; DROP TABLE message;--",
        "^x",
        "{x}:c",
        "a\0b",
        '"a\0b"',
    ):
        assert isinstance(await found(query), list)
    for query in ("NEAR(b)", "title:c", "100%", "it's", "in:general a\0", "a before:9999-12-31 after:2020-01-01"):
        assert await found(query) == [number], query
    # All bounds hold, in whatever order.
    for query in ("a before:2020-01-01 before:9999-01-01", "a before:9999-01-01 before:2020-01-01", "after:9999-12-31"):
        assert await found(query) == [], query


queries = st.lists(
    st.one_of(
        st.sampled_from([*(f"{name}:" for name in OPERATORS), '"', "-", "*", "\0", " ", "#", "2026-11-21"]), st.text()
    ),
    max_size=12,
).map("".join)


@given(queries)
def test_every_text_is_a_query_or_is_refused(text: str) -> None:
    found: Any = parse(text)
    if isinstance(found, Refusal):
        assert found.code == "VALIDATION_ERROR"
    else:
        assert all(word.strip("\0") == word and word for word in (*found.words, *found.without, *found.authors))
