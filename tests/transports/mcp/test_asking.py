"""`ask_human`: in the room, and at the client where it has a way to ask; words, never a decision."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chatbox.domain.values import Identity
from chatbox.operations.calling import invoke
from chatbox.operations.door import Door
from chatbox.transports.mcp.eliciting import MARK
from chatbox.transports.mcp.line import GONE
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitRequestParams, ElicitResult, ErrorData

from tests.transports.mcp.room import BOUND_SECONDS, ERAS, PERSON, Era, Memory, Over, Room, refused, room, shim_of, tell


async def person(here: Room, operation: str, **params: Any) -> Any:
    by = here.workspace.door.identify(PERSON)
    assert isinstance(by, Identity)
    return await invoke(here.workspace, by, "http", operation, params)


async def answered_by_a_person(here: Room, words: str) -> None:
    """As soon as there is a question, whoever asks it."""
    while True:
        found = await here.workspace.reading.page("#human", before=None, after=None, limit=1)
        if found[0]:
            await person(here, "reply", post_id=found[0][0].id, body=words)
            return
        await here.workspace.broker.announcer.moved(here.workspace.broker.announcer.seq)


@pytest.mark.parametrize("era", ERAS)
async def test_a_persons_reply_is_the_answer(tmp_path: Path, era: Era) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob"), era) as bob,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(answered_by_a_person(here, "Blue."))
        found = await tell(bob, "ask_human", question="Which colour?\nRed or blue?")
        assert (found["answered"], found["answer"], found["by"], found["via"]) == (True, "Blue.", "ada", "room")
        post = await here.workspace.reading.message(found["post_id"])
        assert post is not None
        assert (post.channel, post.title, post.post_type) == ("#human", "Which colour?", "question")


async def test_asked_again_with_its_number_it_goes_on_waiting(tmp_path: Path) -> None:
    async with (
        room(Memory(tmp_path)) as here,
        here.client(await here.session("bob"), "2026-07-28") as bob,
        here.client(await here.session("eve"), "2026-07-28") as eve,
    ):
        asked = await tell(bob, "ask_human", question="Ready?", timeout_ms=0)
        assert (asked["answered"], asked["answer"]) == (False, None)
        await tell(eve, "reply", post_id=asked["post_id"], body="I am no person.")
        await person(here, "reply", post_id=asked["post_id"], body="Yes.")
        assert (await tell(bob, "ask_human", post_id=asked["post_id"]))["answer"] == "Yes."
        assert await refused(eve, "ask_human", post_id=asked["post_id"]) == "NOT_FOUND"
        assert await refused(bob, "ask_human") == "VALIDATION_ERROR"


@asynccontextmanager
async def at_a_client(
    here: Room, token: str, era: Era, over: Over, answer: ElicitResult | None, seen: list[str]
) -> AsyncIterator[Client]:
    """A client whose user answers so; `None` never does."""

    async def elicited(_context: Any, params: ElicitRequestParams) -> ElicitResult | ErrorData:
        seen.append(params.message)
        if answer is None:
            await asyncio.Event().wait()
        assert answer is not None
        return answer

    async with asking_at(here, token, era, over, elicited) as client:
        yield client


@asynccontextmanager
async def asking_at(here: Room, token: str, era: Era, over: Over, elicited: Any) -> AsyncIterator[Client]:
    """A client that asks its user with `elicited`."""
    if over == "stdio":
        async with Client(shim_of(here.url, token), mode=era, elicitation_callback=elicited) as client:
            yield client
        return
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(headers=headers, timeout=BOUND_SECONDS, trust_env=False) as http:
        where = streamable_http_client(f"{here.url}/mcp", http_client=http)
        async with Client(where, mode=era, elicitation_callback=elicited) as client:
            yield client


@pytest.mark.parametrize("over", ["http", "stdio"])
@pytest.mark.parametrize("era", ERAS)
async def test_what_is_typed_at_a_client_is_posted_as_the_agents_words_and_marked(
    tmp_path: Path, era: Era, over: Over
) -> None:
    seen: list[str] = []
    typed = ElicitResult(action="accept", content={"answer": "approved, go\nahead"})
    async with (
        room(Memory(tmp_path)) as here,
        at_a_client(here, await here.session("bob"), era, over, typed, seen) as bob,
    ):
        found = await tell(bob, "ask_human", question="May I?")
        assert (found["answered"], found["answer"]) == (True, "approved, go\nahead")
        assert (found["by"], found["via"]) == (None, "client")
        assert seen[0].startswith("May I?")
        thread = await here.workspace.reading.thread(found["post_id"], limit=2)
        assert thread is not None
        (reply,) = thread.replies
        assert (reply.author, reply.author_kind) == ("bob", "agent")
        assert reply.body == f"{MARK}\n\n> approved, go\n> ahead"


@pytest.mark.parametrize("era", ERAS)
async def test_what_is_typed_at_a_client_never_decides_an_approval(tmp_path: Path, era: Era) -> None:
    seen: list[str] = []
    typed = ElicitResult(action="accept", content={"answer": "approved"})
    async with (
        room(Memory(tmp_path)) as here,
        at_a_client(here, await here.session("bob", "#general"), era, "http", typed, seen) as bob,
    ):
        ask = {"channel": "#general", "title": "Drop it?", "description": "All.", "type": "question", "tier": 2}
        post = (await tell(bob, "start_post", **ask))["post_id"]
        assert (await tell(bob, "ask_human", post_id=post))["via"] == "client"
        thread = await here.workspace.reading.thread(post)
        assert thread is not None
        assert thread.approval is not None
        assert (thread.approval.status, thread.approval.decided_by) == ("open", None)
        assert await refused(bob, "approve", post_id=post) == "NOT_PERMITTED"


@pytest.mark.parametrize("era", ERAS)
async def test_who_declines_at_the_client_leaves_the_question_to_the_room(tmp_path: Path, era: Era) -> None:
    seen: list[str] = []
    async with (
        room(Memory(tmp_path)) as here,
        at_a_client(here, await here.session("bob"), era, "http", ElicitResult(action="decline"), seen) as bob,
    ):
        asked = await tell(bob, "ask_human", question="Well?", timeout_ms=1)
        assert not asked["answered"]
        await person(here, "reply", post_id=asked["post_id"], body="Well.")
        assert (await tell(bob, "ask_human", post_id=asked["post_id"]))["answer"] == "Well."
        assert len(seen) <= 1


async def test_an_answer_in_the_room_ends_the_question_at_the_client(tmp_path: Path) -> None:
    seen: list[str] = []
    async with (
        room(Memory(tmp_path)) as here,
        at_a_client(here, await here.session("bob"), "legacy", "http", None, seen) as bob,
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(answered_by_a_person(here, "Here."))
        assert (await tell(bob, "ask_human", question="Where?"))["answer"] == "Here."


async def over_a_restart(memory: Memory, era: Era, over: Over) -> dict[str, Any]:
    """What becomes of a question that a client's user answers when another owner is there."""
    asked, back = asyncio.Event(), asyncio.Event()

    async def elicited(_context: Any, _params: ElicitRequestParams) -> ElicitResult | ErrorData:
        asked.set()
        await back.wait()
        return ElicitResult(action="accept", content={"answer": "Blue."})

    async with AsyncExitStack() as stack:
        async with room(memory) as here:
            token = await here.session("bob", "#human")
            bob = await stack.enter_async_context(asking_at(here, token, era, over, elicited))
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            question = tasks.create_task(asking(bob, question="Which?"))
            await asked.wait()
        async with room(memory) as here:
            back.set()
            answer = await question
            if isinstance(answer, MCPError):
                found = await tell(bob, "search", query="Which?")
                return {"failed": str(answer), "again": await asking(bob, post_id=found["messages"][0]["id"])}
            return answer


async def asking(client: Client, **arguments: Any) -> dict[str, Any] | MCPError:
    try:
        return await tell(client, "ask_human", timeout_ms=45_000, **arguments)
    except MCPError as failed:
        return failed


@pytest.mark.parametrize("over", ["http", "stdio"])
async def test_a_question_at_a_client_outlives_its_owner(tmp_path: Path, over: Over) -> None:
    found = await over_a_restart(Memory(tmp_path), "2026-07-28", over)
    assert (found["answered"], found["answer"], found["via"]) == (True, "Blue.", "client")


async def test_control_sealed_with_a_key_of_one_owner_it_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Door, "lasting_keys", lambda _door, _purpose: [secrets.token_bytes(32)])
    found = await over_a_restart(Memory(tmp_path), "2026-07-28", "http")
    assert found["failed"] == "Invalid or expired requestState"


async def test_in_a_session_who_asked_is_told_how_to_ask_again(tmp_path: Path) -> None:
    found = await over_a_restart(Memory(tmp_path), "legacy", "stdio")
    assert found["failed"] == GONE
    assert (found["again"]["answered"], found["again"]["answer"]) == (True, "Blue.")
