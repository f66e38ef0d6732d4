"""What a client command does when its connection breaks, and where it sends no token."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from chatbox.cli.asking import connected, health
from chatbox.cli.exits import Exit, Failed
from chatbox.client.endpoint import Files
from websockets.asyncio.server import ServerConnection, serve

Answer = Callable[[dict[str, Any]], dict[str, Any] | None]
"""What an owner says to a request; `None` hangs up."""

UNAVAILABLE = {"error": {"code": -32000, "message": "Ending.", "data": {"code": "UNAVAILABLE"}}}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("AGENTCHAT_TOKEN", "t" * 43)
    (tmp_path / ".agentchat").mkdir()
    return Files(tmp_path)


@asynccontextmanager
async def owner(files: Files, answer: Answer) -> AsyncIterator[list[dict[str, Any]]]:
    """Somebody who owns the workspace; the requests they were asked."""
    asked: list[dict[str, Any]] = []

    async def talk(connection: ServerConnection) -> None:
        async for message in connection:
            request = orjson.loads(message)
            said: dict[str, Any] | None = {"result": {"head": 7}}
            if request["method"] != "authenticate":
                asked.append(request)
                said = answer(request)
            if said is None:
                return
            await connection.send(orjson.dumps({"jsonrpc": "2.0", "id": request["id"], **said}).decode())

    async with serve(talk, "127.0.0.1", 0) as server:
        announce(files, f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}")
        yield asked


def announce(files: Files, url: str) -> None:
    files.endpoint.write_bytes(orjson.dumps({"url": url, "pid": 1, "version": "0"}))


def done(_request: dict[str, Any]) -> dict[str, Any]:
    return {"result": {"ok": True}}


def hang_up(_request: dict[str, Any]) -> None:
    return None


@pytest.mark.parametrize("answer", [hang_up, lambda _request: UNAVAILABLE], ids=["lost", "unavailable"])
async def test_a_request_without_an_answer_is_asked_again_of_the_new_owner_with_the_same_key(
    files: Files, answer: Answer
) -> None:
    async with owner(files, answer) as before, connected(files) as asking, owner(files, done) as after:
        assert await asking.write("chat", channel="#general", body="hello") == {"ok": True}
    assert [request["params"] for request in before] == [request["params"] for request in after]
    assert before[0]["params"]["client_key"]


async def test_it_waits_for_a_new_owner(files: Files) -> None:
    gone = asyncio.Event()

    def leave(_request: dict[str, Any]) -> None:
        files.endpoint.unlink()
        gone.set()

    async with asyncio.TaskGroup() as tasks, owner(files, leave) as before, connected(files) as asking:
        asked = tasks.create_task(asking.write("chat", body="hello"))
        await gone.wait()
        async with owner(files, done) as after:
            assert await asked == {"ok": True}
    assert after[0]["params"] == before[0]["params"]


async def test_a_request_that_is_lost_twice_says_that_its_outcome_is_unknown(files: Files) -> None:
    async with owner(files, hang_up) as asked, connected(files) as asking:
        with pytest.raises(Failed) as failed:
            await asking.write("chat", body="hello")
    assert len(asked) == 2
    assert failed.value.status == Exit.NOT_RUNNING
    assert "may or may not be done" in failed.value.message


async def test_a_refusal_is_not_repeated(files: Files) -> None:
    refusal = {"error": {"code": -32000, "message": "No.", "data": {"code": "HUMAN_REQUIRED"}}}
    async with owner(files, lambda _request: refusal) as asked, connected(files) as asking:
        with pytest.raises(Failed) as failed:
            await asking.write("approve", post_id=1)
    assert len(asked) == 1
    assert (failed.value.status, failed.value.code) == (Exit.NOT_PERMITTED, "HUMAN_REQUIRED")


async def test_an_owner_that_is_gone_is_nothing_running(files: Files) -> None:
    async with owner(files, done):
        pass
    with pytest.raises(Failed) as failed:
        async with connected(files):
            pass
    assert (failed.value.status, failed.value.code) == (Exit.NOT_RUNNING, "NOT_RUNNING")
    assert health(files) is None


@pytest.mark.parametrize("named", [True, False])
async def test_a_persons_token_goes_where_the_persons_own_file_says_whatever_agents_write(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    monkeypatch.delenv("AGENTCHAT_TOKEN")
    monkeypatch.setattr(files, "person_token", tmp_path / "person.token")
    monkeypatch.setattr(files, "person_endpoint", tmp_path / "person.json")
    files.person_token.write_text("p" * 43)
    async with owner(files, done) as ours:
        if named:
            files.endpoint.rename(files.person_endpoint)
        async with owner(files, done) as theirs:
            if named:
                async with connected(files) as asking:
                    assert await asking.read("agents") == {"ok": True}
            else:
                with pytest.raises(Failed) as failed:
                    async with connected(files):
                        pass
                assert failed.value.status == Exit.NOT_PERMITTED
    assert (len(ours), theirs) == (1 if named else 0, [])


@pytest.mark.parametrize(
    "url", ["http://example.invalid:80", "http://127.0.0.1.example.invalid:80", "https://127.0.0.1:1"]
)
async def test_no_token_goes_to_another_machine(files: Files, url: str) -> None:
    announce(files, url)
    with pytest.raises(Failed) as failed:
        async with connected(files):
            pass
    assert failed.value.status == Exit.NOT_PERMITTED
    with pytest.raises(Failed):
        health(files)
