"""What a person has redacted is in no file of the workspace and in no export, as it runs."""

import asyncio
import re
from pathlib import Path

import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.cli.main import run
from chatbox.client.endpoint import Files, admission_token
from chatbox.domain.values import Identity
from chatbox.operations.caller import Caller

from tests.support.owners import a_workspace, eventually
from tests.support.sending import attached, send

SECRETS = ("chat", "file", "title", "body", "reason", "first", "second", "resolution", "vote")
SECRET = re.compile(f"(?i)secret-of-({'|'.join(SECRETS)})".encode())


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    return a_workspace(tmp_path, monkeypatch)


def secret(name: str) -> str:
    return f"secret-of-{name}"


def found_in(folder: Path) -> dict[str, set[str]]:
    """Which secrets stand in which files, the companions of SQLite's included."""
    named: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        for match in SECRET.findall(path.read_bytes() if path.is_file() else b""):
            named.setdefault(match.decode().lower(), set()).add(path.name)
    return named


async def callers(owner: Owner, files: Files) -> tuple[Caller, Caller]:
    """The person, and an agent."""
    door = owner.workspace.door
    admission = door.identify(admission_token(files) or "")
    assert isinstance(admission, Identity)
    token = await door.admit(admission, "bob", ["#general", "#dispatch"])
    assert isinstance(token, str)
    bob = door.identify(token)
    assert isinstance(bob, Identity)
    assert owner.person is not None
    return owner.caller(owner.person), owner.caller(bob)


async def say_everything(person: Caller, bob: Caller) -> list[int]:
    """A secret in every place where words are kept; the messages to redact."""
    content = secret("file").encode()
    await send(person, content)
    said = {"channel": "#dispatch", "body": secret("chat"), "attachments": [attached(content, "a.txt")]}
    chat = (await person.call("chat", said))["message_id"]
    post = {"channel": "#dispatch", "title": secret("title"), "description": secret("body"), "type": "question"}
    asked = (await bob.call("start_post", {**post, "tier": 2}))["post_id"]
    await person.call("deny", {"post_id": asked, "reason": secret("reason")})
    plan = {**post, "title": "A plan", "description": secret("first"), "type": "plan"}
    planned = (await bob.call("start_post", plan))["post_id"]
    await bob.call("edit_message", {"message_id": planned, "body": secret("second")})
    await bob.call("close_post", {"post_id": planned, "resolution": secret("resolution")})
    proposed = {"channel": "#dispatch", "title": "Shall we?", "description": "Or not?", "quorum": 1}
    proposal = (await bob.call("propose", proposed))["post_id"]
    voted = await person.call("vote", {"post_id": proposal, "choice": "for", "reason": secret("vote")})
    assert len((await person.call("search", {"query": "secret*"}))["messages"]) > 1
    return [chat, asked, planned, voted["proposal"]["votes"][0]["reply"]]


async def test_nothing_of_it_is_left_in_any_file(files: Files) -> None:
    async with owning(files, Options(supervise=False)) as owner:
        person, bob = await callers(owner, files)
        messages = await say_everything(person, bob)

        async def mirrored() -> bool:
            return secret("vote").encode() in files.trail.read_bytes()

        await eventually(mirrored)
        # The control: each of them is there to be found.
        assert found_in(files.root).keys() == set(SECRETS)
        for message in messages:
            await person.call("redact", {"message_id": message})
        asked = await bob.call("get_post", {"post_id": messages[1]})
        assert (asked["approval"]["reason"], asked["approval"]["body"]) == ("", None)

        async def gone() -> bool:
            return not found_in(files.root)

        await eventually(gone)
        for form in ("jsonl", "markdown", "html"):
            place = files.root / f"export.{form}"
            exporting = ["export", "--format", form, "--workspace", str(files.root), "-o", str(place)]
            assert await asyncio.to_thread(run, exporting) == 0
        assert await asyncio.to_thread(run, ["verify", "--workspace", str(files.root)]) == 0
        assert found_in(files.root) == {}
    async with owning(files, Options(supervise=False)):
        assert found_in(files.root) == {}
    assert found_in(files.root) == {}
