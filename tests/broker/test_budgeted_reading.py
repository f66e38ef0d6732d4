"""Reading through the operations, whatever was said: never more than was asked for, and everything exactly once."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from chatbox.app.assembling import assembled
from chatbox.app.clock import SystemClock
from chatbox.attachments.store import FolderAttachments
from chatbox.domain.budget import cost, cost_of_approval
from chatbox.domain.commands import AdmitPerson
from chatbox.domain.shown import ApprovalView, MessageView
from chatbox.domain.values import Identity, Limits
from chatbox.domain.wake import MENTIONS_MAX
from chatbox.journal.memory import MemoryJournal
from chatbox.operations.door import Admission
from chatbox.operations.local import LocalCaller
from chatbox.operations.tokens import digest_of
from chatbox.views.store import ViewStore
from hypothesis import example, given, settings
from hypothesis import strategies as st

PERSON, ADMISSION = "the person's token", "the admission token"
CHANNELS = ["#general", "#debug"]
CALLS_MAX = 2_000
"""More than any reading here takes: one that goes round in a circle ends."""


class Said(NamedTuple):
    """What the person says: with a title it is a post, with a thread a reply to the message of that index."""

    channel: str
    body: str
    title: str | None
    thread: int | None
    tier: int = 0
    """Of a post: beyond 0 it asks for an approval, and 0 is put to the vote."""
    closed: str | None = None
    """How a post ended."""


class Asked(NamedTuple):
    """How the reader reads."""

    view: str
    max_msgs: int
    max_tokens: int
    read_before: int
    """So many messages are acknowledged before, each in its own channel."""


words = st.one_of(
    st.integers(1, MENTIONS_MAX).map(lambda count: " ".join(f"@name{number}" for number in range(count))),
    st.text(alphabet="ab 日👍\n", min_size=1, max_size=300),
    st.builds(lambda one, times: one * times, st.sampled_from(["x", "日", "👍 "]), st.integers(300, 4_000)),
)
titles = st.one_of(st.none(), st.text(alphabet="ab日👍", min_size=1, max_size=300))
threads = st.one_of(st.none(), st.integers(0, 5))
endings = st.one_of(st.none(), st.text(alphabet="ab日", min_size=1, max_size=4_000))
everything_said = st.lists(
    st.builds(Said, st.sampled_from(CHANNELS), words, titles, threads, st.integers(0, 2), endings),
    min_size=1,
    max_size=25,
)
ways = st.builds(
    Asked,
    st.sampled_from(["full", "digest", "headlines"]),
    st.integers(1, 12),
    st.integers(600, 2_500),
    st.integers(0, 6),
)


LONG_TITLE = Said("#general", "x" * 2_000, "日" * 300, None)
LEAST = Asked("full", 1, 600, 0)


class Reader:
    """An agent that reads as it was told to, and counts what it is shown."""

    def __init__(self, caller: LocalCaller, asked: Asked) -> None:
        self._caller = caller
        self._asked = asked
        self.told: Counter[int] = Counter()
        self.calls = 0

    async def read_all(self) -> None:
        """Follow the cursor while there is more, and everything that was left out."""
        since: dict[str, int] = {}
        while True:
            heard = await self._listen(view=self._asked.view, **since)
            for gap in heard["left_out"]:
                await self._fill(gap)
            since = {"since_id": heard["next"]}
            if not heard["more"]:
                return

    async def _fill(self, gap: dict[str, int]) -> None:
        since, before = gap["since_id"], self.told.total()
        while True:
            heard = await self._listen(view="full", since_id=since, until_id=gap["until_id"])
            since = heard["next"]
            if not heard["more"]:
                assert self.told.total() - before == gap["count"]
                return

    async def read_post(self, post: int) -> tuple[str, Counter[int]]:
        """Its body to the end, and how often each reply was shown."""
        first = await self._get_post(post_id=post)
        body, replies, heard = "", Counter[int](), first
        while True:
            part = heard["post"]["body"]
            body += part
            if heard["body_next"] is None:
                break
            assert part, "it gets no further"
            heard = await self._get_post(post_id=post, body_from=heard["body_next"])
        last, heard = 0, first
        while True:
            replies.update(one["id"] for one in heard["replies"])
            last = max([last, *(one["id"] for one in heard["replies"])])
            if not heard["more"]:
                return body, replies
            heard = await self._get_post(post_id=post, after=last)

    async def _get_post(self, **how: Any) -> dict[str, Any]:
        self._count()
        asked = {"max_msgs": self._asked.max_msgs, "max_tokens": self._asked.max_tokens}
        heard = await self._caller.call("get_post", {**asked, **how})
        messages = [MessageView.model_validate(one) for one in (heard["post"], *heard["replies"])]
        asks = 0 if heard["approval"] is None else cost_of_approval(ApprovalView.model_validate(heard["approval"]))
        assert asks + sum(cost(one) for one in messages) <= self._asked.max_tokens
        return heard

    async def read_back(self, operation: str, place: str, **what: Any) -> None:
        """Read `operation`, whose pages go backwards, to its end; `place` is where the next one begins."""
        before: dict[str, int] = {}
        while True:
            self._count()
            asked = {"limit": self._asked.max_msgs, "max_tokens": self._asked.max_tokens}
            found = await self._caller.call(operation, {**what, **asked, **before})
            messages = [MessageView.model_validate(one) for one in found["messages"]]
            assert sum(cost(one) for one in messages) <= self._asked.max_tokens
            assert len(messages) <= self._asked.max_msgs
            self.told.update(one.id for one in messages)
            if not found["more"]:
                return
            before = {place: min(one.id for one in messages)}

    def _count(self) -> None:
        self.calls += 1
        assert self.calls < CALLS_MAX, "it goes round in a circle"

    async def _listen(self, **how: Any) -> dict[str, Any]:
        self._count()
        asked = {"max_msgs": self._asked.max_msgs, "max_tokens": self._asked.max_tokens, "timeout_ms": 0}
        heard = await self._caller.call("listen", {"channels": CHANNELS, **asked, **how})
        messages = [MessageView.model_validate(one) for one in heard["messages"]]
        assert sum(cost(one) for one in messages) <= self._asked.max_tokens
        assert len(messages) <= self._asked.max_msgs
        self.told.update(one.id for one in messages)
        return heard


async def say_everything(person: LocalCaller, said: Sequence[Said]) -> list[tuple[int, str]]:
    """The ids, with their channels."""
    ids: list[tuple[int, str]] = []
    for one in said:
        if one.thread is not None and one.thread < len(ids):
            thread, channel = ids[one.thread]
            replied = await person.call("reply", {"post_id": thread, "body": one.body})
            ids.append((replied["reply_id"], channel))
        elif one.title is not None:
            post = {"channel": one.channel, "title": one.title, "description": one.body, "type": "proposal"}
            number = (await person.call("start_post", {**post, "tier": one.tier}))["post_id"]
            ids.append((number, one.channel))
            if one.closed is not None:
                await person.call("close_post", {"post_id": number, "resolution": one.closed})
        else:
            chat = await person.call("chat", {"channel": one.channel, "body": one.body})
            ids.append((chat["message_id"], one.channel))
    return ids


@asynccontextmanager
async def a_reader(folder: Path, asked: Asked) -> AsyncIterator[tuple[LocalCaller, LocalCaller, Reader]]:
    """A person who speaks, an agent that follows both channels, and the agent's reader."""
    views = await ViewStore.open(folder / "views.db")
    clock = SystemClock()
    attachments = await FolderAttachments.open(folder / "attachments", clock, Limits())
    naming: dict[str, Any] = {"name": "tests", "url": "http://127.0.0.1:1", "journal_id": "0" * 32}
    try:
        async with assembled(
            MemoryJournal(), views, attachments, clock, admission=Admission(ADMISSION), **naming
        ) as parts:
            await parts.workspace.broker.submit(AdmitPerson(person="ada", digest=digest_of(PERSON)))
            door = parts.workspace.door
            token = await door.admit(_known(door.identify(ADMISSION)), "bob", CHANNELS)
            assert isinstance(token, str)
            person, bob = (LocalCaller(parts.workspace, parts.feed, _known(door.identify(t))) for t in (PERSON, token))
            yield person, bob, Reader(bob, asked)
    finally:
        await attachments.close()
        await views.close()


