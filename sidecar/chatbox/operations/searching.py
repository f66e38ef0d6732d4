"""Finding what was said: words, "phrases", -without, and operators, newest first."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, get_args

from pydantic import Field

from chatbox.domain.budget import fit
from chatbox.domain.refusal import Refusal
from chatbox.domain.search import Has, Is, Query
from chatbox.domain.shown import MessageView
from chatbox.domain.values import SECOND, Scope
from chatbox.operations.registry import Call, operation
from chatbox.operations.wire import Params, Seq, Tokens, Wire

HAS: tuple[Has, ...] = get_args(Has)
IS: tuple[Is, ...] = get_args(Is)
OPERATORS = ("from", "in", "before", "after", "on", "has", "is")
QUERY_CHARACTERS_MAX = 500
PIECES_MAX = 30

_PIECE = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"|(\S+))')
_DAY = timedelta(days=1)
_NEVER = 2**53
"""Behind every day there is."""


class SearchParams(Params):
    """`query` holds words, "phrases", -words, from:NAME in:#channel before:DAY after:DAY on:DAY has:X is:X."""

    query: Annotated[str, Field(min_length=1, max_length=QUERY_CHARACTERS_MAX)]
    before_id: Seq | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    max_tokens: Tokens = 8_000


class SearchResult(Wire):
    """Newest first. With `more`, ask again with `before_id` set to the last id.

    `incomplete`: the index is still being made, and the newest messages are not in it yet: ask again in a moment.
    """

    messages: list[MessageView]
    more: bool
    incomplete: bool


@operation(params=SearchParams, result=SearchResult, scope=Scope.READ, refuses=("NOT_FOUND",))
async def search(call: Call, params: SearchParams) -> SearchResult | Refusal:
    """Find messages: words, "phrases", -not, from: in: before: after: on: has: is:."""
    query = parse(params.query)
    if isinstance(query, Refusal):
        return query
    channels = call.workspace.channels_read_by(call.by)
    if query.channels:
        refusal = call.workspace.readable(call.by, query.channels)
        if refusal is not None:
            return refusal
        channels = list(query.channels)
    found = await call.workspace.reading.search(query, channels, params.before_id, params.limit)
    messages, dropped = fit(found.messages, params.max_tokens)
    return SearchResult(messages=messages, more=found.more or dropped > 0, incomplete=found.is_behind)


def parse(text: str) -> Query | Refusal:
    """Read a query. An operator with a wrong value is refused with what would be right."""
    query = Query()
    # No NUL reaches the index, whose language ends there.
    pieces = _PIECE.findall(text.replace("\0", " "))
    if len(pieces) > PIECES_MAX:
        return _wrong(f"That is more than {PIECES_MAX} words")
    for minus, operator, phrase, word in pieces:
        value = phrase or word
        # `from: ada` means `from:ada`, and would find something else.
        named = operator.lower() or word.removesuffix(":").lower() * word.endswith(":")
        found = _operator(query, named, value if operator else "", minus) if named in OPERATORS else None
        if isinstance(found, Refusal):
            return found
        query = found or _word(query, f"{operator}:{value}" if operator else value, minus)
    if query == Query():
        return _wrong("Type a word (of letters or digits), or one of from: in: before: after: on: has: is:")
    return query


def _word(query: Query, literal: str, minus: str) -> Query:
    if not re.search(r"\w", literal):
        return query
    if minus:
        return query._replace(without=(*query.without, literal))
    return query._replace(words=(*query.words, literal))


def _operator(query: Query, operator: str, value: str, minus: str) -> Query | Refusal:
    if minus:
        return _wrong(f"Only words can be left out: -{operator}: is not known")
    if not value:
        return _wrong(f"{operator}: needs a value right behind it, without a space")
    match operator:
        case "from":
            return query._replace(authors=(*query.authors, value.removeprefix("@")))
        case "in":
            return query._replace(channels=(*query.channels, f"#{value.removeprefix('#').lower()}"))
        case "has":
            has = next((known for known in HAS if value.lower() in (known, f"{known}s")), None)
            return query._replace(has=(*query.has, has)) if has else _wrong(f"has: is one of {', '.join(HAS)}")
        case "is":
            state = next((known for known in IS if known == value.lower()), None)
            return query._replace(state=(*query.state, state)) if state else _wrong(f"is: is one of {', '.join(IS)}")
        case _:
            return _dated(query, operator, value)


def _dated(query: Query, operator: str, value: str) -> Query | Refusal:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return _wrong(f"{operator}: needs a day like 2026-11-21")
    begins, ends = _at(day), _at(day + _DAY) if day < date.max else _NEVER
    match operator:
        case "before":
            return _between(query, None, begins)
        case "after":
            return _between(query, ends, None)
        case _:
            return _between(query, begins, ends)


def _between(query: Query, since: int | None, until: int | None) -> Query:
    """Of several bounds all hold."""
    latest = max((bound for bound in (query.since, since) if bound is not None), default=None)
    earliest = min((bound for bound in (query.until, until) if bound is not None), default=None)
    return query._replace(since=latest, until=earliest)


def _at(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * SECOND


def _wrong(why: str) -> Refusal:
    return Refusal(code="VALIDATION_ERROR", message=f"{why}.")
