"""Sessions that are renewed, and the admission token that is replaced, without shutting anybody out."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from chatbox.app.owning import Options, owning
from chatbox.app.secret_files import ensure_secret
from chatbox.client.endpoint import Files, admission_token, person_token
from chatbox.operations.caller import Refused
from chatbox.operations.tokens import digest_of
from mcp import Client, StdioServerParameters

from tests.support.owners import a_workspace, connected, eventually
from tests.support.talkers import HttpCaller
from tests.transports.conftest import Scene


async def _admits(url: str, token: str, name: str) -> bool:
    door = HttpCaller(url, token)
    try:
        await door.call("hello", {"name": name, "default_channels": []})
    except Refused as refused:
        return refused.code != "AUTH_ERROR"
    finally:
        await door.close()
    return True


async def test_a_session_is_renewed_under_the_same_name(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    token = (await bob.call("renew_session", {}))["session_token"]
    again = await scene.over("http", token)
    who = await again.call("whoami", {})
    assert (who["participant"], who["kind"], who["scopes"]) == ("bob", "agent", ["post", "read"])


async def test_a_replaced_admission_token_admits_once_more_and_over_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = a_workspace(tmp_path, monkeypatch)
    tokens: list[str] = []

    def note() -> str:
        tokens.append(admission_token(files) or "")
        return tokens[-1]

    async with owning(files, Options(supervise=False)) as owner:
        person = HttpCaller(owner.url, person_token(files) or "")
        assert await _admits(owner.url, note(), "first")
        await person.call("rotate_token", {})
        assert await _admits(owner.url, note(), "second")
        assert [await _admits(owner.url, token, f"again{n}") for n, token in enumerate(tokens)] == [True, True]
        await person.close()
    async with owning(files, Options(supervise=False)) as owner:
        assert [await _admits(owner.url, token, f"later{n}") for n, token in enumerate(tokens)] == [True, True]
        person = HttpCaller(owner.url, person_token(files) or "")
        await person.call("rotate_token", {})
        note()
        assert [await _admits(owner.url, token, f"last{n}") for n, token in enumerate(tokens)] == [False, True, True]
        await person.close()
    assert (files.token.stat().st_mode & 0o777, files.former_token.stat().st_mode & 0o777) == (0o600, 0o600)


async def rotated_with_a_lost_answer(files: Files, params: dict[str, str]) -> list[bool]:
    """Whether the former and the new token admit, after a rotation was asked for again because nobody answered."""
    async with owning(files, Options(supervise=False)) as owner:
        former = admission_token(files)
        assert former is not None
        first = await connected(files, owner.url)

        async def is_done() -> bool:
            return admission_token(files) not in (None, former)

        async with asyncio.TaskGroup() as asking:
            asked = asking.create_task(first.call("rotate_token", params))
            # It is done, and nobody reads the answer.
            await eventually(is_done)
            asked.cancel()
        await first.close()
        again = await connected(files, owner.url)
        assert await again.call("rotate_token", params) == {"ok": True}
        await again.close()
        new = admission_token(files) or ""
        return [await _admits(owner.url, token, f"visitor{n}") for n, token in enumerate((former, new))]


async def test_a_rotation_that_is_asked_for_again_happens_once(files: Files) -> None:
    params = {"replaces": digest_of(ensure_secret(files.token)[0])}
    assert await rotated_with_a_lost_answer(files, params) == [True, True]


async def test_control_one_that_does_not_say_what_it_replaces_happens_twice(files: Files) -> None:
    assert await rotated_with_a_lost_answer(files, {}) == [False, True]


async def test_a_token_that_others_replaced_meanwhile_is_not_replaced_again(files: Files) -> None:
    async with owning(files, Options(supervise=False)) as owner:
        person = await connected(files, owner.url)
        before = admission_token(files)
        with pytest.raises(Refused) as refused:
            await person.call("rotate_token", {"replaces": "0" * 64})
        assert (refused.value.code, admission_token(files)) == ("DIGEST_MISMATCH", before)
        await person.close()


async def test_who_began_on_stdio_before_two_rotations_still_gets_in(files: Files) -> None:
    async with owning(files, Options(supervise=False)) as owner:
        person = await connected(files, owner.url)
        mcp = StdioServerParameters(
            command=sys.executable,
            args=["-m", "chatbox", "mcp", "--workspace", str(files.root)],
            env=dict(os.environ),
        )
        async with Client(mcp) as bob:
            await bob.list_tools()
            for _ in range(2):
                await person.call("rotate_token", {})
            answer = await bob.call_tool("hello", {"name": "bob", "default_channels": []})
            assert not answer.is_error, answer
        await person.close()


async def test_a_token_of_the_environment_is_not_replaced_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = a_workspace(tmp_path, monkeypatch)
    monkeypatch.setenv("AGENTCHAT_AUTH_TOKEN", "from the environment")
    async with owning(files, Options(supervise=False)) as owner:
        person = HttpCaller(owner.url, person_token(files) or "")
        with pytest.raises(Refused, match="AUTH_TOKEN"):
            await person.call("rotate_token", {})
        await person.close()


async def test_agents_may_not_replace_it(scene: Scene) -> None:
    bob = await scene.agent("bob")
    with pytest.raises(Refused) as refused:
        await bob.call("rotate_token", {})
    assert refused.value.code == "HUMAN_REQUIRED"