async def read_channels(folder: Path, said: Sequence[Said], asked: Asked) -> tuple[Counter[int], list[int]]:
    """How often the agent was shown each message, and which were unread."""
    async with a_reader(folder, asked) as (person, bob, reader):
        ids = await say_everything(person, said)
        read = dict[str, int]()
        for number, channel in ids[: asked.read_before]:
            read[channel] = number
            await bob.call("ack", {"channel": channel, "up_to_id": number})
        await reader.read_all()
        return reader.told, [number for number, channel in ids if number > read.get(channel, 0)]


async def read_posts(folder: Path, said: Sequence[Said], asked: Asked) -> None:
    async with a_reader(folder, asked) as (person, _, reader):
        ids = await say_everything(person, said)
        for index, (number, _) in enumerate(ids):
            if said[index].thread is not None and said[index].thread < index:  # type: ignore[operator] # it is not None
                continue
            body, replies = await reader.read_post(number)
            assert body == said[index].body
            thread = await person.call("get_post", {"post_id": number, "max_msgs": 500, "max_tokens": 200_000})
            assert replies == Counter(one["id"] for one in thread["replies"])


async def read_back(folder: Path, said: Sequence[Said], asked: Asked, operation: str) -> tuple[Counter[int], list[int]]:
    """How often the agent was shown each message of one channel, and which there are."""
    async with a_reader(folder, asked) as (person, _, reader):
        ids = await say_everything(person, said)
        if operation == "history":
            await reader.read_back("history", "before", channel="general")
        else:
            await reader.read_back("search", "before_id", query="in:general")
        return reader.told, [number for number, channel in ids if channel == "#general"]


def _known(by: object) -> Identity:
    assert isinstance(by, Identity)
    return by


@settings(deadline=None, derandomize=True, max_examples=60)
@given(everything_said, ways)
@example([LONG_TITLE], LEAST)
def test_a_budget_holds_and_whoever_follows_up_reads_every_message_once(said: list[Said], asked: Asked) -> None:
    with tempfile.TemporaryDirectory() as folder:
        told, unread = asyncio.run(read_channels(Path(folder), said, asked))
    assert told == Counter(unread)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(everything_said, ways)
@example([LONG_TITLE, Said("#general", "日" * 400, None, 0)], LEAST)
def test_a_post_is_read_to_its_end_within_the_budget(said: list[Said], asked: Asked) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(read_posts(Path(folder), said, asked))


@pytest.mark.parametrize("operation", ["history", "search"])
@settings(deadline=None, derandomize=True, max_examples=30)
@given(everything_said, ways)
def test_pages_that_go_back_keep_the_budget_and_skip_nothing(operation: str, said: list[Said], asked: Asked) -> None:
    with tempfile.TemporaryDirectory() as folder:
        told, there = asyncio.run(read_back(Path(folder), said, asked, operation))
    assert told == Counter(there)
