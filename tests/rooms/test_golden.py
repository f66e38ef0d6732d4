"""The same requests to the original server and to ours: the same answers, but for the differences that have a name."""

from typing import NamedTuple

import pytest

from tests.rooms.golden import ASKS, HUNG_UP, PASSWORD, Answer, Ask, asked
from tests.rooms.programs import Programs

CORS = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, POST, OPTIONS"),
    ("access-control-allow-headers", "Content-Type, X-Room-Password"),
)
JSON = ("content-type", "application/json")


class Difference(NamedTuple):
    """Why an answer is another one, and which. `body` is compared when it is given."""

    why: str
    original: int
    ours: int
    body: bytes | None = None


DIFFERENCES: dict[str, Difference] = {
    "the page": Difference("It opens without a password and asks for it; the original wanted it in the link", 401, 200),
    "the page with its password": Difference("It is another page, which keeps no password in its address", 200, 200),
    "a password beyond ASCII": Difference("The original crashed", 0, 401, b'{"error": "Invalid password"}'),
    "a password beyond Latin-1": Difference("The original crashed", 0, 401, b'{"error": "Invalid password"}'),
    "after is no number": Difference("The original crashed", 0, 400, b'{"error": "after must be a number"}'),
    "JSON that is no object": Difference("The original crashed", 0, 400, b'{"error": "Invalid JSON"}'),
    "half a surrogate pair": Difference("The original took it, crashed on printing it, and gave no answer", 0, 200),
    "not UTF-8": Difference("The original crashed", 0, 400, b'{"error": "Invalid JSON"}'),
    "PUT": Difference("JSON instead of Python's page of HTML", 501, 501, b'{"error": "Unsupported method (\'PUT\')"}'),
    "DELETE": Difference("The same", 501, 501, b'{"error": "Unsupported method (\'DELETE\')"}'),
}


class Pair(NamedTuple):
    original: Answer
    ours: Answer
    headers: dict[str, str]


@pytest.fixture(scope="module")
def pairs(lasting: Programs) -> dict[str, Pair]:
    """Every request in order, so that both rooms hold the same messages throughout."""
    theirs, ours = lasting.serve_original(PASSWORD), lasting.serve(PASSWORD)
    found = {}
    for ask in ASKS:
        answer, headers = asked(ours, ask)
        found[ask.name] = Pair(asked(theirs, ask)[0], answer, headers)
    return found


@pytest.mark.parametrize("ask", [ask for ask in ASKS if ask.name not in DIFFERENCES], ids=lambda ask: ask.name)
def test_the_answer_is_the_originals(pairs: dict[str, Pair], ask: Ask) -> None:
    assert pairs[ask.name].ours == pairs[ask.name].original


@pytest.mark.parametrize("name", DIFFERENCES)
def test_where_it_differs_it_is_named(pairs: dict[str, Pair], name: str) -> None:
    expected, pair = DIFFERENCES[name], pairs[name]
    assert pair.original.status == expected.original
    assert pair.ours.status == expected.ours
    assert pair.ours != pair.original
    if expected.original == 0:
        assert pair.original == HUNG_UP
    if expected.body is not None:
        assert pair.ours.body == expected.body


def test_every_answer_has_a_length(pairs: dict[str, Pair]) -> None:
    """The original left it out of its refusals, and clients that keep a connection open hung."""
    without = [name for name, pair in pairs.items() if "content-length" not in pair.headers]
    assert without == []
    assert all(pair.headers["content-length"] == str(_length(pair)) for pair in pairs.values())


def test_there_are_enough_requests_and_the_comparison_sees_a_difference(pairs: dict[str, Pair]) -> None:
    assert len([ask for ask in ASKS if ask.name not in DIFFERENCES]) >= 40
    assert len({ask.name for ask in ASKS}) == len(ASKS)
    first, second = pairs["all messages"].ours, pairs["no messages yet"].ours
    assert first.body.count(b"<time>") > 10
    assert first != second
    assert pairs["a message"].ours == Answer(
        200,
        "OK",
        (JSON, *CORS),
        b'{"ok": true, "message": {"agent": "ada", "text": "hello", "timestamp": "<time>"}}',
    )


def _length(pair: Pair) -> int:
    """The body's length, whose times were made shorter for the comparison."""
    shortened = len("2026-01-01T00:00:00.000000+00:00") - len("<time>")
    return len(pair.ours.body) + pair.ours.body.count(b"<time>") * shortened
