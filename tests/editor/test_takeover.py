"""Two editors on one workspace: one owns it, the other is its client and takes over when it dies."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from chatbox.client.endpoint import Files, read_endpoint
from chatbox.domain import entries as e
from chatbox.operations.caller import Lost, Refused

from tests.support.lsp import Editor, an_editor
from tests.support.owners import BOUND_SECONDS, connected, eventually, gone, verified

POSTS = 60


async def test_the_first_editor_owns_and_the_second_connects(files: Files) -> None:
    async with an_editor(files) as first:
        owner = await first.status("owner")
        assert "The agents' token is in" in owner["message"]
        async with an_editor(files) as second:
            client = await second.status("client")
            assert client["url"] == owner["url"]
            said = await second.call("chat", {"channel": "general", "body": "hello"})
            page = await first.call("history", {"channel": "general"})
            assert [m["id"] for m in page["messages"]] == [said["message_id"]]
            assert await first.call("whoami", {}) == await second.call("whoami", {})


async def _post(editor: Editor, number: int) -> None:
    await editor.call("chat", {"channel": "general", "body": f"message {number}"})


async def _hear(editor: Editor, heard: list[int], until: str) -> None:
    async for events in editor.follow(0):
        for event in events["events"]:
            heard.append(event["seq"])
            if (event["message"] or {}).get("body") == until:
                return


async def test_when_the_owner_is_killed_the_other_takes_over_and_nothing_is_lost_or_doubled(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        url = (await first.status("owner"))["url"]
        await second.status("client")
        heard: list[int] = []
        async with asyncio.timeout(BOUND_SECONDS), asyncio.TaskGroup() as tasks:
            tasks.create_task(_hear(second, heard, "the end"))
            posts = [tasks.create_task(_post(second, number)) for number in range(POSTS)]
            await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
            await first.kill()
            assert (await second.status("owner"))["url"] == url
            await asyncio.wait(posts)
            await second.call("chat", {"channel": "general", "body": "the end"})
        assert heard == list(range(1, len(heard) + 1))
        page = await second.call("history", {"channel": "general", "limit": 500})
        assert sorted(m["body"] for m in page["messages"][:-1]) == sorted(f"message {n}" for n in range(POSTS))
        assert [m["position"] for m in page["messages"]] == list(range(1, POSTS + 2))


async def test_a_third_editor_follows_the_one_that_took_over(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second, an_editor(files) as third:
        for editor, state in ((first, "owner"), (second, "client"), (third, "client")):
            await editor.status(state)
        told = len(third.statuses)
        await first.kill()
        said = [await editor.call("chat", {"channel": "general", "body": "still here"}) for editor in (second, third)]
        assert said[0]["message_id"] < said[1]["message_id"]
        back = [s["state"] for s in second.statuses[1:] + third.statuses[told:]]
        assert sorted(back) == ["client", "owner", "reconnecting", "reconnecting"]


async def test_stop_ends_the_owner_and_nobody_takes_over(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        assert await second.call("stop", {}) == {"ok": True}
        for editor in (first, second):
            assert "stopped with `chatbox stop`" in (await editor.status("lost"))["message"]
            with pytest.raises(Refused, match="restart it") as refused:
                await editor.call("whoami", {})
            assert refused.value.code == "UNAVAILABLE"
        assert read_endpoint(files.endpoint) is None
        for editor in (first, second):
            editor.leave()
            assert await editor.ended() == 0


async def test_a_missing_token_of_the_person_says_what_to_do(files: Files) -> None:
    async with an_editor(files) as first:
        await first.status("owner")
        kept = files.person_token.read_text()
        files.person_token.unlink()
        async with an_editor(files) as second:
            lost = await second.status("lost")
            assert str(files.person_token) in lost["message"]
            assert "put it back" in lost["message"]
        first.leave()
        await first.ended()
    async with an_editor(files) as again:
        lost = await again.status("lost")
        assert str(files.person_token) in lost["message"]
        assert "--new-person-token" in lost["message"]
        with pytest.raises(Refused, match="token"):
            await again.call("whoami", {})
    files.person_token.write_text(kept)
    async with an_editor(files) as back:
        await back.status("owner")


async def _person_is_a_folder(files: Files) -> None:
    files.person_token.unlink(missing_ok=True)
    files.person_token.mkdir(parents=True)


async def _agents_are_wrong(files: Files) -> None:
    files.folder.mkdir()
    files.agents.write_text('[[agent]]\nname = "a"\nengine = "magic"\n')


async def _agents_follow_nothing_that_exists(files: Files) -> None:
    files.folder.mkdir()
    files.agents.write_text('[[agent]]\nname = "a"\nengine = "stub"\nsubscriptions = { "#nowhere" = "all" }\n')


async def _journal_is_garbage(files: Files) -> None:
    files.folder.mkdir()
    files.journal.write_bytes(b"garbage " * 1_000)


WRONG = {
    "person.token is a folder": (_person_is_a_folder, "cannot be read"),
    "agents.toml is wrong": (_agents_are_wrong, "agents.toml, line 3"),
    "agents.toml names no channel": (_agents_follow_nothing_that_exists, "There is no channel #nowhere"),
    "journal.db is garbage": (_journal_is_garbage, "is damaged"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_an_editor_whose_workspace_cannot_be_opened_is_told_why(files: Files, case: str) -> None:
    spoil, why = WRONG[case]
    await spoil(files)
    async with an_editor(files) as editor:
        assert why in (await editor.status("lost"))["message"]
        with pytest.raises(Refused) as refused:
            await editor.call("whoami", {})
        assert why in refused.value.message
        editor.leave()
        assert await editor.ended() == 0


@pytest.mark.parametrize("role", ["owner", "client"])
async def test_following_from_beyond_the_end_is_refused(files: Files, role: str) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        editor = first if role == "owner" else second
        with pytest.raises(Refused, match="must be 0 to"):
            await editor.request("chatbox/follow", {"after": 10_000})


async def test_following_from_beyond_the_end_does_not_part_an_editor_from_its_owner(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        with contextlib.suppress(Refused):
            await second.request("chatbox/follow", {"after": 10_000})
        for _ in range(20):
            assert (await second.call("whoami", {}))["kind"] == "person"
        assert [s["state"] for s in second.statuses] == ["client"]


async def test_a_page_of_large_messages_reaches_an_editor_that_is_a_client(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        for _ in range(70):
            await first.call("chat", {"channel": "general", "body": "x" * 256 * 1024})
        assert (await second.call("history", {"channel": "general", "limit": 500}))["messages"]


async def test_half_a_surrogate_pair_is_refused_wherever_the_broker_runs(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        for editor in (first, second):
            with pytest.raises(Refused) as refused:
                await editor.raw("chatbox/chat", b'{"channel": "general", "body": "\\ud800"}')
            assert refused.value.code == "VALIDATION_ERROR", refused.value.message


TURN = """
[[agent]]
name = "bob"
engine = "command"
command = ["/bin/sh", "-c", "echo $$ > pid; until test -e go; do sleep 0.05; done; echo '{\\"body\\": \\"done\\"}'"]
unattended = true
"""


async def _exists(path: Path) -> bool:
    return path in list(path.parent.iterdir())


async def test_an_owner_whose_editor_goes_away_finishes_its_turn_and_ends(files: Files) -> None:
    files.folder.mkdir()
    files.agents.write_text(TURN)
    async with an_editor(files) as editor:
        owner = await editor.status("owner")
        await editor.call("chat", {"channel": "general", "body": "@bob hello"})
        await eventually(lambda: _exists(files.root / "pid"))
        editor.leave()
        # It still answers others while the turn runs.
        other = await connected(files, owner["url"])
        assert (await other.call("agents", {}))["agents"][0]["state"] == "busy"
        (files.root / "go").touch()
        await other.close()
        assert await editor.ended() == 0
    bodies = [r.entry.text for r in await verified(files) if isinstance(r.entry, e.MessagePosted) and r.by == "bob"]
    assert bodies == [{"body": "done"}]
    assert await gone(int((files.root / "pid").read_text()))
    assert not list(files.turns.iterdir())


async def test_an_owner_whose_editor_was_killed_ends_though_somebody_holds_its_pipe(files: Files) -> None:
    another = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
    async with an_editor(files, another.pid) as editor:
        await editor.status("owner")
        another.kill()
        await another.wait()
        assert await editor.ended() == 0
    assert not files.endpoint.exists()


async def test_an_owner_whose_editor_goes_away_stays_while_another_editor_is_connected(files: Files) -> None:
    async with an_editor(files) as first, an_editor(files) as second:
        await first.status("owner")
        await second.status("client")
        first.leave()
        for number in range(10):
            await _post(second, number)
        assert [s["state"] for s in second.statuses] == ["client"]
        second.leave()
        assert [await second.ended(), await first.ended()] == [0, 0]


async def test_stop_lets_the_running_turn_finish(files: Files) -> None:
    files.folder.mkdir()
    files.agents.write_text(TURN)
    async with an_editor(files) as editor:
        await editor.status("owner")
        await editor.call("chat", {"channel": "general", "body": "@bob hello"})
        await eventually(lambda: _exists(files.root / "pid"))
        await editor.call("stop", {})
        (files.root / "go").touch()
        await editor.status("lost")
        editor.leave()
        await editor.ended()
    kinds = [type(r.entry) for r in await verified(files)]
    assert e.TurnFinished in kinds


async def test_a_call_that_waits_for_an_editor_that_died_is_lost(files: Files) -> None:
    async with an_editor(files) as editor:
        await editor.status("owner")
        async with asyncio.TaskGroup() as tasks:
            parked = tasks.create_task(_listens(editor))
            await editor.call("whoami", {})
            await editor.kill()
            assert await parked


async def _listens(editor: Editor) -> bool:
    try:
        await editor.call("listen", {"channels": ["general"]})
    except Lost:
        return True
    return False
